"""The description of the API (OpenAPI 3.1), made from the acts themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec

from kidgate.dashboard.gate import Act

PREFIX = "/api/v1"
FAULT = {"$ref": "#/components/schemas/Fault"}


class Fault(msgspec.Struct, frozen=True):
    """Why an act was not done (RFC 9457)."""

    title: str
    status: int
    detail: str = ""


def describe(acts: Iterable[Act[Any, Any]], version: str) -> dict[str, Any]:
    """The whole document; plain JSON."""
    acts = sorted(acts, key=lambda act: act.name)
    types = [Fault, *(act.asked for act in acts), *(act.answer for act in acts)]
    refs, schemas = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    names = [act.name for act in acts]
    asked = dict(zip(names, refs[1 : 1 + len(acts)], strict=True))
    answers = dict(zip(names, refs[1 + len(acts) :], strict=True))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kidgate", "version": version},
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": {act.path: _path(act, asked, answers, schemas) for act in acts},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(
    act: Act[Any, Any],
    asked: dict[str, dict[str, Any]],
    answers: dict[str, dict[str, Any]],
    schemas: dict[str, Any],
) -> dict[str, Any]:
    doc = inspect.getdoc(act.run) or ""
    told: dict[str, Any] = {
        "operationId": act.name,
        "summary": doc.partition("\n")[0],
        "description": doc,
        "x-needs": act.need.value,
        "tags": [act.name.partition(".")[0]],
        "responses": {
            "200": {"description": "done", "content": _json(answers[act.name])},
            "default": {
                "description": "not done",
                "content": {"application/problem+json": {"schema": FAULT}},
            },
        },
    }
    if act.changes:
        told["requestBody"] = {"required": True, "content": _json(asked[act.name])}
        return {"post": told}
    schema = schemas[asked[act.name]["$ref"].rpartition("/")[2]]
    told["parameters"] = [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": one}
        for name, one in schema.get("properties", {}).items()
    ]
    return {"get": told}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}

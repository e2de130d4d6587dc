"""Requests of programs: which act, who asks, JSON in, JSON out, faults as RFC 9457 says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version

import msgspec
from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.api.openapi import PREFIX, Fault, describe
from kidgate.dashboard.faults import Forbidden, NotThere, Refused
from kidgate.dashboard.gate import ACTS
from kidgate.dashboard.web import sessions
from kidgate.dashboard.web.routes import Family, desk
from kidgate.store.changing import Conflict
from kidgate.store.faults import DatabaseFault

logger = logging.getLogger(__name__)
BEARER = "bearer "

type WhoByToken = Callable[[str, str], Actor | None]  # a token and an address -> whose it is


def api_family(who: WhoByToken) -> Family:
    """The API's routes. The routes ask for themselves who comes: by token, or by session."""
    family = Family("api")
    blueprint: Blueprint = family.blueprint

    def call(path: str) -> ResponseReturnValue:
        """One act. A session may read; to change it must carry the token of its pages."""
        act = ACTS.get(path.replace("/", ".", 1))
        if act is None or request.method != ("POST" if act.changes else "GET"):
            raise NotThere(f"there is no {request.method} {PREFIX}/{path}")
        actor = _actor(who)
        if act.changes:
            asked = act.from_json(request.get_data(cache=False))
        else:
            asked = act.from_text(request.args.to_dict())
        return _answer(200, act(desk(), actor, asked))

    def description() -> ResponseReturnValue:
        """The description of all acts; needs nobody: it says nothing of this house."""
        return _answer(200, describe(ACTS.values(), version("kidgate")))

    for rule, view, methods in (
        (f"{PREFIX}/openapi.json", description, ["GET"]),
        (f"{PREFIX}/<path:path>", call, ["GET", "POST"]),
    ):
        family.needs[f"api.{view.__name__}"] = None
        blueprint.add_url_rule(rule, view_func=view, methods=methods)
    for fault in (Refused, DatabaseFault, Conflict, ValueError):
        blueprint.register_error_handler(fault, _refused)
    return family


def _actor(who: WhoByToken) -> Actor:
    given = request.headers.get("Authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        found = who(given[len(BEARER) :].strip(), request.remote_addr or "")
        if found is None:
            raise _Unknown("this key opens nothing")
        return found
    if g.actor is None:
        raise _Unknown("sign in, or send a key: Authorization: Bearer kg_...")
    if request.method != "GET":
        right = sessions.is_from_us(request) and sessions.has_token(
            request, sessions.key_of(request)
        )
        if not right:
            raise Forbidden("a session changes nothing without the token of its own pages")
    return g.actor  # type: ignore[no-any-return]


class _Unknown(Refused):
    status = 401
    key = "forbidden"


def _answer(status: int, value: object) -> Response:
    return Response(msgspec.json.encode(value), status, content_type="application/json")


def _refused(fault: Exception) -> Response:
    status = getattr(fault, "status", 400)
    if isinstance(fault, DatabaseFault):
        status = 503
    elif isinstance(fault, Conflict):
        status = 409
    title = type(fault).__name__.lstrip("_")
    response = _answer(status, Fault(title, status, str(fault)))
    response.content_type = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Kidgate"'
    return response

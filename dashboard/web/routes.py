"""Pages and forms, each with what its reader must be allowed to do.

A route without a need cannot be made, and the application refuses to start with one that was made
otherwise (`app.create_app`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.policies.people import Need

type View = Callable[..., ResponseReturnValue]


class Family:
    """Pages of one kind: `pages/NAME.py`, its words `words/LANGUAGE/NAME.json`."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name, __name__)
        self.needs: dict[str, Need | None] = {}

    def page(self, rule: str, need: Need | None) -> Callable[[View], View]:
        """A page to read. `need` None: anybody who reaches the dashboard may."""
        return self._route(rule, need, "GET")

    def form(self, rule: str, need: Need | None) -> Callable[[View], View]:
        """Where a form is sent. Whoever answers one ends with a redirect (`said`)."""
        return self._route(rule, need, "POST")

    def _route(self, rule: str, need: Need | None, method: str) -> Callable[[View], View]:
        def routed(view: View) -> View:
            self.needs[f"{self.blueprint.name}.{view.__name__}"] = need
            self.blueprint.add_url_rule(rule, view_func=view, methods=[method])
            return view

        return routed


def desk() -> Desk:
    return cast("Desk", current_app.extensions["kidgate_desk"])


def actor() -> Actor:
    """Who is signed in; on pages that need nobody, there may be none."""
    return cast("Actor", g.actor)


def here() -> tuple[Desk, Actor]:
    return desk(), actor()


def form_values() -> dict[str, Any]:
    """What a form gave, without our own token; a name that stands twice is a list."""
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in request.form.to_dict(flat=False).items()
        if name != "csrf"
    }

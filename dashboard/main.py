"""The whole application put together: every family of pages, the API, the guard."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from flask import Flask

from kidgate.dashboard import acts
from kidgate.dashboard.api.routes import api_family
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.web import pages
from kidgate.dashboard.web.app import Who, create_app
from kidgate.dashboard.web.guard import Guard
from kidgate.dashboard.web.routes import Family
from kidgate.documents.config import AT_HOME


def make_app(
    desk: Desk,
    *,
    who: Who,
    who_by_token: Who = lambda key, address: None,
    allow: tuple[str, ...] = AT_HOME,
    names: tuple[str, ...] = (),
    mac_of: Callable[[str], str] = lambda address: "",
) -> Flask:
    """`who` tells whose a session is, `who_by_token` whose a program's key is."""
    acts.load()
    families: list[Family] = [
        import_module(f"{pages.__name__}.{name}").FAMILY for name in pages.NAMES
    ]
    guard = Guard(allow, names, mac_of)
    return create_app(desk, who, guard, [*families, api_family(who_by_token)])

"""Browsers that really sign in, at the real application."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.main import make_app
from kidgate.dashboard.signing_in.passwords import hash_password
from kidgate.dashboard.web.sessions import csrf_of
from kidgate.dashboard.web.who import Signed
from kidgate.store.people import all_users, remove_user
from tests.dashboard.conftest import Site

PASSWORD = "three wise turtles"
HASH = ""
_folder = tempfile.TemporaryDirectory(prefix="kidgate-templates-")
COMPILED = FileSystemBytecodeCache(_folder.name)  # each application would compile them anew


def real_app(desk: Desk) -> Flask:
    signed = Signed(desk)
    app = make_app(desk, who=signed.by_session, who_by_token=signed.by_token)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


def add_user(desk: Desk, name: str = "an", role: str = "owner", **more: Any) -> None:
    global HASH
    HASH = HASH or hash_password(PASSWORD)
    desk.do("user.add", name=name, role=role, hash=HASH, language="en", **more)


def without_people(site: Site) -> None:
    """A house where nobody has an account yet."""
    with site.desk.database.writing() as session:
        for user in all_users(session):
            remove_user(session, user.name)


@dataclass
class Visitor:
    client: FlaskClient

    @property
    def key(self) -> str:
        cookie = self.client.get_cookie("kidgate")
        return cookie.value if cookie is not None else ""

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        form = {"csrf": csrf_of(self.key), **(data or {})}
        headers = {"Sec-Fetch-Site": "same-origin"} | more.pop("headers", {})
        return self.client.post(path, data=form, headers=headers, **more)

    def sign_in(self, name: str = "an", password: str = PASSWORD, **more: Any) -> Any:
        return self.post("/sign-in", {"name": name, "password": password, **more})


def visitor(app: Flask) -> Visitor:
    client = app.test_client()
    client.set_cookie("language", "en")
    return Visitor(client)


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found[1]

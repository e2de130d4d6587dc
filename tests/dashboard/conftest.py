"""A house with a dashboard: real database, real writer, the real application."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.main import make_app
from kidgate.documents.home import Home
from kidgate.keeper import client, commands
from kidgate.keeper.writer import own_writer
from kidgate.policies.people import Role
from kidgate.policies.rows import DeviceRow, GroupRow, PolicyRows, ProfileRow, Settings
from kidgate.policies.rows_json import to_json
from kidgate.store.database import open_database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # Sunday, 19:00 in Ho Chi Minh City
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    groups=(GroupRow("8A", "Lớp 8A", "class"), GroupRow("9B", "Lớp 9B", "class")),
    profiles=(
        ProfileRow("mai", "Mai", date(2016, 5, 1), groups=("8A",)),
        ProfileRow("nam", "Nam", date(2012, 3, 9), groups=("9B",)),
    ),
    devices=(
        DeviceRow("tablet", "mai", ("10.9.0.5",)),
        DeviceRow("phone", "nam", ("10.9.0.6",)),
    ),
)


@dataclass
class Site:
    """`as_role` gives a browser that is signed in; `desk` and `actor` call acts without one."""

    home: Home
    desk: Desk
    app: Flask
    actors: dict[str, Actor]
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def actor(self, role: str = "owner") -> Actor:
        return self.actors[role]

    def as_role(self, role: str = "owner") -> Browser:
        return Browser(self.app.test_client(), role)

    def do(self, op: str, **args: Any) -> dict[str, Any]:
        return self.desk.do(op, **args)


@dataclass
class Browser:
    """What a browser of somebody signed in sends: its cookie, and the token of our forms."""

    client: FlaskClient
    key: str
    language: str = "en"

    def __post_init__(self) -> None:
        self.client.set_cookie("kidgate", self.key)
        self.client.set_cookie("language", self.language)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        from kidgate.dashboard.web.sessions import csrf_of

        form = {"csrf": csrf_of(self.key)} | (data or {})
        headers = {"Sec-Fetch-Site": "same-origin"} | more.pop("headers", {})
        return self.client.post(path, data=form, headers=headers, **more)


def everybody() -> dict[str, Actor]:
    return {
        role.value: Actor(
            f"the-{role}", role, ("8A",) if role is Role.TEACHER else (), "en", "127.0.0.1"
        )
        for role in Role
    }


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a database and somebody of each role: made once, copied for each house."""
    home = Home(tmp_path_factory.mktemp("bare")).make()
    do = functools.partial(client.do, home, f"sqlite:///{home.database}", lambda: NOW, create=True)
    do("policy.write", rows=to_json(PolicyRows()), base=None, author="t", comment="t")
    for actor in everybody().values():
        fields = {"name": actor.name, "role": actor.role, "language": actor.language}
        do("user.add", groups=[], hash="", **fields)
    return home.root


@contextmanager
def opened(
    home: Home,
    app_of: Callable[[Desk], Flask],
    actors: dict[str, Actor],
    *,
    create: bool = False,
) -> Iterator[Site]:
    """The site of a home whose writer the test itself holds."""
    url, clock = f"sqlite:///{home.database}", [NOW]
    with own_writer(home, url, lambda: clock[0], create=create) as writer:

        def do(op: str, **args: Any) -> dict[str, Any]:
            return commands.run(writer, op, args)

        desk = Desk(home, open_database(url, create=False), do, lambda: clock[0])
        try:
            yield Site(home, desk, app_of(desk), actors, clock)
        finally:
            desk.database.close()


def write_policy(site: Site, rows: PolicyRows) -> None:
    site.do("policy.write", rows=to_json(rows), base=None, author="t", comment="t")


@contextmanager
def house_with(bare: Path, root: Path, rows: PolicyRows = ROWS) -> Iterator[Site]:
    """A house of these rows in a folder that is not there yet; nobody has to sign in."""
    shutil.copytree(bare, root)
    actors = everybody()

    def app_of(desk: Desk) -> Flask:
        app = make_app(desk, who=lambda key, address: actors.get(key))
        app.testing = True
        return app

    with opened(Home(root), app_of, actors) as site:
        write_policy(site, rows)
        site.do("user.change", name="the-teacher", groups=[row.key for row in rows.groups[:1]])
        yield site


@pytest.fixture
def make_site(bare_home: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    with ExitStack() as open_houses:

        def make(rows: PolicyRows = ROWS) -> Site:
            root = tmp_path / f"home{len(list(tmp_path.iterdir()))}"
            return open_houses.enter_context(house_with(bare_home, root, rows))

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()

"""Every page on PostgreSQL: what SQLite forgives, it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.main import make_app
from kidgate.documents.home import Home
from kidgate.keeper import commands
from kidgate.keeper.writer import own_writer
from kidgate.policies.rows_json import to_json
from kidgate.store.database import open_database
from tests.dashboard.conftest import NOW, ROWS, Site, everybody
from tests.dashboard.life import live_a_week
from tests.dashboard.web.test_walls import address, routes
from tests.store.conftest import postgresql_socket, postgresql_url

__all__ = ["postgresql_socket", "postgresql_url"]


@pytest.fixture
def site(postgresql_url: str, tmp_path: Path) -> Iterator[Site]:
    home = Home(tmp_path / "home").make()
    with own_writer(home, postgresql_url, lambda: NOW, create=False) as writer:

        def do(op: str, **args: Any) -> dict[str, Any]:
            return commands.run(writer, op, args)

        do("policy.write", rows=to_json(ROWS), base=None, author="t", comment="t")
        for actor in everybody().values():
            fields = {"name": actor.name, "role": actor.role, "language": actor.language}
            do("user.add", groups=list(actor.groups), hash="", **fields)
        desk = Desk(home, open_database(postgresql_url, create=False), do, lambda: NOW)
        actors = everybody()
        app = make_app(desk, who=lambda key, address: actors.get(key))
        app.testing = True
        yield Site(home, desk, app, actors)
        desk.database.close()


def test_every_page_is_made(site: Site) -> None:
    live_a_week(site)
    for role in ("owner", "teacher"):
        browser = site.as_role(role)
        for rule, method, need in routes(site):
            if method == "GET" and need and site.actor(role).may(need):
                path = address(site, rule)
                for query in ("", "?text=bets&days=7&search=mai"):
                    status = browser.get(path + query).status_code
                    assert status in (200, 302, 303, 400, 404), f"{path}{query}: {status}"

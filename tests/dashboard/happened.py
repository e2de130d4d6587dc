"""A journal for tests of the pages that tell what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kidgate.documents.home import Home
from kidgate.keeper.feeds import build_index
from kidgate.policies.journal import Entry
from kidgate.store.journal import append
from tests.dashboard.conftest import NOW, Site

LINE = Entry(
    id="first",
    at=NOW - timedelta(hours=1),
    child="mai",
    device="tablet",
    tier="9-12",
    verdict="block",
    reason="category",
    category="games",
    host="games.example",
    url="https://games.example/a?b=1",
    source="feed starter-games: games.example",
    rule_id=None,
    version="1",
    address="10.9.0.5",
)


def line(name: str, **changes: object) -> Entry:
    return replace(LINE, id=name, **changes)  # type: ignore[arg-type]


LINES = (
    LINE,
    line("second", child="nam", device="phone", reason="security", category="phishing"),
    line("third", child="", device="", reason="unknown_device", category="", host="x.example"),
    line("fourth", reason="illegal_material", category="illegal", host="bad.example"),
    line("fifth", reason="bedtime", category="", at=NOW - timedelta(days=2)),
)


@cache
def _empty_index() -> bytes:
    """What `index.rebuild` makes where no list is; once, for it takes a process."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder)).make()
        build_index(home, []).replace(home.index)
        return home.index.read_bytes()


def put_lines(site: Site, *lines: Entry) -> None:
    """Lines one by one, so that their numbers follow their order; and an index of no lists."""
    site.home.index.write_bytes(_empty_index())
    for one in lines or LINES:
        with site.desk.database.writing() as session:
            append(session, [one])

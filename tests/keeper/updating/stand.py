"""A house whose feeds are updated in this process, on a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper import commands, feeds
from kidgate.keeper.updating import running, work
from kidgate.keeper.updating.outcome import Outcome
from kidgate.keeper.updating.schedule import Schedule
from kidgate.keeper.writer import Writer
from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.fetching.http import FetchLimits
from kidgate.lists.fetching.obtain import trust
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.names_file import NamesFile
from kidgate.policies.rows_json import to_json
from kidgate.store.alerts import unseen_alerts
from kidgate.store.database import Database
from kidgate.store.feeds import all_feeds

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
PATIENT = FetchLimits(connect=5, silence=5, total=30, size=1 << 20)
LOOPBACK = {"address:127.0.0.0/8": "the test's own server"}
TRUST = trust(None)


@dataclass
class Clock:
    """Wall clock and the one that never jumps."""

    wall: datetime = AT
    steady: float = 1000.0

    def on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def jump(self, to: datetime) -> None:
        self.wall = to


@dataclass
class House:
    home: Home
    database: Database
    clock: Clock = field(default_factory=Clock)
    limits: FetchLimits = PATIENT

    @classmethod
    @contextmanager
    def of(cls, home: Home, database: Database) -> Iterator[House]:
        found = cls(home, database)
        with (
            mock.patch.object(running, "run", found._run),
            mock.patch.object(feeds, "build_index", _build_here),
        ):
            commands.run(found.writer, "index.rebuild", {})
            yield found

    @property
    def writer(self) -> Writer:
        return Writer(self.home, self.database, lambda: self.clock.wall)

    def schedule(self) -> Schedule:
        """As of a keeper that starts now."""
        return Schedule(lambda: self.clock.wall, lambda: 0.0, lambda: self.clock.steady)

    def add(self, name: str, location: str, category: str = "gambling", **more: Any) -> None:
        """A feed to be updated every hour."""
        row = FeedRow(name, category, location, interval=1, overrides=LOOPBACK)
        commands.run(self.writer, "feed.add", {"feed": to_json(replace(row, **more))})

    def change(self, name: str, **settings: Any) -> None:
        commands.run(self.writer, "feed.change", {"name": name, "set": settings})

    def update(self, *names: str) -> list[Any]:
        """What became of each: result and reason."""
        found = running.update(self.writer, {"names": names})["feeds"]
        return [(outcome["result"], outcome["reason"]) for outcome in found]

    def row(self, name: str) -> FeedRow:
        return {row.name: row for row in self.rows()}[name]

    def rows(self) -> list[FeedRow]:
        with self.database.reading() as session:
            return all_feeds(session)

    def alerts(self) -> list[str]:
        with self.database.reading() as session:
            return [text for _, _, text, _ in unseen_alerts(session)]

    @property
    def index(self) -> CategoryIndex:
        return open_index(self.home.index)

    def names(self, name: str) -> set[str]:
        """What its names file in force lists."""
        with NamesFile(self.home.feeds / f"{name}.names") as file:
            return {listed.key for listed in file}

    def state(self) -> dict[str, bytes]:
        """Every file of the feeds and the index."""
        paths = [self.home.index, *self.home.feeds.rglob("*")]
        return {path.name: path.read_bytes() for path in paths if path.is_file()}

    def _run(
        self, writer: Writer, chosen: Sequence[FeedRow], rows: Sequence[FeedRow], progress: object
    ) -> Iterator[Outcome]:
        shop = work.Workshop(writer.home, TRUST, work.references(writer.home, rows), self.limits)
        for row in chosen:
            yield work.update(shop, row, lambda what, done, total: None)


def _build_here(home: Home, rows: Sequence[FeedRow]) -> Path:
    target = home.index.with_name(home.index.name + ".next")
    found = [
        FeedSource(row.name, row.category, home.feeds / f"{row.name}.names")
        for row in rows
        if row.in_force
    ]
    build_index(target, found)
    return target


def listed(names: Sequence[str] | set[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()

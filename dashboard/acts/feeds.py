"""Feeds: what each is, how fresh, what it stopped lately; added, updated, removed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import ask
from kidgate.documents.feed_data import BUILTIN, load_catalogue, settings_of
from kidgate.documents.feed_row import FeedRow
from kidgate.lists.scoring import PREFIX, Use, use_of
from kidgate.policies.people import Need
from kidgate.policies.snapshot import NoFeeds
from kidgate.store.feeds import all_feeds
from kidgate.store.freshness import freshness
from kidgate.store.journal import by_source
from kidgate.store.requests import approved_targets

WEEK = timedelta(days=7)
KEPT = timedelta(minutes=5)  # a score; counting it reads a week of the journal

PASSED_OVER = ("comment", "blank", "directive")  # lines that name nothing

type Name = Annotated[str, Meta(max_length=63)]


class FeedLine(msgspec.Struct, frozen=True):
    """A list. `state`: off, never, by hand, stale, failing, old, fresh. Over the last 7 days:
    `hits` attempts it stopped, `only` of them no other list would have, `opened` sites of it that
    an adult opened. `interval`: hours between updates, 0: by hand."""

    name: str
    category: str
    location: str
    licence: str
    kind: str
    enabled: bool
    state: str
    entries: int
    skipped: int
    checked_at: datetime | None
    interval: int
    failures: int
    fault: str
    fault_reason: str
    fault_since: datetime | None
    hits: int
    only: int
    opened: int


class Feeds(msgspec.Struct, frozen=True):
    feeds: tuple[FeedLine, ...]


class CatalogueAsked(msgspec.Struct, frozen=True):
    category: str = ""


class CatalogueLine(msgspec.Struct, frozen=True):
    """A well-known feed; `title` by language, `tiers` it is recommended for."""

    key: str
    title: Mapping[str, str]
    category: str
    licence: str
    homepage: str
    entries: int
    tiers: tuple[str, ...]
    kind: str
    shipped: bool
    added: bool


class Catalogue(msgspec.Struct, frozen=True):
    feeds: tuple[CatalogueLine, ...]


class FeedAsked(msgspec.Struct, frozen=True):
    name: Name


class FeedAdded(msgspec.Struct, frozen=True):
    """`key` of the catalogue; `now`: fetch it at once, else within minutes."""

    key: Name
    now: bool = False


class FeedSwitched(msgspec.Struct, frozen=True):
    name: Name
    enabled: bool


class FeedOutcome(msgspec.Struct, frozen=True):
    """`result`: added, removed, changed; of an update: updated, unchanged, refused, failed."""

    name: str
    result: str
    message: str = ""


@act("feeds.list", Need.SYSTEM)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> Feeds:
    """Every feed, by name, with its score of the last week."""
    with desk.database.reading() as session:
        rows = all_feeds(session)
    use = score(desk)
    return Feeds(tuple(_line(row, use, desk.now()) for row in rows))


@act("feeds.catalogue", Need.SYSTEM)
def catalogue(desk: Desk, actor: Actor, asked: CatalogueAsked) -> Catalogue:
    """Well-known feeds, ready to be added."""
    with desk.database.reading() as session:
        there = {row.location for row in all_feeds(session)}
    found = tuple(
        CatalogueLine(
            key=row.key,
            title={"vi": row.title.vi, "en": row.title.en},
            category=row.category,
            licence=row.licence,
            homepage=row.homepage,
            entries=row.entries,
            tiers=row.tiers,
            kind=row.kind,
            shipped=row.url.startswith(BUILTIN),
            added=row.url in there,
        )
        for row in load_catalogue().values()
        if asked.category in ("", row.category)
    )
    return Catalogue(found)


@act("feeds.add", Need.SYSTEM, changes=True)
def add(desk: Desk, actor: Actor, asked: FeedAdded) -> FeedOutcome:
    """Add a well-known feed; it is kept fresh."""
    row = load_catalogue().get(asked.key)
    if row is None:
        raise NotThere(f"the catalogue has no feed `{asked.key}`")
    feed = settings_of(row) | {"category": row.category, "overrides": {}}
    ask(desk, "feed.add", feed=feed, by=actor.by)
    if asked.now:
        return _updated(desk, actor, row.key)
    return FeedOutcome(row.key, "added")


@act("feeds.update", Need.SYSTEM, changes=True)
def update(desk: Desk, actor: Actor, asked: FeedAsked) -> FeedOutcome:
    """Fetch a new version now; what is in force stays until it is sound."""
    return _updated(desk, actor, asked.name)


@act("feeds.switch", Need.SYSTEM, changes=True)
def switch(desk: Desk, actor: Actor, asked: FeedSwitched) -> FeedOutcome:
    """Put a feed out of force, or in force again."""
    given = {"enabled": asked.enabled}
    ask(desk, "feed.change", name=asked.name, set=given, by=actor.by)
    return FeedOutcome(asked.name, "changed")


@act("feeds.remove", Need.SYSTEM, changes=True)
def remove(desk: Desk, actor: Actor, asked: FeedAsked) -> FeedOutcome:
    """Forget a feed and take its names out of the index."""
    ask(desk, "feed.remove", name=asked.name, by=actor.by)
    return FeedOutcome(asked.name, "removed")


def _updated(desk: Desk, actor: Actor, name: str) -> FeedOutcome:
    (said,) = ask(desk, "feed.update", names=[name], by=actor.by)["feeds"]
    return FeedOutcome(name, said["result"], said.get("message", ""))


# --- the score ---


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock
    found: dict[str, tuple[datetime, Use]]


_kept = _Kept(threading.Lock(), {})


def score(desk: Desk) -> Use:
    """How feeds were used in the last 7 days; counted anew after a few minutes."""
    now, place = desk.now(), str(desk.home.root)
    with _kept.lock:
        held = _kept.found.get(place)
        if held is None or not timedelta() <= now - held[0] < KEPT:
            held = _kept.found[place] = (now, _counted(desk, now - WEEK))
        return held[1]


def _counted(desk: Desk, since: datetime) -> Use:
    with desk.database.reading() as session:
        stopped = by_source(session, PREFIX, since)
        asked = approved_targets(session, since)
    granted = {grant.id: grant.target for grant in desk.rows.grants}
    opened = [*granted.values(), *(target for grant, target in asked if grant not in granted)]
    try:
        index = desk.snapshot().index or NoFeeds()
    except FileNotFoundError:
        index = NoFeeds()
    return use_of(index, stopped, opened)


def _line(row: FeedRow, use: Use, now: datetime) -> FeedLine:
    return FeedLine(
        name=row.name,
        category=row.category,
        location=row.location,
        licence=row.licence,
        kind=row.kind,
        enabled=row.enabled,
        state=freshness(row, now),
        entries=row.accepted,
        skipped=sum(n for why, n in row.skipped.items() if why not in PASSED_OVER),
        checked_at=row.checked_at or row.imported_at,
        interval=row.interval,
        failures=row.failures,
        fault=row.fault,
        fault_reason=row.fault_reason,
        fault_since=row.fault_since,
        hits=use.hits[row.name],
        only=use.only[row.name],
        opened=use.appeals[row.name],
    )

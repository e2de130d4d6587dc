"""The first steps of a house: how far it is, and lists that are fetched while one goes on.

Each step is an act of its own family (children, inbox, connect); only what joins them is here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts import feeds
from kidgate.dashboard.acts.feeds import FeedAdded
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, Refused
from kidgate.dashboard.gate import Nothing, act
from kidgate.documents.feed_data import BUILTIN, load_catalogue
from kidgate.policies.people import Need
from kidgate.store.feeds import all_feeds
from kidgate.store.inbox import all_seen

logger = logging.getLogger(__name__)
# What a new house is offered first: moderate in size, tended often, some of them Vietnamese.
SUGGESTED = (
    "oisd-nsfw", "hostsvn-adult", "hagezi-gambling", "hostsvn-gambling", "chongluadao",
    "vn-badsite", "urlhaus", "phishing-filter", "hagezi-fake", "ut1-dating", "blocklist-drugs",
    "hagezi-bypass", "nextdns-proxies", "stalkerware",
)  # fmt: skip
STEPS = ("children", "devices", "lists", "connect", "test")


class SetupState(msgspec.Struct, frozen=True):
    """How far a house is. `step`: the first that has nothing yet; `lists`: beside those that are
    shipped; `devices`: that have a name; `strangers`: that have none."""

    children: int
    devices: int
    strangers: int
    lists: int
    step: str


class ListsAsked(msgspec.Struct, frozen=True):
    """Keys of the catalogue."""

    keys: Annotated[tuple[str, ...], Meta(max_length=200)]


class ListProgress(msgspec.Struct, frozen=True):
    """`state`: waiting, working (`what` says at what; `done` of `total`, 0: nobody knows), in_force
    with `entries`, or failed."""

    name: str
    state: str
    what: str = ""
    done: int = 0
    total: int = 0
    entries: int = 0


class Progress(msgspec.Struct, frozen=True):
    lists: tuple[ListProgress, ...]
    busy: bool


@dataclass(slots=True)
class _Fetching:
    """What one process is fetching for a house."""

    steps: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    busy: bool = False

    def told(self, step: Mapping[str, Any]) -> None:
        if step["feed"]:
            self.steps[step["feed"]] = (step["what"], step["done"], step["total"])


_lock = threading.Lock()
_houses: dict[str, _Fetching] = {}


def _fetching(desk: Desk) -> _Fetching:
    with _lock:
        return _houses.setdefault(str(desk.home.root), _Fetching())


@act("setup.state", Need.SYSTEM)
def state(desk: Desk, actor: Actor, asked: Nothing) -> SetupState:
    """How far the house is."""
    rows = desk.rows
    with desk.database.reading() as session:
        lists = sum(not row.location.startswith(BUILTIN) for row in all_feeds(session))
        seen = all_seen(session)
    places = {place for row in rows.devices for place in (*row.macs, *row.addresses)}
    strangers = sum(not places & {one.key, one.mac} for one in seen)
    counts = (len(rows.profiles), len(rows.devices), lists)
    step = next((step for step, count in zip(STEPS, counts, strict=False) if not count), "connect")
    return SetupState(counts[0], counts[1], strangers, lists, step)


@act("setup.lists", Need.SYSTEM, changes=True)
def lists(desk: Desk, actor: Actor, asked: ListsAsked) -> Progress:
    """Add lists of the catalogue, and fetch them while the caller goes on."""
    if unknown := set(asked.keys) - load_catalogue().keys():
        raise Invalid(f"the catalogue has no {', '.join(sorted(unknown))}")
    with desk.database.reading() as session:
        there = {row.name for row in all_feeds(session)}
    new = [key for key in dict.fromkeys(asked.keys) if key not in there]
    for key in new:
        feeds.add(desk, actor, FeedAdded(key))
    if new:
        held = _fetching(desk)
        with _lock:
            held.busy = True
        work = threading.Thread(target=_fetch, args=(desk, actor, held, new), daemon=True)
        work.start()
    return progress.run(desk, actor, Nothing())


def _fetch(desk: Desk, actor: Actor, held: _Fetching, names: Iterable[str]) -> None:
    """What fails is written beside the feed, and tried again by the keeper."""
    try:
        desk.do("feed.update", names=[*names], by=actor.by, progress=held.told)
    except (Refused, ValueError, OSError, RuntimeError) as fault:
        logger.warning("the first lists were not all fetched: %s", fault)
    finally:
        with _lock:
            held.busy = False
            held.steps.clear()


@act("setup.progress", Need.SYSTEM)
def progress(desk: Desk, actor: Actor, asked: Nothing) -> Progress:
    """How the lists get on that were added beside those that are shipped."""
    held = _fetching(desk)
    with desk.database.reading() as session:
        rows = [row for row in all_feeds(session) if not row.location.startswith(BUILTIN)]
    found = []
    for row in rows:
        what, done, total = held.steps.get(row.name, ("", 0, 0))
        if row.in_force:
            found.append(ListProgress(row.name, "in_force", entries=row.accepted))
        elif what and held.busy:
            found.append(ListProgress(row.name, "working", what, done, total))
        else:
            found.append(ListProgress(row.name, "failed" if row.failures else "waiting"))
    return Progress(tuple(found), held.busy)

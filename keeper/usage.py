"""The ledger of time: what workers saw is booked here, and the minutes of today are told them.

Booking is `policies.ledger`, rows are `store.usage`, the file is `documents.minutes`. A batch that
comes twice, late or out of order changes nothing that it should not.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kidgate.documents.minutes import Minutes, Today, dump, load
from kidgate.documents.watched import held
from kidgate.keeper.writer import Writer, replace_file
from kidgate.policies.ledger import (
    Book,
    Span,
    ahead_of,
    begin_of,
    day_of,
    merge,
    spans_of,
    steady_zero,
    whole_minutes,
)
from kidgate.policies.quotas import is_key
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.store import usage
from kidgate.store.policy import head
from kidgate.store.usage import Used

logger = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
ROUNDS = 30  # after so many the file is made anew, whatever it says
LONGEST = 7 * 24 * 3600.0  # seconds of one beat
ONE_DAY = timedelta(days=1)

_file = threading.Lock()  # the command thread and the round below both write it
_compiled: dict[Path, tuple[int, PolicySnapshot]] = {}


class Beat(NamedTuple):
    """A worker saw a key used on a device: uses that join, from the first to the last. Seconds
    since the box was started; `zero`: that start, as the clock on the wall had it (Unix time)."""

    child: str
    device: str
    key: str
    first: float
    last: float
    zero: float


def beats(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Book what a worker saw since `boot`; how many beats were sound. Raises ValueError."""
    boot, snapshot = str(args["boot"])[:64], snapshot_of(writer)
    found = [beat for row in args["beats"] if (beat := _read(row, snapshot)) is not None]
    if not found:
        return {"booked": 0}
    with writer.database.writing() as session:
        zero = _zero(session, boot, found)
        _book(session, snapshot, found, zero, writer.now())
    publish(writer, {beat.child for beat in found})
    return {"booked": len(found)}


def recount(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Count the minutes of today anew from the spans; what was different, by child and key."""
    before = _held(writer)
    after = publish(writer, None)
    changed = {}
    for child in sorted({*before, *after}):
        old, new = _minutes(before.get(child)), _minutes(after.get(child))
        keys = [key for key in sorted({*old, *new}) if old.get(key, 0) != new.get(key, 0)]
        if keys:
            changed[child] = {key: [old.get(key, 0), new.get(key, 0)] for key in keys}
    return {"children": len(after), "changed": changed}


def told(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """A child is to be told something about its time; whether it is the first to be told."""
    child, key, notice = str(args["child"]), str(args["key"]), str(args["notice"])
    snapshot = snapshot_of(writer)
    if child not in snapshot.profiles or not is_key(key, each=False) or len(notice) > 40:
        raise ValueError(f"nobody called `{child}` can be told `{notice}` of `{key}`")
    day = today_of(snapshot, child, writer.now())
    with writer.database.writing() as session:
        first = usage.put_told(session, child, day, key, notice)
    publish(writer, {child})
    return {"first": first}


async def run(writer: Writer) -> None:
    """Begin new days in time, and mend the file, for ever."""
    round = 0
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        round += 1
        try:
            await asyncio.to_thread(look, writer, anew=round % ROUNDS == 0)
        except Exception as fault:  # the database, the disk: whatever it was, try again
            logger.error("the minutes of today wait: %s", fault)


def look(writer: Writer, *, anew: bool = False) -> None:
    """Write the file where a day has ended, the clock was set, the policy is another one (a zone
    may be), or it is missing or broken."""
    known, now = _compiled.get(writer.home.root), writer.now()
    snapshot_of(writer)
    anew = anew or _compiled[writer.home.root] is not known or not writer.home.minutes.exists()
    if anew or not all(today.holds(now) for today in _held(writer).values()):
        publish(writer, None)


def ensure(writer: Writer) -> None:
    """Write the file if there is none: without one, workers cannot know what is left."""
    if writer.home.minutes.exists():
        return
    with writer.database.reading() as session:
        empty = usage.is_empty(session)
    if empty:
        replace_file(writer.home.minutes, dump({}))
    else:
        publish(writer, None)


def publish(writer: Writer, children: Collection[str] | None) -> Minutes:
    """Write what some children, or all, have used today, if it changed; the whole of it."""
    snapshot, now = snapshot_of(writer), writer.now()
    with _file:
        known = _held(writer)
        asked = set(snapshot.profiles) if children is None else {*children} & {*snapshot.profiles}
        others = {} if children is None else {c: t for c, t in known.items() if c not in asked}
        with writer.database.reading() as session:
            counted = {**others, **count(session, snapshot, asked, now)}
        if counted != known or not writer.home.minutes.exists():
            replace_file(writer.home.minutes, dump(counted))
    return counted


def count(
    session: Session, snapshot: PolicySnapshot, children: Collection[str], now: datetime
) -> dict[str, Today]:
    """The day of each child that has used, been given or been told something today."""
    days = {child: today_of(snapshot, child, now) for child in children}
    every = set(days.values())
    spans: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    bonus: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for used in usage.spans(session, days, every):
        if used.span.day == days[used.profile]:
            spans[used.profile][used.key].append(used.span)
    for given in usage.bonuses(session, days, every):
        if given.day == days[given.profile]:
            bonus[given.profile][given.key] += given.minutes
    for child, day, key, notice in usage.told(session, days, every):
        if day == days[child]:
            told[child].add((key, notice))
    found = {}
    for child in {*spans, *bonus, *told}:
        zone = zone_of(snapshot, child, now)
        minutes = {key: whole_minutes(pieces) for key, pieces in spans[child].items()}
        for key, more in bonus[child].items():
            minutes[key] = minutes.get(key, 0) - more
        begin, until = begin_of(days[child], zone), begin_of(days[child] + ONE_DAY, zone)
        found[child] = Today(
            days[child], begin, until, minutes, dict(bonus[child]), frozenset(told[child])
        )
    return found


def zone_of(snapshot: PolicySnapshot, child: str, at: datetime) -> ZoneInfo:
    """The zone in which a child's days begin: the one that its bedtime runs in."""
    return snapshot.asker(child, None, int(at.timestamp()) // 60).zone


def today_of(snapshot: PolicySnapshot, child: str, at: datetime) -> date:
    return day_of(at, zone_of(snapshot, child, at))


def snapshot_of(writer: Writer) -> PolicySnapshot:
    """The newest policy, compiled; kept until there is a newer one."""
    with writer.database.reading() as session:
        version = head(session)
    known = _compiled.get(writer.home.root)
    if known is None or known[0] != version:
        known = _compiled[writer.home.root] = (version, writer.document().compile())
    return known[1]


def _read(row: Any, snapshot: PolicySnapshot) -> Beat | None:
    """A sound beat. One that is not is left out: it must not hold up the others."""
    try:
        child, device, key, *numbers = row
        beat = Beat(str(child), str(device)[:128], str(key)[:128], *map(float, numbers))
    except (ValueError, TypeError):
        beat = None
    if (
        beat is None
        or beat.child not in snapshot.profiles
        or not is_key(beat.key, each=False)
        or not all(map(math.isfinite, beat[3:]))
        or not 0 <= beat.first <= beat.last <= beat.first + LONGEST
        or not 0 <= beat.zero < 1e11
        or beat.last > 1e10
    ):
        logger.error("a worker told of no use that can be booked: %.200r", row)
        return None
    return beat


def _zero(session: Session, boot: str, found: list[Beat]) -> datetime:
    zero = usage.zero_of(session, boot)
    if zero is None:
        first = min(found, key=lambda beat: beat.first)
        wall = datetime.fromtimestamp(first.zero, UTC)
        zero = steady_zero(wall, timedelta(seconds=first.first), usage.last_end(session))
        usage.put_zero(session, boot, zero)
    return zero


def _book(
    session: Session, snapshot: PolicySnapshot, found: list[Beat], zero: datetime, now: datetime
) -> None:
    """Merge the beats into the spans that are there. The days around theirs are looked at too: a
    span may begin or end there."""
    new: dict[tuple[str, str, str], list[tuple[Book, list[Span]]]] = defaultdict(list)
    for beat in sorted(found, key=lambda beat: beat.first):
        book = Book(
            zone_of(snapshot, beat.child, now),
            ahead_of(datetime.fromtimestamp(beat.zero, UTC), zero),
        )
        first, last = (zero + timedelta(seconds=s) for s in (beat.first, beat.last))
        new[beat.child, beat.device, beat.key].append((book, spans_of(first, last, book)))
    days = {span.day for booked in new.values() for _, spans in booked for span in spans}
    around = {day + n * ONE_DAY for day in days for n in (-1, 0, 1)}
    old: dict[tuple[str, str, str], list[Used]] = defaultdict(list)
    for used in usage.spans(session, {beat.child for beat in found}, around):
        old[used.profile, used.device, used.key].append(used)
    gone: list[int] = []
    come: list[Used] = []
    for who, booked in new.items():
        less, more = _merged(who, old[who], booked)
        gone += less
        come += more
    usage.replace_spans(session, gone, come)


def _merged(
    who: tuple[str, str, str], old: list[Used], booked: Iterable[tuple[Book, list[Span]]]
) -> tuple[list[int], list[Used]]:
    """The rows that go and those that come."""
    spans = [used.span for used in old]
    for book, added in booked:
        spans = merge([*spans, *added], book)
    kept = set(spans)
    known = {used.span for used in old}
    gone = [used.id for used in old if used.span not in kept]
    return gone, [Used(*who, span) for span in spans if span not in known]


def _held(writer: Writer) -> Minutes:
    nothing: Minutes = {}
    return held(writer.home.minutes, load, nothing, "the minutes of today are counted anew")


def _minutes(today: Today | None) -> Mapping[str, int]:
    return today.minutes if today is not None else {}

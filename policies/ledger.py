"""The ledger of time: from moments at which something was used to the minutes of a day.

Pure: no clock, no I/O; what counts as use is `usage.py`'s to say. The rule, in full:

- A use stands for the minute that begins with it: a single visit counts for 1 minute.
- Two uses of one key on one device that are at most 5 minutes apart join: the time between counts
  too. A longer gap begins a new span, and the gap counts for nothing.
- A day goes from midnight to midnight of the child's zone, whether it has 23, 24 or 25 hours. A
  span is cut at midnight; each part is booked on its day once and for all.
- The minutes of a day are the length of the union of its spans over all the child's devices, for
  each key by itself; what is left over a whole minute is not counted.

Two times are kept apart. *Where* a span lies is told on a steady line: the time since the box was
started, which no setting of the clock moves, laid once on UTC. *Which day* it belongs to is told by
the clock on the wall at that moment (`Book`). So a clock that is set forwards adds no minute, one
that is set back counts none twice and loses none, and a profile that moves to another zone takes
every minute along on the day it was booked on.

Order does not matter, nor how uses are put into batches, nor how often a batch comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

GAP = timedelta(minutes=5)
VISIT = timedelta(minutes=1)
JUMP = timedelta(seconds=2)  # a clock that is put right little by little is not set
_JOIN = GAP - VISIT  # between the minute of one use and the next use
_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A part of a day in which something was used, on the steady line."""

    day: date
    start: datetime
    end: datetime


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC. Where clocks skip midnight, the moment they do."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day of a moment. Days follow each other without gap, however the clocks change."""
    day = at.astimezone(zone).date()
    if at < begin_of(day, zone):
        return day - _DAY
    return day if at < begin_of(day + _DAY, zone) else day + _DAY


def next_midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """When the day of a moment ends, as the zone's clocks show it."""
    return begin_of(day_of(at, zone) + _DAY, zone).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Book:
    """On which day a moment of the steady line is booked. `ahead`: by how much the clock on the
    wall was ahead of that line then."""

    zone: ZoneInfo
    ahead: timedelta = timedelta()

    def day(self, at: datetime) -> date:
        return day_of(at + self.ahead, self.zone)

    def begin(self, day: date) -> datetime:
        return begin_of(day, self.zone) - self.ahead


def ahead_of(wall: datetime, steady: datetime) -> timedelta:
    """By how much a clock that showed `wall` at `steady` was ahead; small drifts are none."""
    ahead = wall - steady
    return timedelta(seconds=round(ahead.total_seconds())) if abs(ahead) > JUMP else timedelta()


def steady_zero(wall_zero: datetime, first: timedelta, last_end: datetime | None) -> datetime:
    """Where on the steady line a box was started, once and for all.

    `wall_zero`: by its clock; `first`: its first use, since then. A box without a battery starts
    with a clock that is behind: what is used now must not fall on what was used before.
    """
    if last_end is None:
        return wall_zero
    return max(wall_zero, last_end - first)


def spans_of(first: datetime, last: datetime, book: Book) -> list[Span]:
    """The spans of uses that join, from the first of them to the last, cut at midnights."""
    end, found = last + VISIT, []
    while first < end:
        day = book.day(first)
        until = min(book.begin(day + _DAY), end)
        found.append(Span(day, first, until))
        first = until
    return found


def merge(spans: Iterable[Span], book: Book) -> list[Span]:
    """The spans of one key on one device, joined where the gap is short, in their order.

    A gap over midnight is cut there. Where no midnight lies between two days (the clock was set, or
    the profile moved), the earlier day has the gap.
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not found or span.start - found[-1].end > _JOIN:
            found.append(span)
            continue
        last = found[-1]
        if span.day == last.day:
            found[-1] = last._replace(end=max(last.end, span.end))
            continue
        at = book.begin(span.day)
        if not last.end <= at <= span.start:
            at = max(last.end, span.start)
        found[-1] = last._replace(end=at)
        if at < span.end:
            found.append(span._replace(start=at))
    return found


def length(spans: Iterable[Span]) -> timedelta:
    """How long the union of spans is."""
    total, reached = timedelta(), None
    for _, start, end in sorted(spans, key=lambda span: span.start):
        if reached is not None:
            start = max(start, reached)
        if start < end:
            total += end - start
            reached = end
    return total


def whole_minutes(spans: Iterable[Span]) -> int:
    """What the spans of a day on all devices come to."""
    return length(spans) // VISIT

"""Weekly windows in wall-clock time: bedtime, hours, the `when` of a rule.

The moment, the zone, the holidays and the school terms are arguments: this file knows no clock and
no calendar of its own.
Windows are compared with what a clock on the wall shows, never with elapsed time, so that 21:00
stays 21:00 on the nights the clocks change: an hour that is repeated is judged alike both times,
one that is skipped is never met.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = frozenset(range(7))
_DAY_WORDS = {"daily": _WEEK, "weekdays": frozenset(range(5)), "weekend": frozenset((5, 6))}
_MINUTES = 24 * 60
_DAY_SECONDS = _MINUTES * 60
_WHOLE_DAY = ((0, _MINUTES),)
_HORIZON = timedelta(days=8)  # a weekly pattern has shown all it does by then
type _Holidays = Literal["as usual", "also", "except"]
type _Term = Literal["", "in term", "out of term"]

_WINDOW = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")


class InvalidSchedule(ValueError):
    """A schedule text that cannot be understood. The message names the word."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that a house has named."""

    holidays: frozenset[date] = frozenset()
    terms: tuple[tuple[date, date], ...] = ()  # of school: first and last day, both in it

    def in_term(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.terms)


NO_DAYS = Calendar()


@dataclass(frozen=True, slots=True)
class Part:
    """One `;` part: windows on some days between two dates.

    A window is (start, end) in minutes after midnight, start < end <= start + 1440: an end past
    1440 lies on the next day, and the window belongs to the day it starts on.
    """

    weekdays: frozenset[int] = _WEEK  # 0 is Monday
    holidays: _Holidays = "as usual"
    term: _Term = ""
    windows: tuple[tuple[int, int], ...] = _WHOLE_DAY
    first: date | None = None
    last: date | None = None

    def includes(self, day: date, calendar: Calendar) -> bool:
        """Whether the windows of this part start on that day."""
        if (self.first and day < self.first) or (self.last and day > self.last):
            return False
        if self.term and calendar.in_term(day) != (self.term == "in term"):
            return False
        if self.holidays != "as usual" and day in calendar.holidays:
            return self.holidays == "also"
        return day.weekday() in self.weekdays

    def holds(self, day: date, minute: int, calendar: Calendar) -> bool:
        """Whether a window of that day, or one left over from the day before, is open."""
        if _within(self.windows, minute) and self.includes(day, calendar):
            return True
        before = day - timedelta(days=1)
        return _within(self.windows, minute + _MINUTES) and self.includes(before, calendar)

    def __str__(self) -> str:
        words = [_days_text(self)]
        words += [self.term] if self.term else []
        if self.windows != _WHOLE_DAY:
            words.append(",".join(f"{_clock(start)}-{_clock(end)}" for start, end in self.windows))
        words += [f"from {self.first}"] if self.first else []
        words += [f"to {self.last}"] if self.last else []
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something holds: in any window of any part; with no parts, always."""

    parts: tuple[Part, ...] = ()

    @property
    def needs_terms(self) -> bool:
        """Whether it asks for school terms."""
        return any(part.term for part in self.parts)

    def active(self, at: datetime, zone: ZoneInfo, calendar: Calendar = NO_DAYS) -> bool:
        """Whether the schedule holds at an aware moment, by the wall clocks of `zone`.

        Raises ValueError for a moment without a zone.
        """
        if at.tzinfo is None:
            raise ValueError("a schedule needs a moment with a time zone")
        local = at.astimezone(zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        return not self.parts or any(part.holds(day, minute, calendar) for part in self.parts)

    def next_change(
        self, at: datetime, zone: ZoneInfo, calendar: Calendar = NO_DAYS
    ) -> datetime | None:
        """When `active` next gives another answer, in `zone`; None when not within 8 days."""
        now = self.active(at, zone, calendar)
        start = at.astimezone(UTC)
        for moment in sorted(set(self._edges(start, zone))):
            if start < moment <= start + _HORIZON and self.active(moment, zone, calendar) != now:
                return moment.astimezone(zone)
        return None

    def _edges(self, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """All moments (UTC) at which `active` can change in the days after `start`."""
        if not self.parts:
            return
        minutes = {0} | {m % _MINUTES for p in self.parts for window in p.windows for m in window}
        first = start.astimezone(zone).date()
        for day in (first + timedelta(days=n) for n in range(_HORIZON.days + 2)):
            for minute in minutes:
                wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
                for fold in (0, 1):
                    yield wall.replace(fold=fold).astimezone(UTC)
        for day_number in range(_HORIZON.days + 1):
            yield from _clock_change(start + timedelta(days=day_number), zone)

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))


def parse_schedule(text: str) -> Schedule:
    """Read a schedule text; empty text is a schedule that always holds.

    ```
    schedule = part *( ";" part )
    part     = [days] [without] [term] [times] ["from" YYYY-MM-DD] ["to" YYYY-MM-DD]
    without  = "except holidays" | "!holidays"
    term     = "in term" | "out of term"
    days     = day *( "," day )
    day      = mon | tue | wed | thu | fri | sat | sun | a range of two: mon-fri, sat-mon
             | daily | weekdays | weekend | holidays
    times    = HH:MM-HH:MM *( "," HH:MM-HH:MM )
    ```
    A part has at least one of these, in any order. No days is daily, no times the whole day. An end
    at or before its start lies on the next day; the window belongs to the day it starts on. `24:00`
    may end a window. Dates are inclusive. `holidays` adds the holidays to the days, on whatever
    weekday they fall. School terms and dates hold for the day a window starts on, holidays too.
    Letter case is free.
    Raises InvalidSchedule with the word that is wrong.
    """
    if not text.strip():
        return Schedule()
    return Schedule(tuple(_parse_part(part, text) for part in text.split(";")))


def _parse_part(text: str, whole: str) -> Part:
    """Read one part; each kind of word may stand in it once."""
    words = re.sub(r"\s*,\s*", ",", text.lower()).split()
    found: dict[str, str] = {}
    while words:
        kind, value = _take(words)
        if kind in found:
            raise InvalidSchedule(f"`{value}` is a second {kind} in `{text.strip()}`: use `;`")
        found[kind] = value
    if not found:
        raise InvalidSchedule(f"schedule `{whole}` has an empty part: remove the extra `;`")
    days = found.get("list of days", "daily").split(",")
    weekdays, holidays = _parse_days(days)
    if "exception" in found:
        if "holidays" in days:
            raise InvalidSchedule(f"`{text.strip()}` both names holidays and excepts them")
        holidays = "except"
    first, last = _parse_date(found.get("from date")), _parse_date(found.get("to date"))
    if first and last and last < first:
        raise InvalidSchedule(f"`to {last}` is before `from {first}`")
    term = cast("_Term", found.get("term", ""))
    return Part(weekdays, holidays, term, _parse_windows(found.get("list of times")), first, last)


def _take(words: list[str]) -> tuple[str, str]:
    """Take the next one or two words; returns their kind and value."""
    word = words.pop(0)
    if word == "!holidays":
        return "exception", word
    if word in ("in", "out"):
        return "term", _take_term(word, words)
    if word not in ("except", "from", "to"):
        return ("list of times" if word[0].isdigit() else "list of days"), word
    if not words:
        raise InvalidSchedule(f"`{word}` ends the schedule: say what follows it")
    value = words.pop(0)
    if word != "except":
        return f"{word} date", value
    if value != "holidays":
        raise InvalidSchedule(f"`except {value}`: only `except holidays` is known")
    return "exception", value


def _take_term(word: str, words: list[str]) -> str:
    wanted = "in term" if word == "in" else "out of term"
    rest = wanted.split()[1:]
    said = " ".join([word, *words[: len(rest)]])
    if said != wanted:
        raise InvalidSchedule(f"`{said}`: say `in term` or `out of term`")
    del words[: len(rest)]
    return wanted


def _parse_days(words: list[str]) -> tuple[frozenset[int], _Holidays]:
    weekdays: frozenset[int] = frozenset()
    for word in words:
        if word != "holidays":
            weekdays |= _DAY_WORDS[word] if word in _DAY_WORDS else _day_range(word)
    return weekdays, "also" if "holidays" in words and weekdays != _WEEK else "as usual"


def _day_range(word: str) -> frozenset[int]:
    start, dash, end = word.partition("-")
    if start not in _DAYS or (dash and end not in _DAYS):
        known = ", ".join((*_DAYS, *_DAY_WORDS, "holidays"))
        raise InvalidSchedule(f"`{word}` is no day: use {known} or a range such as mon-fri")
    first, last = _DAYS.index(start), _DAYS.index(end or start)
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))


def _parse_windows(text: str | None) -> tuple[tuple[int, int], ...]:
    if text is None:
        return _WHOLE_DAY
    return tuple(sorted({_parse_window(word) for word in text.split(",")}))


def _parse_window(word: str) -> tuple[int, int]:
    found = _WINDOW.fullmatch(word)
    if not found:
        raise InvalidSchedule(f"`{word}` is no window of time: use one such as 21:00-06:30")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= _MINUTES or end > _MINUTES:
        raise InvalidSchedule(f"`{word}` is no window of time: a day has 00:00 to 24:00")
    return start, end if end > start else end + _MINUTES


def _parse_date(word: str | None) -> date | None:
    if word is None:
        return None
    try:
        day = date.fromisoformat(word)
    except ValueError:
        day = None
    if day is None or str(day) != word:  # fromisoformat also reads 20260101 and 2026-W01-1
        raise InvalidSchedule(f"`{word}` is no date: use YYYY-MM-DD")
    return day


def _within(windows: tuple[tuple[int, int], ...], minute: int) -> bool:
    return any(start <= minute < end for start, end in windows)


def _clock_change(start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moment within a day of `start` (UTC) at which the zone's offset changes, if it does."""

    def changed(second: int) -> bool:
        return (start + timedelta(seconds=second)).astimezone(zone).utcoffset() != before

    start = start.replace(microsecond=0)
    before = start.astimezone(zone).utcoffset()
    if changed(_DAY_SECONDS):
        second = bisect_left(range(_DAY_SECONDS), True, key=changed)
        yield start + timedelta(seconds=second)


def _days_text(part: Part) -> str:
    words = [word for word, days in _DAY_WORDS.items() if days == part.weekdays]
    words = words or [_DAYS[day] for day in sorted(part.weekdays)]
    if part.holidays == "also":
        words.append("holidays")
    return ",".join(words) + (" except holidays" if part.holidays == "except" else "")


def _clock(minute: int) -> str:
    minute = minute if minute == _MINUTES else minute % _MINUTES
    return f"{minute // 60:02}:{minute % 60:02}"

"""The `time` declarations of squidGuard as windows of the week, and as schedule texts.

weekly mtwhf 08:00 - 16:30      s m t w h f a: Sunday, Monday, Tuesday ... Saturday
weekly * 00:00-06:00            every day
weekly mondays 08:00-12:00      the day's name
date 2026.01.01-2026.01.05      days of a year; with hours or without
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kidgate.documents.moving import schedules
from kidgate.documents.moving.schedules import DAY, Window
from kidgate.documents.moving.squidguard_conf import Statement

_LETTERS = {"s": 6, "m": 0, "t": 1, "w": 2, "h": 3, "f": 4, "a": 5}
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DATES = re.compile(
    r"(\d{4})[.-](\d{1,2})[.-](\d{1,2})(?:\s*-\s*(\d{4})[.-](\d{1,2})[.-](\d{1,2}))?"
)


@dataclass(slots=True)
class Time:
    """One declaration: windows of the week, and parts with dates as schedule text."""

    windows: list[Window] = field(default_factory=list)
    dated: list[str] = field(default_factory=list)

    def within(self) -> str | None:
        """The schedule text; empty: always. None: never."""
        if not self.windows and not self.dated:
            return None
        text = schedules.text(self.windows) if self.windows else ""
        if self.windows and not text:
            return ""
        return "; ".join(part for part in (text, *self.dated) if part)

    def outside(self) -> str | None:
        """The rest of the week. Raises ValueError when dates are in it: no text says that."""
        if self.dated:
            raise ValueError("the time outside of dates cannot be said in a schedule")
        rest = schedules.outside(self.windows)
        return schedules.text(rest) if rest else None


def read(statements: Iterable[Statement], time: Time) -> list[Statement]:
    """Add what the statements say to `time`; returns those that cannot be said here."""
    return [statement for statement in statements if not _take(statement, time)]


def _take(statement: Statement, time: Time) -> bool:
    words = " ".join(statement.words)
    found = _HOURS.search(words)
    hours = _hours(found) if found else (0, DAY)
    before = (words[: found.start()] if found else words).strip()
    if hours is None:
        return False
    if statement.keyword == "weekly":
        days = _days(before)
        time.windows += [(day, *hours) for day in days]
        return bool(days)
    if statement.keyword == "date" and (days_text := _dates(before)):
        clock = "" if hours == (0, DAY) else f" {_clock(hours[0])}-{_clock(hours[1])}"
        time.dated.append(f"daily{clock} {days_text}")
        return True
    return False


def _hours(found: re.Match[str]) -> tuple[int, int] | None:
    hour, minute, end_hour, end = map(int, found.groups())
    first, last = hour * 60 + minute, end_hour * 60 + end
    return (first, last) if 0 <= first < last <= DAY else None


def _days(text: str) -> list[int]:
    words = text.lower().replace(",", " ").split()
    if words == ["*"]:
        return list(range(7))
    found: list[int] = []
    for word in words:
        named = [day for day, name in enumerate(_NAMES) if word.startswith(name)]
        if named:
            found += named
        elif set(word) <= _LETTERS.keys():
            found += [_LETTERS[letter] for letter in word]
        else:
            return []
    return sorted(set(found))


def _dates(text: str) -> str:
    """`from ... to ...`; empty for what recurs (`*-*-01`) or is no date."""
    found = _DATES.fullmatch(text)
    if found is None:
        return ""
    numbers = [int(part) if part else 0 for part in found.groups()]
    try:
        first = date(numbers[0], numbers[1], numbers[2])
        last = date(numbers[3], numbers[4], numbers[5]) if numbers[3] else first
    except ValueError:
        return ""
    return f"from {first} to {last}" if first <= last else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

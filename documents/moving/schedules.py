"""Weekly windows of other filters as schedule texts of ours, and what lies outside of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60  # minutes

Window = tuple[int, int, int]
"""Weekday (0 is Monday), first minute, minute after the last; within one day."""


def text(windows: Iterable[Window]) -> str:
    """The schedule that holds in these windows; empty when they are the whole week."""
    by_day = _by_day(windows)
    days_of: dict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
    for day in range(7):
        if by_day[day]:
            days_of[tuple(by_day[day])].append(day)
    if list(days_of) == [((0, DAY),)] and len(days_of[((0, DAY),)]) == 7:
        return ""
    return "; ".join(f"{_days(days)}{_times(times)}" for times, days in days_of.items())


def outside(windows: Iterable[Window]) -> list[Window]:
    """The rest of the week."""
    found: list[Window] = []
    for day, times in _by_day(windows).items():
        at = 0
        for start, end in [*times, (DAY, DAY)]:
            if at < start:
                found.append((day, at, start))
            at = max(at, end)
    return found


def _by_day(windows: Iterable[Window]) -> dict[int, list[tuple[int, int]]]:
    """Sorted windows of each day that neither touch nor overlap."""
    found: dict[int, list[tuple[int, int]]] = {day: [] for day in range(7)}
    for day, start, end in sorted(windows):
        times = found[day]
        if times and start <= times[-1][1]:
            times[-1] = (times[-1][0], max(times[-1][1], end))
        elif start < end:
            times.append((start, end))
    return found


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return "daily"
    return ",".join(DAYS[day] for day in days)


def _times(times: tuple[tuple[int, int], ...]) -> str:
    if times == ((0, DAY),):
        return ""
    return " " + ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in times)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

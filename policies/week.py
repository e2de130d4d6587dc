"""A schedule as a week one can paint: seven days of half hours, and back to a text.

A week knows neither dates nor holidays nor school terms, and nothing shorter than half an hour.
`lost_of` says what of a schedule it cannot show; such a schedule is kept as text: `grid_of` then is
a picture of it, not the thing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from kidgate.policies.schedule import Part, Schedule

HALF = 30  # minutes
SLOTS = 48  # half hours of a day
DAYS = 7
WEEK = DAYS * SLOTS

# Monday first, from midnight; True where the schedule holds.
type Grid = tuple[tuple[bool, ...], ...]
type _Window = tuple[int, int]  # half hours after midnight, start < end <= start + SLOTS
type _Windows = dict[int, frozenset[_Window]]  # day -> what starts on it

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {
    frozenset(range(DAYS)): "daily",
    frozenset(range(5)): "weekdays",
    frozenset((5, 6)): "weekend",
}


class EmptyWeek(ValueError):
    """Nothing is painted: no text means never. What the schedule is of must go instead."""


class Lost(StrEnum):
    """What a week cannot show."""

    DATES = "dates"
    HOLIDAYS = "holidays"
    TERM = "term"
    MINUTES = "minutes"  # a start or an end between half hours


class Loss(NamedTuple):
    kind: Lost
    part: str  # of the schedule, as text


def grid_of(schedule: Schedule) -> Grid:
    """Every half hour of which the schedule holds a minute, in an ordinary week of any date."""
    if not schedule.parts:
        return _grid(range(WEEK))
    painted: set[int] = set()
    for part in schedule.parts:
        for day in part.weekdays:
            for start, end in part.windows:
                first = day * SLOTS + start // HALF
                painted.update(range(first, day * SLOTS + -(-end // HALF)))
    return _grid(painted)


def lost_of(schedule: Schedule) -> tuple[Loss, ...]:
    """What painting the schedule and writing it back would lose; empty: nothing."""
    return tuple(
        Loss(kind, str(part)) for part in schedule.parts for kind, lost in _losses(part) if lost
    )


def schedule_of(grid: Grid) -> str:
    """The shortest sensible text of a painted week; a night is one window of the day it begins on.

    Raises EmptyWeek when nothing is painted, ValueError for a grid of another shape.
    """
    if len(grid) != DAYS or any(len(day) != SLOTS for day in grid):
        raise ValueError(f"a week has {DAYS} days of {SLOTS} half hours")
    cells = frozenset(n for n in range(WEEK) if grid[n // SLOTS][n % SLOTS])
    if not cells:
        raise EmptyWeek("nothing is painted; take the schedule away instead")
    if len(cells) == WEEK:
        return "daily"
    plain = _plain(cells)
    texts = [_by_day(plain), _by_window(plain)]
    if (habits := _with_habits(cells, plain)) is not None:
        texts += [_by_day(habits), _by_window(habits)]
    return min(texts, key=len)


def _losses(part: Part) -> Iterator[tuple[Lost, bool]]:
    yield Lost.DATES, part.first is not None or part.last is not None
    yield Lost.HOLIDAYS, part.holidays != "as usual"
    yield Lost.TERM, bool(part.term)
    yield Lost.MINUTES, any(minute % HALF for window in part.windows for minute in window)


def _grid(cells: Iterable[int]) -> Grid:
    painted = {cell % WEEK for cell in cells}
    return tuple(
        tuple(day * SLOTS + slot in painted for slot in range(SLOTS)) for day in range(DAYS)
    )


# --- from half hours to windows ---


def _plain(cells: frozenset[int]) -> _Windows:
    """Each run as one window, the long ones cut at midnight."""
    found: dict[int, set[_Window]] = defaultdict(set)
    for start, length in _runs(cells):
        for begin, end in _cut(start, start + length):
            found[begin // SLOTS % DAYS].add((begin % SLOTS, begin % SLOTS + end - begin))
    return {day: frozenset(windows) for day, windows in found.items()}


def _runs(cells: frozenset[int]) -> Iterator[tuple[int, int]]:
    """(first half hour, how many) of each unbroken run; the week is a circle."""
    for start in sorted(cells):
        if (start - 1) % WEEK not in cells:
            length = 1
            while (start + length) % WEEK in cells:
                length += 1
            yield start, length


def _cut(start: int, end: int) -> Iterator[_Window]:
    """A window is no longer than a day."""
    while end - start > SLOTS:
        midnight = (start // SLOTS + 1) * SLOTS
        yield start, midnight
        start = midnight
    yield start, end


def _with_habits(cells: frozenset[int], plain: _Windows) -> _Windows | None:
    """The nights of other days on days that are painted whole: `daily 21:00-06:00; sun` where
    Sunday's night would else be cut at midnight. None where no night repeats."""
    nights = {window for windows in plain.values() for window in windows if window[1] > SLOTS}
    if not nights:
        return None
    found = {day: {n for n in nights if _covers(cells, day, n)} for day in range(DAYS)}
    seen = frozenset(
        (day * SLOTS + n) % WEEK
        for day, windows in found.items()
        for start, end in windows
        for n in range(start, end)
    )
    for day in range(DAYS):
        mine = frozenset(range(day * SLOTS, (day + 1) * SLOTS))
        if mine <= cells and not mine <= seen:
            found[day].add((0, SLOTS))
            seen |= mine
    for day, windows in _plain(cells - seen).items():
        found[day] |= windows
    return {day: frozenset(windows) for day, windows in found.items() if windows}


def _covers(cells: frozenset[int], day: int, window: _Window) -> bool:
    return all((day * SLOTS + n) % WEEK in cells for n in range(*window))


# --- from windows to text ---


def _by_day(found: _Windows) -> str:
    """Days with the same windows together."""
    days: dict[frozenset[_Window], set[int]] = defaultdict(set)
    for day, windows in sorted(found.items()):
        days[windows].add(day)
    return "; ".join(_part(same, windows) for windows, same in days.items())


def _by_window(found: _Windows) -> str:
    """Windows of the same days together."""
    days: dict[_Window, set[int]] = defaultdict(set)
    for day, windows in sorted(found.items()):
        for window in windows:
            days[window].add(day)
    parts: dict[frozenset[int], set[_Window]] = defaultdict(set)
    for window, same in sorted(days.items(), key=lambda item: (min(item[1]), item[0])):
        parts[frozenset(same)].add(window)
    return "; ".join(_part(same, windows) for same, windows in parts.items())


def _part(days: Iterable[int], windows: Iterable[_Window]) -> str:
    times = sorted(windows)
    if times == [(0, SLOTS)]:
        return _days(frozenset(days))
    said = ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in times)
    return f"{_days(frozenset(days))} {said}"


def _days(days: frozenset[int]) -> str:
    """`weekdays`, `sun-thu`, `mon,wed`: runs of three days and more as ranges, over Sunday too."""
    if days in _WORDS:
        return _WORDS[days]
    words = []
    for first in sorted(days):
        if (first - 1) % DAYS in days:
            continue
        run = [first]
        while (run[-1] + 1) % DAYS in days:
            run.append((run[-1] + 1) % DAYS)
        names = [_NAMES[day] for day in run]
        words += [f"{names[0]}-{names[-1]}"] if len(run) > 2 else names
    return ",".join(words)


def _clock(slot: int) -> str:
    minute = slot * HALF if slot == SLOTS else slot % SLOTS * HALF
    return f"{minute // 60:02}:{minute % 60:02}"

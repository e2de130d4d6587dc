"""A schedule as a week one can paint, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.schedule import parse_schedule
from kidgate.policies.week import (
    DAYS,
    SLOTS,
    WEEK,
    EmptyWeek,
    Grid,
    Loss,
    Lost,
    grid_of,
    lost_of,
    schedule_of,
)

FAST = settings(max_examples=120, deadline=None, database=None)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NOTHING: Grid = ((False,) * SLOTS,) * DAYS


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("", "daily"),
        ("daily", "daily"),
        ("00:00-12:00,12:00-24:00", "daily"),
        ("daily 21:00-06:30", "daily 21:00-06:30"),
        ("sun-thu 21:00-06:00; fri,sat 22:00-07:00", "sun-thu 21:00-06:00; fri,sat 22:00-07:00"),
        ("mon 21:00-24:00; tue 00:00-06:00", "mon 21:00-06:00"),
        ("sun 22:00-24:00; mon 00:00-06:00", "sun 22:00-06:00"),
        ("mon,tue,wed,thu,fri 07:30-11:30", "weekdays 07:30-11:30"),
        ("sat;sun", "weekend"),
        ("mon 08:00-10:00; mon 09:00-11:00", "mon 08:00-11:00"),
        ("mon 08:00-10:00; mon 10:00-11:00", "mon 08:00-11:00"),
        ("wed 00:00-24:00", "wed"),
        ("mon 12:00-12:00", "mon 12:00-12:00"),
        ("daily 21:00-06:00; sun", "daily 21:00-06:00; sun"),
        ("daily 21:00-06:00; weekend 12:00-13:00", "daily 21:00-06:00; weekend 12:00-13:00"),
        ("mon-sat 08:00-09:00", "mon-sat 08:00-09:00"),
        ("sat,sun,mon 08:00-09:00", "sat-mon 08:00-09:00"),
        ("mon,wed,fri 23:30-24:00", "mon,wed,fri 23:30-24:00"),
        ("sun 23:30-00:30", "sun 23:30-00:30"),
    ],
)
def test_schedule_of_is_short_when_painted(text: str, shortest: str) -> None:
    written = schedule_of(grid_of(parse_schedule(text)))

    assert sorted(written.split("; ")) == sorted(shortest.split("; "))
    assert grid_of(parse_schedule(written)) == grid_of(parse_schedule(text))


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("daily 21:00-06:30", []),
        ("", []),
        ("daily 21:15-06:30", [Lost.MINUTES]),
        ("weekdays except holidays", [Lost.HOLIDAYS]),
        ("sat,holidays 09:00-21:00", [Lost.HOLIDAYS]),
        ("in term 21:00-06:00; out of term 23:00-07:00", [Lost.TERM, Lost.TERM]),
        ("mon; tue from 2026-11-01", [Lost.DATES]),
        ("mon 08:01-09:00 to 2026-11-30", [Lost.DATES, Lost.MINUTES]),
    ],
)
def test_lost_of_tells_when_a_week_cannot_show_it(text: str, lost: list[Lost]) -> None:
    assert [loss.kind for loss in lost_of(parse_schedule(text))] == lost


def test_lost_of_names_the_part() -> None:
    found = lost_of(parse_schedule("mon 08:00-09:00; tue in term"))

    assert found == (Loss(Lost.TERM, "tue in term"),)


def test_a_picture_shows_every_half_hour_that_is_touched() -> None:
    grid = grid_of(parse_schedule("mon 08:10-08:40 in term"))

    assert [slot for slot in range(SLOTS) if grid[0][slot]] == [16, 17]
    assert not any(any(day) for day in grid[1:])


def test_a_night_of_sunday_is_painted_on_monday() -> None:
    grid = grid_of(parse_schedule("sun 23:00-01:00"))

    assert grid[6][46:] == (True, True)
    assert grid[0][:3] == (True, True, False)


def test_nothing_painted_is_no_schedule() -> None:
    with pytest.raises(EmptyWeek, match="nothing is painted"):
        schedule_of(NOTHING)


@pytest.mark.parametrize("grid", [(), ((True,) * SLOTS,) * 6, ((True,) * 47,) * DAYS])
def test_schedule_of_refuses_when_it_is_no_week(grid: Grid) -> None:
    with pytest.raises(ValueError, match="7 days of 48"):
        schedule_of(grid)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Weeks as people paint them: strokes, some over midnight, some over the whole of days."""
    cells: set[int] = set()
    strokes = st.lists(st.tuples(st.integers(0, WEEK - 1), st.integers(1, 60)), max_size=8)
    for start, length in draw(strokes):
        cells |= {(start + n) % WEEK for n in range(length)}
    night = draw(st.none() | st.tuples(st.integers(36, 47), st.integers(49, 62)))
    for day in draw(st.sets(st.integers(0, 6))) if night else ():
        cells |= {(day * SLOTS + n) % WEEK for n in range(*night or ())}
    erased = draw(st.sets(st.integers(0, WEEK - 1), max_size=6))
    return tuple(
        tuple(d * SLOTS + n in cells and d * SLOTS + n not in erased for n in range(SLOTS))
        for d in range(DAYS)
    )


@FAST
@given(grids())
def test_a_painted_week_comes_back_as_it_was(grid: Grid) -> None:
    if grid == NOTHING:
        return
    schedule = parse_schedule(schedule_of(grid))

    assert grid_of(schedule) == grid
    assert not lost_of(schedule)
    assert schedule_of(grid_of(schedule)) == schedule_of(grid)


@FAST
@given(grids())
def test_a_painted_week_holds_when_it_is_painted(grid: Grid) -> None:
    if grid == NOTHING:
        return
    schedule, zone = parse_schedule(schedule_of(grid)), ZoneInfo("UTC")

    for number in range(WEEK):
        at = MONDAY + timedelta(minutes=30 * number)
        painted = grid[number // SLOTS][number % SLOTS]
        assert schedule.active(at, zone) is painted
        assert schedule.active(at + timedelta(minutes=29, seconds=59), zone) is painted

"""When feeds are due: a table of what clocks and servers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.updating import schedule
from kidgate.keeper.updating.schedule import (
    HOUR,
    START,
    Schedule,
    wait_after,
)
from tests.keeper.updating.stand import AT, Clock

YEARS = timedelta(days=3650)
DAILY = FeedRow("a", "adult", "https://x.example/", interval=24, tried_at=AT, checked_at=AT)


def started(clock: Clock, spread: float = 0.0) -> Schedule:
    return Schedule(lambda: clock.wall, lambda: spread, lambda: clock.steady)


def hours_until_due(schedule: Schedule, clock: Clock, row: FeedRow, most: int = 400) -> float:
    for minutes in range(0, most * 60, 10):
        if schedule.due([row]):
            return minutes / 60
        clock.on(600)
    raise AssertionError("it is never due")


@pytest.mark.parametrize(
    ("failures", "hours"),
    [(0, 24), (1, 1 / 12), (2, 1 / 6), (5, 4 / 3), (9, 64 / 3), (10, 24), (1000, 24)],
)
def test_failing_feed_is_tried_again_soon_and_then_less_often(failures: int, hours: float) -> None:
    assert wait_after(replace(DAILY, failures=failures)) == pytest.approx(hours * HOUR)


@pytest.mark.parametrize(
    ("asked", "hours"), [(timedelta(hours=2), 2), (timedelta(days=999), 24), (timedelta(0), 1 / 12)]
)
def test_server_that_asks_for_patience_gets_it_within_reason(
    asked: timedelta, hours: float
) -> None:
    row = replace(DAILY, failures=1, retry_at=AT + asked)
    assert wait_after(row) == pytest.approx(hours * HOUR)


@pytest.mark.parametrize(
    ("tried", "hours"),
    [
        (None, 0),
        (AT, 24),
        (AT - timedelta(hours=20), 4),
        (AT - timedelta(days=9), 0),
        (AT - YEARS * 5, 0),  # our clock jumped ahead, or the box stood in a cupboard
        (AT + YEARS * 5, 0),  # it was tried by a clock that was ahead
        (AT + timedelta(minutes=1), 24),
    ],
)
def test_keeper_that_starts_waits_no_longer_than_is_left(
    tried: datetime | None, hours: float
) -> None:
    clock = Clock()
    row = replace(DAILY, tried_at=tried)
    assert hours_until_due(started(clock), clock, row) == pytest.approx(hours, abs=0.2)


def test_first_look_finds_nothing_due_for_the_network_is_not_up() -> None:
    clock = Clock()
    plan = started(clock)
    row = replace(DAILY, tried_at=None)
    assert plan.due([row]) == []
    clock.on(START)
    assert plan.due([row]) == ["a"]


@pytest.mark.parametrize("to", [AT - YEARS, AT + YEARS, AT + YEARS * 5, AT - timedelta(hours=7)])
def test_clock_that_jumps_changes_nothing_for_feeds_that_wait(to: datetime) -> None:
    clock = Clock()
    plan = started(clock)
    assert plan.due([DAILY]) == []
    clock.on(6 * HOUR)
    clock.jump(to)
    assert plan.due([DAILY]) == []
    assert hours_until_due(plan, clock, DAILY) == pytest.approx(18, abs=0.2)


def test_clock_that_jumps_about_never_makes_a_feed_be_asked_too_often() -> None:
    clock = Clock()
    plan, row, tries = started(clock), DAILY, 0
    for look in range(14 * 24 * 6):
        clock.on(600)
        clock.jump(AT + timedelta(days=(-9000, 0, 9000, 30)[look % 4]))
        if plan.due([row]):
            row = replace(row, tried_at=clock.wall, checked_at=clock.wall)
            tries += 1
    assert 14 <= tries <= 15


def test_feed_that_was_just_tried_by_hand_waits_again() -> None:
    clock = Clock()
    plan = started(clock)
    plan.due([DAILY])
    clock.on(23 * HOUR)
    by_hand = replace(DAILY, tried_at=clock.wall)
    assert plan.due([by_hand]) == []
    assert hours_until_due(plan, clock, by_hand) == pytest.approx(24, abs=0.2)


def test_feed_that_is_switched_off_or_by_hand_is_never_due() -> None:
    clock = Clock()
    plan = started(clock)
    clock.on(99 * HOUR)
    assert plan.due([replace(DAILY, enabled=False), replace(DAILY, interval=0)]) == []


def test_shorter_interval_holds_at_once() -> None:
    clock = Clock()
    plan = started(clock)
    plan.due([DAILY])
    clock.on(2 * HOUR)
    hourly = replace(DAILY, interval=1)
    plan.due([hourly])
    clock.on(1)
    assert plan.due([hourly]) == ["a"]


def test_waits_are_spread() -> None:
    for spread, hours in ((-1.0, 21.6), (1.0, 26.4)):
        clock = Clock()
        assert hours_until_due(started(clock, spread), clock, DAILY) == pytest.approx(
            hours, abs=0.2
        )


def test_longest_waiting_feed_comes_first() -> None:
    clock = Clock()
    plan = started(clock)
    late = replace(DAILY, name="late", tried_at=AT - timedelta(hours=23))
    rows = [DAILY, late]
    plan.due(rows)
    clock.on(30 * HOUR)
    assert plan.due(rows) == ["late", "a"]


def test_machine_s_own_clock_goes_forward() -> None:
    assert 0 < schedule.boot_clock() <= schedule.boot_clock()

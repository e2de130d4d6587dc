"""The ledger: one table of hard days, and its laws."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies.ledger import (
    GAP,
    VISIT,
    Book,
    Span,
    ahead_of,
    begin_of,
    day_of,
    length,
    merge,
    next_midnight,
    spans_of,
    steady_zero,
    whole_minutes,
)

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 12, tzinfo=HANOI)
MINUTE = timedelta(minutes=1)


@dataclass
class Box:
    """A box that counts one key on one device, use by use, as the keeper does; its clock can be
    set and it can be started anew."""

    wall: datetime
    zone: ZoneInfo = HANOI

    def __post_init__(self) -> None:
        self.spans: list[Span] = []
        self.started: datetime | None = None
        self.uptime = timedelta(hours=1)

    def go(self, by: timedelta) -> None:
        self.wall += by
        self.uptime += by

    def set_clock(self, by: timedelta) -> None:
        self.wall += by

    def restart(self, *, clock_behind: timedelta = timedelta()) -> None:
        self.started, self.uptime = None, timedelta(seconds=20)
        self.wall -= clock_behind

    def use(self) -> None:
        if self.started is None:
            last = max((span.end for span in self.spans), default=None)
            self.started = steady_zero(self.wall - self.uptime, self.uptime, last)
        at = self.started + self.uptime
        book = Book(self.zone, ahead_of(self.wall, at))
        self.spans = merge([*self.spans, *spans_of(at, at, book)], book)

    def play(self, minutes: int) -> None:
        """Use it once a minute for so long."""
        for _ in range(minutes):
            self.use()
            self.go(MINUTE)

    def minutes(self) -> dict[str, int]:
        days = sorted({span.day for span in self.spans})
        return {
            f"{day:%m-%d}": whole_minutes(s for s in self.spans if s.day == day) for day in days
        }


def test_single_visit_is_a_minute_and_gap_of_five_minutes_joins() -> None:
    box = Box(NOON)
    box.use()
    assert box.minutes() == {"11-23": 1}
    box.go(GAP)
    box.use()
    assert box.minutes() == {"11-23": 6}
    box.go(GAP + timedelta(seconds=1))
    box.use()
    assert box.minutes() == {"11-23": 7}


def test_part_of_minute_is_not_counted() -> None:
    box = Box(NOON)
    box.use()
    box.go(timedelta(seconds=59))
    box.use()
    assert (length(box.spans), box.minutes()) == (timedelta(seconds=119), {"11-23": 1})


def test_play_over_midnight_is_parted_there() -> None:
    box = Box(datetime(2026, 11, 23, 23, 50, tzinfo=HANOI))
    box.play(30)
    assert box.minutes() == {"11-23": 10, "11-24": 20}


def test_gap_over_midnight_is_parted_there() -> None:
    box = Box(datetime(2026, 11, 23, 23, 57, tzinfo=HANOI))
    box.use()
    box.go(timedelta(minutes=5))
    box.use()
    assert box.minutes() == {"11-23": 3, "11-24": 3}


def played(box: Box, change: object, *, before: int = 20, after: int = 25) -> dict[str, int]:
    box.play(before)
    change(box)  # type: ignore[operator]
    box.play(after)
    return box.minutes()


CASES = {
    "nothing happens": (NOON, lambda box: None, {"11-23": 45}),
    "clock set an hour forwards": (NOON, lambda b: b.set_clock(timedelta(hours=1)), {"11-23": 45}),
    "clock set an hour back": (NOON, lambda b: b.set_clock(-timedelta(hours=1)), {"11-23": 45}),
    "clock set ten minutes back": (
        NOON,
        lambda b: b.set_clock(-timedelta(minutes=10)),
        {"11-23": 45},
    ),
    "clock set forwards by years, from 1970": (
        datetime(1970, 1, 1, 8, tzinfo=HANOI),
        lambda b: b.set_clock(timedelta(days=20_000)),
        {"10-04": 25, "01-01": 20},
    ),
    "clock set into the next day": (
        NOON,
        lambda b: b.set_clock(timedelta(hours=12)),
        {"11-23": 20, "11-24": 25},
    ),
    "clock set back into the day before": (
        NOON,
        lambda b: b.set_clock(-timedelta(hours=13)),
        {"11-22": 25, "11-23": 20},
    ),
    "clock creeps a second": (NOON, lambda b: b.set_clock(timedelta(seconds=1)), {"11-23": 45}),
    "box started anew": (NOON, lambda b: b.restart(), {"11-23": 45}),
    "box started anew with a clock that is behind": (
        NOON,
        lambda b: b.restart(clock_behind=timedelta(minutes=30)),
        {"11-23": 45},
    ),
    "box without a battery, then the network's time": (
        NOON,
        lambda b: (
            b.restart(clock_behind=timedelta(hours=2)),
            b.play(10),
            b.set_clock(timedelta(hours=2)),
        ),
        {"11-23": 55},
    ),
    "profile moves west within the day": (
        NOON,
        lambda b: setattr(b, "zone", BERLIN),
        {"11-23": 45},
    ),
    "profile moves west, back into yesterday": (
        datetime(2026, 11, 24, 0, 30, tzinfo=HANOI),
        lambda b: setattr(b, "zone", BERLIN),
        {"11-23": 25, "11-24": 20},
    ),
    "profile moves east, into tomorrow": (
        datetime(2026, 11, 23, 20, tzinfo=BERLIN),
        lambda b: setattr(b, "zone", HANOI),
        {"11-24": 45},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_minute_is_lost_or_invented_when(name: str) -> None:
    at, change, expected = CASES[name]
    assert played(Box(at), change) == expected


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)]
)
def test_day_of_clock_change_has_all_its_minutes(day: date, hours: int) -> None:
    box = Box(begin_of(day, BERLIN), BERLIN)
    minutes = hours * 60
    box.spans = spans_of(box.wall, box.wall + timedelta(minutes=minutes - 1), Book(BERLIN))
    assert box.minutes() == {f"{day:%m-%d}": minutes}
    assert next_midnight(box.wall, BERLIN).astimezone(UTC) - box.wall == timedelta(hours=hours)
    assert str(next_midnight(box.wall, BERLIN).time()) == "00:00:00"


@pytest.mark.parametrize(
    "zone", ["Asia/Beirut", "America/Havana", "America/St_Johns", "Pacific/Apia", "Africa/Cairo"]
)
def test_days_follow_each_other_where_clocks_change_at_midnight(zone: str) -> None:
    found = ZoneInfo(zone)
    for year in (1995, 2011, 2024):
        at = datetime(year, 1, 1, 12, tzinfo=UTC)
        while at.year == year:
            day = day_of(at, found)
            assert begin_of(day, found) <= at < begin_of(day + timedelta(days=1), found)
            at += timedelta(minutes=367)


def test_two_devices_at_once_count_once() -> None:
    book = Book(HANOI)
    tablet = spans_of(NOON, NOON + 9 * MINUTE, book)
    phone = spans_of(NOON + 5 * MINUTE, NOON + 14 * MINUTE, book)
    later = spans_of(NOON + 60 * MINUTE, NOON + 60 * MINUTE, book)
    assert whole_minutes([*phone, *later, *tablet]) == 16


# --- laws ---

SECONDS = st.integers(0, 3 * 24 * 3600).map(lambda s: timedelta(seconds=s))
USES = st.lists(SECONDS, min_size=1, max_size=40)
ZONES = st.sampled_from([HANOI, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("UTC")])
START = datetime(2026, 10, 24, 12, tzinfo=UTC)  # with the end of summer time within


def booked(uses: list[timedelta], book: Book, *, batch: int) -> list[Span]:
    spans: list[Span] = []
    for at in range(0, len(uses), batch):
        new = [s for use in uses[at : at + batch] for s in spans_of(START + use, START + use, book)]
        spans = merge([*spans, *new], book)
    return spans


@given(USES, ZONES, st.integers(1, 7), st.randoms(use_true_random=False))
def test_order_and_batches_do_not_matter(
    uses: list[timedelta], zone: ZoneInfo, batch: int, chance: random.Random
) -> None:
    book = Book(zone)
    once = booked(sorted(uses), book, batch=len(uses))
    mixed = list(uses)
    chance.shuffle(mixed)
    assert booked(mixed, book, batch=batch) == once


@given(USES, ZONES)
def test_batch_that_comes_twice_changes_nothing(uses: list[timedelta], zone: ZoneInfo) -> None:
    book = Book(zone)
    once = booked(uses, book, batch=3)
    assert booked([*uses, *uses], book, batch=3) == once
    assert merge(once, book) == once


@given(USES, ZONES)
def test_days_add_up_to_the_length_by_the_rule(uses: list[timedelta], zone: ZoneInfo) -> None:
    """The rule said again, in the plainest way: neighbours at most five minutes apart join."""
    times = sorted(set(uses))
    apart = (after - before for before, after in pairwise(times))
    plain = VISIT + sum((gap if gap <= GAP else min(gap, VISIT) for gap in apart), timedelta())
    spans = booked(uses, Book(zone), batch=4)
    assert length(spans) == plain
    by_day = [length(s for s in spans if s.day == day) for day in {span.day for span in spans}]
    assert sum(by_day, timedelta()) == plain
    for span in spans:
        assert begin_of(span.day, zone) <= span.start < span.end
        assert span.end <= begin_of(span.day + timedelta(days=1), zone)

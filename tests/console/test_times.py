"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import pytest

from kidgate.console import times

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 9, 0, 0, 123, tzinfo=UTC)  # 16:00 in the house


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("+2h", "2026-11-23T18:00+07:00"),
        ("+1h30m", "2026-11-23T17:30+07:00"),
        ("+1w", "2026-11-30T16:00+07:00"),
        ("21:30", "2026-11-23T21:30+07:00"),
        ("today", "2026-11-24T00:00+07:00"),
        ("2026-11-25", "2026-11-26T00:00+07:00"),
        ("2026-11-23T12:00Z", "2026-11-23T19:00+07:00"),
    ],
)
def test_until_is_in_the_houses_zone_when_it_names_none(text: str, end: str) -> None:
    assert times.until(text, NOW, ZONE) == at(end)


def test_until_is_no_end_when_it_is_forever() -> None:
    assert times.until("forever", NOW, ZONE) is None


@pytest.mark.parametrize("text", ["15:59", "2026-11-22", "2026-11-23T16:00+07:00", "+0m"])
def test_until_is_refused_when_it_has_passed(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"has passed; it is 2026-11-23 16:00"):
        times.until(text, NOW, ZONE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "2026-11-23T16:00+07:00"),
        ("25:00", "is no time"),
        ("2026-11-23T21:30", "has no time zone; write for example 2026-11-23T21:30+07:00"),
        ("2026-02-30", "no day of the calendar"),
        ("+2x", "+2h or +1h30m"),
        ("+", "+2h or +1h30m"),
        ("+99999w", "write forever"),
        ("", "is no time"),
    ],
)
def test_until_says_what_to_write_when_it_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        times.until(text, NOW, ZONE)
    assert said in str(caught.value.message)


def test_until_keeps_the_wall_clock_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert times.until("2026-03-29", now, berlin) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert times.until("+1d", now, berlin) == now.astimezone(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("7d", "2026-11-16T16:00:00.000123+07:00"),
        ("-90m", "2026-11-23T14:30:00.000123+07:00"),
        ("today", "2026-11-23T00:00+07:00"),
        ("2026-11-01", "2026-11-01T00:00+07:00"),
        ("07:00", "2026-11-23T07:00+07:00"),
    ],
)
def test_since_counts_back_when_it_is_a_span(text: str, start: str) -> None:
    assert times.since(text, NOW, ZONE) == at(start)


def test_moment_may_lie_in_the_past_when_asked_for_a_check() -> None:
    assert times.moment("now", NOW, ZONE) == NOW
    assert times.moment("07:00", NOW, ZONE) == at("2026-11-23T07:00+07:00")
    assert times.moment("+1h", NOW, ZONE) == NOW + timedelta(hours=1)

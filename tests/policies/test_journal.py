"""What a journal row says of a visit: never more than the level allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.journal import Entry, entry_of
from kidgate.policies.model import (
    Decision,
    JournalLevel,
    Reason,
    Source,
    Verdict,
    Visit,
)
from kidgate.policies.names import parse_url

FAST = settings(max_examples=200, deadline=None, database=None)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VISIT = Visit(parse_url("https://xau.test/bi-mat?q=rieng#x"), NOON, child="mai", device="tablet")
SECRETS = ("xau.test", "bi-mat", "rieng")


def decision(reason: Reason = Reason.CATEGORY) -> Decision:
    return Decision(
        Verdict.BLOCK,
        reason,
        Source("feed", "ut1", "xau.test", 12),
        category="adult",
        rule_id=None,
        snapshot_id="7",
        tier="9-12",
    )


def entry(level: JournalLevel, reason: Reason = Reason.CATEGORY) -> Entry:
    return entry_of(VISIT, decision(reason), level, id="e1", address="192.0.2.50")


def test_level_url_keeps_the_whole_address() -> None:
    row = entry(JournalLevel.URL)
    assert (row.host, row.url) == ("xau.test", "https://xau.test/bi-mat?q=rieng")
    assert row.source == "feed ut1: xau.test (line 12)"


def test_level_host_keeps_the_host_alone() -> None:
    row = entry(JournalLevel.HOST)
    assert (row.host, row.url) == ("xau.test", "")
    assert "bi-mat" not in row.to_line()
    assert "rieng" not in row.to_line()


def test_level_category_keeps_no_name() -> None:
    row = entry(JournalLevel.CATEGORY)
    assert (row.category, row.host, row.url, row.source) == ("adult", "", "", "feed")
    assert not any(secret in row.to_line() for secret in SECRETS)


def test_level_nothing_keeps_who_was_stopped_and_why_alone() -> None:
    row = entry(JournalLevel.NOTHING)
    assert (row.child, row.verdict, row.reason) == ("mai", "block", "category")
    assert (row.category, row.host, row.url, row.device, row.address) == ("",) * 5
    assert not any(secret in row.to_line() for secret in SECRETS)


@pytest.mark.parametrize("level", list(JournalLevel))
def test_a_safe_harbour_tells_nobody_who_turned_to_it(level: JournalLevel) -> None:
    row = entry(level, Reason.SAFE_HARBOUR)
    assert (row.child, row.device, row.address, row.category) == ("",) * 4
    assert not any(secret in row.to_line() for secret in SECRETS)


@pytest.mark.parametrize("level", list(JournalLevel))
def test_the_gateways_own_pages_keep_no_address(level: JournalLevel) -> None:
    row = entry(level, Reason.OWN_PAGE)
    assert row.child == "mai"
    assert not any(secret in row.to_line() for secret in SECRETS)


@pytest.mark.parametrize("level", list(JournalLevel))
def test_every_level_keeps_the_moment_the_verdict_and_the_version(level: JournalLevel) -> None:
    row = entry(level)
    assert (row.at, row.verdict, row.reason, row.tier, row.version) == (
        NOON,
        "block",
        "category",
        "9-12",
        "7",
    )


TEXT = st.text(max_size=20)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
NAMES = ("child", "device", "tier", "verdict", "reason", "category", "host", "url", "source")
ENTRIES = st.builds(
    Entry,
    id=TEXT,
    at=st.datetimes(timezones=ZONES),
    rule_id=st.none() | st.integers(0, 2**53),
    **dict.fromkeys((*NAMES, "version", "kind", "address"), TEXT),
    count=st.integers(1, 10**6),
)


@FAST
@given(row=ENTRIES)
def test_a_line_comes_back_as_the_entry_it_was(row: Entry) -> None:
    line = row.to_line()
    assert "\n" not in line
    assert line.isascii()
    again = Entry.from_line(line)
    assert again == row
    assert again.at.utcoffset() == row.at.utcoffset()


@pytest.mark.parametrize(
    "line",
    [
        *("", "x", "null", "[]", '"at"', "5", "{}", '{"at": 5}', '{"at": "noon"}', b"\xff"),
        '{"at": "2026-11-23T12:00:00+00:00"}',
    ],
)
def test_from_line_refuses_what_is_no_entry(line: str | bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        Entry.from_line(line)

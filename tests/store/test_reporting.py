"""What digests and reports count, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kidgate.policies.journal import Entry
from kidgate.store import digests, reporting
from kidgate.store.channels import (
    ChannelRow,
    all_channels,
    claim,
    is_due,
    mark_sent,
    mark_tried,
    put_channel,
    put_messages,
    sent_lately,
)
from kidgate.store.database import Database
from kidgate.store.journal import append
from kidgate.store.reporting import CheckRow
from kidgate.store.school import Span, found_entries, school_facts

AT = datetime(2026, 11, 20, 20, tzinfo=UTC)  # already the 21st in Viet Nam
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = Entry(
    "e1", AT, "mai", "tablet", "9-12", "block", "category", "games", "g.example", "", "", None, "1"
)
ENTRIES = (
    FIRST,
    replace(FIRST, id="e2"),
    replace(FIRST, id="e3", child="nam", reason="bedtime", category="", at=AT - timedelta(days=2)),
    replace(FIRST, id="e4", reason="security", category="impersonation", host="vcb.example"),
    replace(FIRST, id="e5", verdict="allow"),
    replace(FIRST, id="e6", kind="request", verdict="ask"),
)
SINCE, UNTIL = AT - timedelta(days=7), AT + timedelta(hours=1)


@pytest.fixture
def journaled(database: Database) -> Database:
    with database.writing() as session:
        append(session, ENTRIES)
    return database


def test_stopped_visits_are_counted_and_nothing_else(journaled: Database) -> None:
    with journaled.reading() as session:
        rows = {
            (r.child, r.category, r.reason): r.times
            for r in reporting.stopped(session, SINCE, UNTIL)
        }
        theirs = reporting.stopped(session, SINCE, UNTIL, children=("nam",))
        days = reporting.by_day(session, SINCE, UNTIL, ZONE)
        caught = reporting.lookalikes(session, SINCE, UNTIL)
        calm = reporting.calm_since(session, SINCE, UNTIL)
    assert rows == {
        ("mai", "games", "category"): 2,
        ("mai", "impersonation", "security"): 1,
        ("nam", "", "bedtime"): 1,
    }
    assert [row.child for row in theirs] == ["nam"]
    assert days == {date(2026, 11, 19): 1, date(2026, 11, 21): 3}
    assert caught == {"mai": (1, ["vcb.example"])}
    assert calm == {"mai": AT, "nam": AT - timedelta(days=2)}


def test_school_is_told_its_days_requests_and_checks(journaled: Database) -> None:
    check = CheckRow(
        "r1", AT, "cô", "9-12", "category:adult", "", "stopped", "block", "c", True, "1"
    )
    span = Span(date(2026, 11, 18), date(2026, 11, 21), ZONE)
    with journaled.writing() as session:
        reporting.put_checks(session, [check])
        found = school_facts(session, span, made_at=AT, made_by="cô", called=str.upper)
        entries = found_entries(session, ["e4", "missing"])
    assert [count for _, count in found.by_day] == [0, 1, 0, 3]
    assert (found.pupils, found.tiers) == ([("MAI", 3), ("NAM", 1)], [("9-12", 4)])
    assert [row.result for row in found.checks] == ["block c"]
    assert [(one.entry, one.host) for one in entries] == [("e4", "vcb.example")]


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-22T17:59", "2026-11-15T18:00"),
        ("2026-11-22T18:00", "2026-11-22T18:00"),
        ("2026-11-28T23:00", "2026-11-22T18:00"),
        ("2027-01-03T19:00", "2027-01-03T18:00"),
    ],
)
def test_week_ends_on_sunday_at_six(now: str, end: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    found = digests.last_end(moment, ZONE)
    assert found == datetime.fromisoformat(end).replace(tzinfo=ZONE)
    assert digests.end_of_week(digests.week_number(found), ZONE) == found


def test_week_number_is_that_of_the_calendar() -> None:
    assert digests.week_number(datetime(2027, 1, 3, 18, tzinfo=ZONE)) == "2026-W53"
    for text in ("47", "2026-W54", "2026-Wx"):
        with pytest.raises(ValueError):
            digests.end_of_week(text, ZONE)


def test_message_waits_once_and_is_claimed_by_one(database: Database) -> None:
    later = AT + timedelta(minutes=5)
    with database.writing() as session:
        number = put_channel(session, ChannelRow(0, "phone", "", "json://x/", created_at=AT))
        message = {"channel": number, "key": "alert:1", "severity": "info", "at": AT}
        message |= {"title": "t", "text": "x", "html": ""}
        put_messages(session, [message, message])
        put_messages(session, [message])
    with database.writing() as session:
        (claimed,) = claim(session, AT, later)
        assert claim(session, AT, later) == []
        assert not is_due(session, AT) and is_due(session, later)
        mark_tried(session, claimed.id, "away", AT)
        assert [found.tries for found in claim(session, AT, later)] == [1]
        mark_sent(session, [claimed.id], AT)
        assert sent_lately(session, AT + timedelta(minutes=59)) == {number: 1}
        assert sent_lately(session, AT + timedelta(minutes=61)) == {}
        assert [row.name for row in all_channels(session)] == ["phone"]

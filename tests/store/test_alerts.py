from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from kidgate.store.alerts import (
    alerts,
    handle,
    handle_answered,
    mark_told,
    put_alert,
    unseen_alerts,
    untold,
    was_put,
)
from kidgate.store.columns import Base
from kidgate.store.database import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=10)
LATER = NOON + timedelta(hours=7)
PHISHING = {"child": "mai", "device": "tablet", "category": "phishing", "hosts": ["a.example"]}
PIN = {"device": "tablet", "host": "app.example"}


def test_alert_counts_up_when_it_is_found_again_soon(database: Database) -> None:
    again = PHISHING | {"hosts": ["b.example"]}
    with database.writing() as session:
        assert put_alert(session, kind="security", facts=PHISHING, at=NOON)
        assert not put_alert(session, kind="security", facts=again, at=SOON)
        assert put_alert(session, kind="security", facts=PHISHING | {"child": "an"}, at=SOON)
        assert put_alert(session, kind="security", facts=PHISHING, at=LATER)
    with database.reading() as session:
        latest, _, first = alerts(session)
    assert (latest.count, latest.first_at) == (1, LATER)
    assert (first.count, first.first_at, first.last_at) == (2, NOON, SOON)
    assert first.facts["hosts"] == ["a.example", "b.example"]
    assert "a.example, b.example" in first.what("en") and "(2 lần)" in first.what("vi")


def test_alert_of_a_lasting_state_is_written_once_for_ever(database: Database) -> None:
    with database.writing() as session:
        assert put_alert(session, kind="pinned", facts=PIN, at=NOON)
        handle(session, None, by="mẹ", at=NOON)
        assert not put_alert(session, kind="pinned", facts=PIN, at=NOON + timedelta(days=400))
    with database.reading() as session:
        assert alerts(session) == []
        (row,) = alerts(session, handled=True)
    assert (row.count, row.handled_by, row.handled_at) == (1, "mẹ", NOON)


def test_alert_is_new_when_it_comes_again_after_somebody_looked(database: Database) -> None:
    with database.writing() as session:
        put_alert(session, kind="security", facts=PHISHING, at=NOON)
        (row,) = alerts(session)
        assert handle(session, [row.id, 999], by="mẹ", at=NOON) == 1
        assert handle(session, [row.id], by="bố", at=SOON) == 0
        assert put_alert(session, kind="security", facts=PHISHING, at=SOON)
    with database.reading() as session:
        assert [row.first_at for row in alerts(session)] == [SOON]
        assert len(alerts(session, handled=None)) == 2
        assert alerts(session, children=("an",)) == []
        assert was_put(session, kind="security", facts=PHISHING, at=SOON)
        assert not was_put(session, kind="security", facts=PHISHING, at=LATER)


def test_alert_waits_to_be_told_until_it_is_marked(database: Database) -> None:
    with database.writing() as session:
        put_alert(session, kind="security", facts=PHISHING, at=NOON)
        (row,) = untold(session)
        mark_told(session, [row.id])
        assert untold(session) == []


def test_alert_of_a_request_is_taken_back_when_it_was_answered(database: Database) -> None:
    with database.writing() as session:
        for number in (1, 2):
            put_alert(session, kind="request", facts={"child": "mai", "request": number}, at=NOON)
        handle_answered(session, [1], at=SOON)
        assert [row.facts["request"] for row in alerts(session)] == [2]


def test_alert_of_an_older_version_keeps_its_text(database: Database) -> None:
    table = Base.metadata.tables["alerts"]
    old = {"kind": "feed", "severity": "info", "text": "late", "at": NOON, "seen": False}
    with database.writing() as session:
        session.execute(insert(table), [old])
    with database.reading() as session:
        assert unseen_alerts(session) == [("feed", "info", "late", NOON)]
        assert untold(session) == []

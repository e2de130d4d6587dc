from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kidgate.store.alerts import put_alert, unseen_alerts
from kidgate.store.database import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def test_alert_is_written_once_when_it_is_found_again(database: Database) -> None:
    disk = {"kind": "disk", "severity": "urgent", "text": "the disk is full"}
    with database.writing() as session:
        assert put_alert(session, **disk, at=NOON)
        assert not put_alert(session, **disk, at=LATER)
        assert put_alert(session, kind="feed", severity="info", text="late", at=LATER)
    with database.reading() as session:
        assert unseen_alerts(session) == [
            ("feed", "info", "late", LATER),
            ("disk", "urgent", "the disk is full", NOON),
        ]

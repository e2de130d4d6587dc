from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.store import inbox
from kidgate.store.database import Database
from kidgate.store.inbox import Seen, all_seen, forget, put_seen

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
PHONE = Seen("02:ab:00:00:00:01", "02:ab:00:00:00:01", "192.0.2.1", "phone", "dns", NOON, NOON)


def test_device_is_new_once_and_its_last_place_is_kept(database: Database) -> None:
    again = replace(
        PHONE, address="2001:db8::1", name="", way="socks", first_at=LATER, last_at=LATER
    )
    with database.writing() as session:
        assert put_seen(session, PHONE)
        assert not put_seen(session, again)
    with database.reading() as session:
        assert all_seen(session) == [replace(again, name="phone", first_at=NOON)]
    with database.writing() as session:
        assert forget(session, PHONE.key)
        assert not forget(session, PHONE.key)
        assert all_seen(session) == []


def test_oldest_make_room_when_there_are_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST", 3)
    with database.writing() as session:
        for number in range(5):
            at = NOON + timedelta(minutes=number)
            put_seen(session, replace(PHONE, key=f"192.0.2.{number}", first_at=at, last_at=at))
        assert [seen.key for seen in all_seen(session)] == ["192.0.2.4", "192.0.2.3", "192.0.2.2"]

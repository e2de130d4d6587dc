from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from kidgate.store.columns import Base
from kidgate.store.database import Database
from kidgate.store.requests import approved_targets

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLE = Base.metadata.tables["requests"]


def test_approved_targets_are_those_that_adults_opened_since(database: Database) -> None:
    asked = {
        "at": NOW, "profile": "mai", "device": "tablet", "url": "", "note": "", "answer": "",
        "answered_by": "lan",
    }  # fmt: skip
    rows = [
        asked | {"target": "a.example", "state": "approved", "answered_at": NOW, "grant": 4},
        asked | {"target": "b.example", "state": "denied", "answered_at": NOW, "grant": None},
        asked | {"target": "c.example", "state": "open", "answered_at": None, "grant": None},
        asked
        | {
            "target": "d.example",
            "state": "approved",
            "answered_at": NOW - timedelta(days=9),
            "grant": None,
        },
    ]
    with database.writing() as session:
        session.execute(insert(TABLE), rows)
    with database.reading() as session:
        assert approved_targets(session, NOW - timedelta(days=1)) == [(4, "a.example")]

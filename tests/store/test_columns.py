from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from kidgate.store.columns import dump_json
from kidgate.store.database import Database
from kidgate.store.schema import Alert

SAIGON = timezone(timedelta(hours=7))
ALERT = {"kind": "feed", "severity": "info", "text": "x", "seen": False}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 22, 5, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, 3, tzinfo=SAIGON),
        datetime(9000, 1, 1, tzinfo=UTC),
    ],
)
def test_time_comes_back_in_utc_when_stored(database: Database, at: datetime) -> None:
    with database.writing() as session:
        session.execute(insert(Alert), [ALERT | {"at": at}])
    with database.reading() as session:
        found = session.scalar(select(Alert.at))
    assert found == at
    assert found.tzinfo is UTC


def test_times_sort_by_moment_when_zones_differ(database: Database) -> None:
    early, late = datetime(2026, 1, 1, 5, tzinfo=SAIGON), datetime(2026, 1, 1, 4, tzinfo=UTC)
    with database.writing() as session:
        session.execute(insert(Alert), [ALERT | {"at": late}, ALERT | {"at": early}])
    with database.reading() as session:
        assert list(session.scalars(select(Alert.at).order_by(Alert.at))) == [early, late]
        assert session.scalar(select(Alert.at).where(Alert.at > early)) == late


def test_naive_time_is_refused_when_stored(database: Database) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), database.writing() as session:
        session.execute(insert(Alert), [ALERT | {"at": datetime(2026, 1, 1)}])  # noqa: DTZ001


def test_json_is_short_and_readable_when_written() -> None:
    assert dump_json({"vi": "Trò chơi", "n": [1, 2]}) == '{"vi":"Trò chơi","n":[1,2]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json(float("nan"))

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from kidgate.store import dialects
from kidgate.store.database import Database, open_database
from kidgate.store.faults import DatabaseFault
from kidgate.store.schema import Alert

ALERT = {
    "kind": "feed",
    "severity": "info",
    "at": datetime(2026, 11, 22, tzinfo=UTC),
    "text": "x",
    "seen": False,
}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 123),
        ("wal_autocheckpoint", dialects.WAL_PAGES),
        ("journal_size_limit", dialects.WAL_BYTES),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
def test_pragma_is_set_when_connected(
    sqlite_template: Path, tmp_path: Path, pragma: str, value: object
) -> None:
    path = tmp_path / "kidgate.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(path, create=False, busy_ms=123)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


def test_wal_is_cut_back_when_it_once_grew(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "kidgate.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(path, create=False)
    big = ALERT | {"text": "x" * 1_000_000}
    with database.writing() as session:  # one transaction beyond the limit: it cannot be folded in
        session.execute(insert(Alert), [big] * 20)
    wal = Path(f"{path}-wal")
    assert wal.stat().st_size > dialects.WAL_BYTES
    for _ in range(2):  # the next commits fold it in and begin it anew
        with database.writing() as session:
            session.execute(insert(Alert), [ALERT])
    assert wal.stat().st_size <= dialects.WAL_BYTES
    database.close()


def test_reader_sees_one_state_when_another_writes(database: Database) -> None:
    with database.reading() as reader:
        assert reader.scalars(select(Alert.id)).all() == []
        with database.writing() as writer:
            writer.execute(insert(Alert), [ALERT])
        assert reader.scalars(select(Alert.id)).all() == []
    with database.reading() as reader:
        assert len(reader.scalars(select(Alert.id)).all()) == 1


def test_second_writer_of_the_policy_waits_when_one_is_at_work(url: str) -> None:
    first, second = (open_database(url, create=False, busy_ms=50) for _ in range(2))
    with first.writing() as session:
        dialects.lock_policy(session)
        with (
            pytest.raises(DatabaseFault, match="locked by another process"),
            second.writing() as other,
        ):
            dialects.lock_policy(other)
    with second.writing() as other:  # free again
        dialects.lock_policy(other)
    first.close()
    second.close()


def test_findings_are_none_when_all_is_well(database: Database) -> None:
    assert database.integrity_check() == ()


def test_finding_names_the_row_when_a_reference_dangles(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "kidgate.db"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(sqlite3.connect(path)) as connection:  # it leaves foreign keys alone
        connection.execute("INSERT INTO device_addresses VALUES ('gone', 'ip', 0, '10.0.0.1')")
        connection.commit()
    database = open_database(path, create=False)
    assert database.integrity_check() == ("row 1 of device_addresses names no row of devices",)
    database.close()


def test_threads_share_a_database_when_they_write_at_once(database: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with database.writing() as session:
                session.execute(insert(Alert), [ALERT])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM alerts")) == 20

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

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


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    found = tmp_path / "kidgate.db"
    shutil.copy(sqlite_template, found)
    return found


@contextmanager
def opened(path: Path, *, busy_ms: int = 50) -> Iterator[Database]:
    database = open_database(path, create=False, busy_ms=busy_ms)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def add_alert(database: Database) -> None:
    with database.writing() as session:
        session.execute(insert(Alert), [ALERT])


def count_alerts(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Alert.id)).all())


def test_files_are_the_owner_s_alone_when_made(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        database = open_database(tmp_path / "kidgate.db", create=True)
        add_alert(database)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(old)
    database.close()
    assert modes == {"kidgate.db": 0o600, "kidgate.db-wal": 0o600, "kidgate.db-shm": 0o600}


def test_file_is_closed_to_others_when_it_was_open(path: Path) -> None:
    path.chmod(0o644)
    with opened(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_writes_are_kept_when_the_block_ends(database: Database) -> None:
    add_alert(database)
    assert count_alerts(database) == 1


def test_writes_are_gone_when_the_block_raises(database: Database) -> None:
    with pytest.raises(KeyError), database.writing() as session:
        session.execute(insert(Alert), [ALERT])
        raise KeyError
    assert count_alerts(database) == 0


def test_broken_constraint_stays_a_bug_when_it_happens(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(insert(Alert), [ALERT | {"severity": "mild"}])


def test_fault_when_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"the folder `.*/nowhere` .* does not exist"):
        open_database(tmp_path / "nowhere" / "kidgate.db", create=True)
    assert list(tmp_path.iterdir()) == []


def test_fault_when_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"there is no database .*kidgate setup"):
        open_database(tmp_path / "kidgate.db", create=False, migrate=True)
    assert list(tmp_path.iterdir()) == []


def test_fault_when_the_database_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match="is a folder"):
        open_database(tmp_path, create=True)


def test_fault_when_the_database_is_empty_and_may_not_be_made(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).touch()
    with pytest.raises(DatabaseFault, match="is empty; run `kidgate setup`"):
        open_database(empty_url, create=False, migrate=True)


def test_fault_when_the_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "kidgate.db"
    path.write_bytes(b"not a database, whatever its name says\n" * 100)
    with pytest.raises(DatabaseFault, match=r"is not a database.*kidgate restore"):
        open_database(path, create=True)
    assert path.read_bytes().startswith(b"not a database")


def test_fault_when_a_page_is_destroyed(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(DatabaseFault, match=r"is damaged; restore a backup"), opened(path) as found:
        count_alerts(found)


def test_check_tells_what_is_wrong_when_an_index_is_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_alerts_seen_at'"
        ).fetchone()[0]
    with opened(path) as database:
        add_alert(database)
    with path.open("r+b") as file:
        file.seek(page * 4096 - 8)
        file.write(b"\x00" * 8)
    with opened(path) as database:
        findings = database.integrity_check()
    assert any("ix_alerts_seen_at" in finding for finding in findings)


def test_fault_when_another_process_holds_the_lock(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other, opened(path) as database:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseFault, match="locked by another process"):
            add_alert(database)
        assert count_alerts(database) == 0  # reading goes on
        other.execute("ROLLBACK")
        add_alert(database)
        assert count_alerts(database) == 1


def test_fault_when_the_disk_is_full(path: Path) -> None:
    with opened(path) as database:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(DatabaseFault, match="is full"), database.writing() as session:
            session.execute(insert(Alert), [ALERT | {"text": "x" * 500_000}])
        assert count_alerts(database) == 0


@pytest.mark.parametrize("create", [True, False])
def test_fault_when_the_disk_is_read_only(sqlite_template: Path, *, create: bool) -> None:
    with TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "kidgate.db"
        shutil.copy(sqlite_template, path)
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            with as_nobody(), pytest.raises(DatabaseFault) as caught:
                open_database(path, create=create)
        finally:
            folder.chmod(0o755)
        assert "cannot be written" in caught.value.message
        assert path.read_bytes() == before


def test_fault_when_the_folder_is_read_only() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with as_nobody(), pytest.raises(DatabaseFault, match="cannot be written; mount"):
            open_database(Path(name) / "kidgate.db", create=True)
        assert list(Path(name).iterdir()) == []


@pytest.mark.parametrize("lost", ["kidgate.db", "kidgate.db-wal"])
def test_fault_when_the_database_is_deleted_while_open(path: Path, lost: str) -> None:
    with opened(path) as database:
        add_alert(database)
        (path.parent / lost).unlink()
        with pytest.raises(DatabaseFault, match="deleted or replaced while it was in use"):
            add_alert(database)


def test_fault_when_the_database_is_replaced_while_open(path: Path, sqlite_template: Path) -> None:
    with opened(path) as database:
        shutil.copy(sqlite_template, path.with_name("other.db"))
        path.with_name("other.db").replace(path)
        for use in (add_alert, count_alerts):
            with pytest.raises(DatabaseFault, match="deleted or replaced while it was in use"):
                use(database)


def test_fault_hides_the_password_when_the_server_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match="did not answer") as caught:
        open_database(f"postgresql://kidgate:s3cret@/x?host={tmp_path}", create=False)
    assert "s3cret" not in str(caught.value)
    assert "check that the server runs" in caught.value.what_to_do


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql//x", "://", "sqlite://", "http://x/"])
def test_fault_when_the_url_is_not_understood(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseFault):
        open_database(url, create=True)
    assert list(tmp_path.iterdir()) == []


def test_fault_names_the_package_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseFault, match=r"package `psycopg`; install `kidgate\[postgresql\]`"):
        open_database("postgres://kidgate@localhost/x", create=False)


def test_room_is_refused_while_a_reader_keeps_a_large_wal_and_is_there_again_without_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.store.database.WAL_MOST", 1)
    with opened(path) as database, opened(path) as other:
        with other.reading() as session:
            session.scalar(select(Alert.id))
            add_alert(database)
            with pytest.raises(DatabaseFault, match=r"reads .* for long"):
                database.check_room()
            add_alert(database)  # what a person changes goes on
        database.check_room()
        assert Path(f"{path}-wal").stat().st_size == 0
        add_alert(database)  # an emptied WAL is no deleted one


def test_room_is_there_when_the_wal_is_small(path: Path) -> None:
    with opened(path) as database, opened(path) as other, other.reading() as session:
        session.scalar(select(Alert.id))
        add_alert(database)
        database.check_room()

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.store import backup as module
from kidgate.store import policy
from kidgate.store.backup import backup, restore
from kidgate.store.database import Database, open_database
from kidgate.store.faults import DatabaseFault

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A database in use whose group is called `old`, for the most part still in its WAL."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "kidgate.db")
    database = open_database(folder / "kidgate.db", create=False)
    write(database, "old")
    yield database
    database.close()


def write(database: Database, title: str) -> None:
    rows = PolicyRows(groups=(GroupRow("8A", title=title),))
    with database.writing() as session:
        policy.write_policy(session, rows, author="", comment="", at=NOW)


def title_in(path: Path) -> str:
    database = open_database(path, create=False)
    with database.reading() as session:
        found = policy.read_policy(session).groups[0].title
    database.close()
    return found


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_backup_holds_everything_when_the_database_is_in_use(
    house: Database, tmp_path: Path
) -> None:
    with house.writing():  # not even a writer at work keeps it from being copied
        backup(house, tmp_path / "copy.db")
    assert names(tmp_path) == ["copy.db", "home"]
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert title_in(tmp_path / "copy.db") == "old"


def test_backup_does_not_replace_a_file(house: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(DatabaseFault, match="exists already"):
        backup(house, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_backup_fault_when_the_folder_is_missing(house: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"the folder `.*/nowhere` does not exist"):
        backup(house, tmp_path / "nowhere" / "copy.db")


def test_backup_names_the_tool_when_it_is_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    database = open_database(postgresql_url, create=False)
    with pytest.raises(DatabaseFault, match="use `pg_dump"):
        backup(database, tmp_path / "copy.db")
    database.close()


def test_restore_brings_back_what_was_saved(house: Database, tmp_path: Path) -> None:
    assert house.path is not None
    backup(house, tmp_path / "copy.db")
    write(house, "new")
    house.close()
    restore(tmp_path / "copy.db", house.path)
    assert names(house.path.parent) == ["kidgate.db"]
    assert stat.S_IMODE(house.path.stat().st_mode) == 0o600
    assert title_in(house.path) == "old"
    assert title_in(tmp_path / "copy.db") == "old"


def test_restore_makes_the_database_when_there_is_none(house: Database, tmp_path: Path) -> None:
    backup(house, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "fresh.db")
    assert title_in(tmp_path / "fresh.db") == "old"


def test_restore_refuses_when_the_database_is_in_use(house: Database, tmp_path: Path) -> None:
    assert house.path is not None
    backup(house, tmp_path / "copy.db")
    write(house, "new")
    with pytest.raises(DatabaseFault, match="is in use; stop kidgate first"):
        restore(tmp_path / "copy.db", house.path)
    write(house, "newer")  # it goes on working
    house.close()
    assert title_in(house.path) == "newer"


def test_restore_replaces_a_destroyed_database_and_its_wal(house: Database, tmp_path: Path) -> None:
    assert house.path is not None
    backup(house, tmp_path / "copy.db")
    house.close()
    house.path.write_bytes(b"\xff" * 8192)
    Path(f"{house.path}-wal").write_bytes(b"a log of something else")
    restore(tmp_path / "copy.db", house.path)
    assert names(house.path.parent) == ["kidgate.db"]
    assert title_in(house.path) == "old"


def damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 40_000)


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(10_000)


def garbage(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 something else" * 1000)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (damaged, "damaged"),
        (truncated, "damaged"),
        (garbage, "not a database"),
        (newer, "newer than this program"),
        (foreign, "a database of another program"),
        (Path.unlink, "there is no backup"),
    ],
    ids=["damaged", "truncated", "garbage", "newer", "foreign", "missing"],
)
def test_restore_changes_nothing_when_the_backup_is_bad(
    house: Database, tmp_path: Path, spoil: object, says: str
) -> None:
    assert house.path is not None and callable(spoil)
    copy = tmp_path / "copy.db"
    backup(house, copy)
    house.close()
    before = house.path.read_bytes()
    spoil(copy)
    with pytest.raises(DatabaseFault, match=says) as caught:
        restore(copy, house.path)
    assert str(copy) in caught.value.message
    assert house.path.read_bytes() == before
    assert names(house.path.parent) == ["kidgate.db"]


def test_nothing_is_left_behind_when_the_copy_fails(
    house: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_copy", fail)
    with pytest.raises(DatabaseFault, match="no space left on device"):
        backup(house, tmp_path / "copy.db")
    assert names(tmp_path) == ["home"]

"""Copies of an SQLite database: made while it is in use, checked, put back in one step.

PostgreSQL has its own tools for this, and messages here name them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp

from kidgate.store.database import Database, open_database
from kidgate.store.faults import DatabaseFault, translated_files

_BESIDE = ("-wal", "-shm", "-journal")  # files that SQLite keeps beside a database


def backup(database: Database, path: Path) -> None:
    """Copy the database to a new file, as of one moment, while others go on using it.

    DatabaseFault when the file exists, cannot be written, or the copy turns out damaged; nothing is
    left behind then.
    """
    if database.path is None:
        raise DatabaseFault(
            f"`{database.place}` is a PostgreSQL database, which kidgate does not copy itself",
            "use `pg_dump --format=custom --file=FILE kidgate`",
        )
    if path.exists():
        raise DatabaseFault(f"`{path}` exists already", "name a new file")
    with translated_files(str(path)), _draft(path) as draft:
        _copy(database.path, draft)
        _put(draft, path)


def restore(path: Path, target: Path) -> None:
    """Make a backup the database again: checked and brought up to date, then swapped in at once.

    DatabaseFault when the backup is not whole, is newer than this program, or when somebody has the
    database open; the database is as it was then.
    """
    if not path.is_file():
        raise DatabaseFault(f"there is no backup `{path}`", "name a file made by `kidgate backup`")
    with _draft(target) as draft:
        with translated_files(str(path)):
            _copy(path, draft)
            _bring_up_to_date(draft, path)
        with translated_files(str(target)):
            _retire(target)
            _put(draft, target)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """An empty file for its owner alone, beside `path`; gone afterwards unless put in place."""
    if not path.parent.is_dir():
        raise DatabaseFault(
            f"the folder `{path.parent}` does not exist", "make it, or name another"
        )
    with translated_files(str(path)):
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        _remove_with_helpers(Path(name))


def _copy(source: Path, target: Path) -> None:
    read_only = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(read_only, uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        found = new.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseFault(f"`{source}` is damaged: {found}", "use an older backup")


def _bring_up_to_date(draft: Path, path: Path) -> None:
    try:
        open_database(draft, create=False, migrate=True).close()
    except DatabaseFault as fault:  # said of the draft, meant of the backup
        message = fault.message.replace(str(draft), str(path))
        raise DatabaseFault(message, fault.what_to_do) from fault


def _retire(target: Path) -> None:
    """Fold the old database's WAL into it, which also proves that nobody has it open.

    A WAL left beside the new file would be played into it and destroy it.
    """
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as old:
            old.execute("PRAGMA journal_mode = DELETE")
            old.execute("BEGIN EXCLUSIVE")
            old.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise DatabaseFault(
                f"the database `{target}` is in use", "stop kidgate first, then restore again"
            ) from error
        if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        for suffix in _BESIDE:  # the old one is past saving
            Path(f"{target}{suffix}").unlink(missing_ok=True)


def _put(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the new name too must outlive a power cut
    finally:
        os.close(folder)


def _remove_with_helpers(path: Path) -> None:
    for suffix in ("", *_BESIDE):
        Path(f"{path}{suffix}").unlink(missing_ok=True)

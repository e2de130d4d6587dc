"""Pi-hole's database `gravity.db`, read as the hostile file that it may be.

A copy in a private file is opened read-only and immutable; SQLite may only read the tables named
here, call no function, follow no view or virtual table, and stops after a number of steps. What a
database says of its adlists is read, not the names that Pi-hole fetched from them (`gravity`):
those lists are feeds of their own.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from kidgate.lists.entries import Entries
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.items import Item
from kidgate.lists.streams import CHUNK, MIB, Reader
from kidgate.lists.structured.pihole import read_rows

MAGIC = b"SQLite format 3\0"  # sqlite.org/fileformat2.html, 1.3
LARGEST = 512 * MIB
LONGEST = MIB  # bytes of one value
STEPS, STEPS_MOST = 10_000, 50_000_000  # of SQLite's virtual machine: some seconds
TABLES = (
    "group",
    "adlist",
    "adlist_by_group",
    "domainlist",
    "domainlist_by_group",
    "client",
    "client_by_group",
)
Tables = Mapping[str, list[dict[str, Any]]]

_SCHEMA = "sqlite_master"
_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


def read(reader: Reader, entries: Entries, file: str) -> Iterator[Item]:
    """The rows of `domainlist`, then those of `adlist`."""
    found = tables(reader, file)
    return read_rows([*found["domainlist"], *found["adlist"]], entries)


def tables(reader: Reader, file: str) -> Tables:
    """Every table of `TABLES` with its rows; empty for one that is not there."""
    with tempfile.NamedTemporaryFile(prefix="kidgate-", suffix=".db") as copy:
        _copy(reader, copy, file)
        try:
            return _tables(copy.name)
        except (sqlite3.Error, UnicodeError, OverflowError) as fault:
            message = f"`{file}` is no database of Pi-hole that can be read ({fault})"
            raise ImportRefused(Refusal.GARBAGE, f"{message}: export it again") from fault


def _copy(reader: Reader, copy: IO[bytes], file: str) -> None:
    size = 0
    while part := reader.read(CHUNK):
        size += len(part)
        if size > LARGEST:
            message = f"`{file}` holds more than {LARGEST // MIB} MB: use the Teleporter's export"
            raise ImportRefused(Refusal.TOO_LARGE, message)
        copy.write(part)
    copy.flush()


def _tables(path: str) -> Tables:
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        _restrict(database)
        there = {
            name
            for name, kind, sql in database.execute(f"SELECT name, type, sql FROM {_SCHEMA}")
            if kind == "table" and not str(sql).upper().startswith("CREATE VIRTUAL")
        }
        return {name: _rows(database, name) if name in there else [] for name in TABLES}
    finally:
        database.close()


def _restrict(database: sqlite3.Connection) -> None:
    """Nothing but reading, and not for ever."""
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 64)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    steps = 0

    def stop() -> bool:
        nonlocal steps
        steps += STEPS
        return steps > STEPS_MOST

    def may(action: int, table: str | None, *_: str | None) -> int:
        allowed = action in _READS and (table is None or table in (*TABLES, _SCHEMA))
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    database.set_progress_handler(stop, STEPS)
    database.set_authorizer(may)


def _rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = database.execute(f'SELECT * FROM "{table}"')  # a name of TABLES
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]

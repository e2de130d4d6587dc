"""Everything that SQLite and PostgreSQL say differently. No other file may name a dialect's SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Insert,
    Table,
    case,
    event,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

BEGIN = "kidgate_begin"  # execution option: the word after BEGIN on SQLite
WAL_PAGES = 1000  # of 4 KB: the WAL is folded into the database beyond this
WAL_BYTES = 16 * 1024 * 1024  # what a WAL that once grew larger is cut back to
POLICY_LOCK = 0x6B696467617465  # PostgreSQL's advisory locks are numbers; these spell kidgate
MIGRATION_LOCK = POLICY_LOCK + 1

# A table kept in the order of its key alone: half the pages to write for rows that are all key.
CLUSTERED: Mapping[str, Any] = {"sqlite_with_rowid": False}


def timestamp(dialect: Dialect) -> TypeEngine[Any] | None:
    """The database's own type for an aware time; None when it has none."""
    return DateTime(timezone=True) if dialect.name == POSTGRESQL else None


# --- connections ---


def connect_args(dialect: str, *, busy_ms: int) -> dict[str, Any]:
    if dialect == SQLITE:
        return {"timeout": busy_ms / 1000, "check_same_thread": False}
    wait = f"-c timezone=utc -c lock_timeout={busy_ms}"
    return {"connect_timeout": 5, "options": wait}


def reading(engine: Engine) -> Engine:
    """The same engine for reads: one transaction sees one state of the whole database."""
    if engine.dialect.name == SQLITE:
        return engine.execution_options(**{BEGIN: "DEFERRED"})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """The same engine for writes: the write lock is taken at once, so that no read grows stale."""
    if engine.dialect.name == SQLITE:
        return engine.execution_options(**{BEGIN: "IMMEDIATE"})
    return engine


def prepare(engine: Engine, *, busy_ms: int, foreign_keys: bool = True) -> None:
    """Set every new connection up. `foreign_keys` is off while a migration rebuilds tables:
    SQLite would take the rows that refer to a dropped table with it.
    """
    if engine.dialect.name != SQLITE:
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, record: object) -> None:
        connection.isolation_level = None  # sqlite3 must not begin transactions by itself
        cursor = connection.cursor()
        for pragma in sqlite_pragmas(busy_ms=busy_ms, foreign_keys=foreign_keys):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get(BEGIN, "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


def sqlite_pragmas(*, busy_ms: int, foreign_keys: bool) -> tuple[str, ...]:
    return (
        f"PRAGMA busy_timeout = {busy_ms}",  # first: the next one may have to wait
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",  # a commit that was acknowledged outlives a power cut
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        f"PRAGMA wal_autocheckpoint = {WAL_PAGES}",
        f"PRAGMA journal_size_limit = {WAL_BYTES}",
        "PRAGMA secure_delete = ON",  # what retention deletes about a child is gone from the file
        "PRAGMA trusted_schema = OFF",
    )


# --- statements ---


def insert_or_add(
    dialect: str, table: Table, *, key: tuple[str, ...], add: str, lowest: str, highest: str
) -> Insert:
    """An INSERT that, where `key` exists, adds up `add` and widens `lowest` and `highest`."""
    statement = _insert(dialect, table)
    new = statement.excluded
    old = table.columns
    changes: Mapping[str, ColumnElement[Any]] = {
        add: old[add] + new[add],
        lowest: case((new[lowest] < old[lowest], new[lowest]), else_=old[lowest]),
        highest: case((new[highest] > old[highest], new[highest]), else_=old[highest]),
    }
    found: Insert = statement.on_conflict_do_update(index_elements=key, set_=changes)
    return found


def insert_missing(dialect: str, table: Table, *, key: tuple[str, ...]) -> Insert:
    """An INSERT that skips rows whose `key` exists."""
    found: Insert = _insert(dialect, table).on_conflict_do_nothing(index_elements=key)
    return found


def _insert(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT."""
    # Each is imported where it is used: the PostgreSQL one costs memory that a home box needs.
    if dialect == SQLITE:
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


# --- locks and checks ---


def lock_policy(session: Session) -> None:
    """One writer of the policy at a time, until the transaction ends.

    On SQLite `writing` holds the only write lock already.
    """
    if session.get_bind().dialect.name == POSTGRESQL:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POLICY_LOCK})


def lock_migration(connection: Connection) -> None:
    """One migration at a time, until the transaction ends; SQLite: see `lock_policy`."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def findings(connection: Connection) -> tuple[str, ...]:
    """What the database itself finds wrong with its contents, at most a hundred lines.

    PostgreSQL checks pages as it reads them; there is nothing to ask for.
    """
    if connection.dialect.name != SQLITE:
        return ()
    lines = connection.exec_driver_sql("PRAGMA integrity_check(100)").scalars().all()
    found = tuple(str(line) for line in lines if line != "ok")
    return found + broken_references(connection)


def fold_wal(engine: Engine) -> bool:
    """Fold SQLite's WAL into its file and empty it; False when some reader is in the way."""
    connection = engine.raw_connection()  # a checkpoint must not run inside a transaction
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        return row is not None and row[0] == 0
    finally:
        connection.close()


def broken_references(connection: Connection) -> tuple[str, ...]:
    """Rows that name a row which is not there, at most a hundred; PostgreSQL never lets one be."""
    if connection.dialect.name != SQLITE:
        return ()
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(100)
    return tuple(f"row {row} of {table} names no row of {parent}" for table, row, parent, _ in rows)

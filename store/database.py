"""Open the database, hand out sessions; whatever is wrong with it is one clear DatabaseFault.

Where the database is and who may write it is decided by the caller; which SQL a database needs is
in `dialects.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from kidgate.store import dialects
from kidgate.store.columns import dump_json
from kidgate.store.faults import DatabaseFault, translated, translated_files
from kidgate.store.migrate import Shape, migrate, shape

WAL_MOST = 48 * 1024 * 1024  # bytes; three times what `dialects` cuts it back to
BUSY_MS = 1000  # how long a statement waits for another process's lock


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Threads may share it; a process that forks must not."""

    engine: Engine
    place: str  # path, or URL without its password: for messages
    path: Path | None  # SQLite's file
    opened: tuple[int, int]  # device and inode of that file

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database until it ends."""
        with translated(self.place), Session(dialects.reading(self.engine)) as session:
            self._check_file()
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the write lock; commits at its end, rolls back on an exception."""
        with translated(self.place), Session(dialects.writing(self.engine)) as session:
            self._check_file()
            with session.begin():
                session.connection()  # takes the lock
                self._check_wal()
                yield session

    def migrate(self) -> bool:
        """Bring the tables to today's shape, all or nothing; returns whether it was needed."""
        with translated(self.place):
            engine = _engine(self.engine.url, busy_ms=10_000, foreign_keys=False)
            try:
                return migrate(engine, self.place)
            finally:
                engine.dispose()

    def integrity_check(self) -> tuple[str, ...]:
        """What the database finds wrong with its own contents; empty when all is well."""
        with translated(self.place), self.engine.connect() as connection:
            return dialects.findings(connection)

    def check_room(self) -> None:
        """Raise DatabaseFault when the WAL has outgrown its measure and cannot be folded in now.

        A reader that stays keeps SQLite from it. Whoever writes without end asks here first, and
        waits elsewhere; a change that a person makes need not.
        """
        if self.path is None or self._wal_size() < WAL_MOST:
            return
        with translated(self.place):
            if dialects.fold_wal(self.engine):
                return
        raise DatabaseFault(
            f"a program that reads `{self.place}` for long keeps it from being folded in",
            "end that program; until then the journal waits in the spool",
        )

    def close(self) -> None:
        self.engine.dispose()

    def _check_file(self) -> None:
        """Refuse a file that is gone: SQLite would go on with it, and all would be lost."""
        if self.path is not None and _identity(self.path) != self.opened:
            raise self._gone()

    def _check_wal(self) -> None:
        if self.path is not None and not Path(f"{self.path}-wal").exists():
            raise self._gone()

    def _wal_size(self) -> int:
        try:
            return Path(f"{self.path}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _gone(self) -> DatabaseFault:
        return DatabaseFault(
            f"the database `{self.place}` was deleted or replaced while it was in use",
            "restart kidgate, or restore a backup with `kidgate restore FILE`",
        )


def open_database(
    where: str | Path, *, create: bool, migrate: bool = False, busy_ms: int = BUSY_MS
) -> Database:
    """Open a database by SQLite path or by URL (`sqlite:///...`, `postgresql://...`).

    create: make it when it does not exist (a PostgreSQL database itself must exist) and bring it up
    to date. migrate: bring it up to date, but do not make it. Neither: it must be of today's shape.
    busy_ms: how long each statement waits for the lock of another process. Raises DatabaseFault; no
    table has been changed then.
    """
    url = _url(where)
    path = Path(url.database or "") if url.get_backend_name() == dialects.SQLITE else None
    place = str(path) if path is not None else url.render_as_string(hide_password=True)
    with translated_files(place):
        if path is not None:
            _claim_file(path, create=create)
        engine = _engine(url, busy_ms=busy_ms)
        opened = _identity(path) if path is not None else (0, 0)
        database = Database(engine, place, path, opened)
        try:
            _to_shape(database, may_create=create, may_migrate=create or migrate)
        except BaseException:
            database.close()
            raise
    return database


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return _file_url(where)
    try:
        url = make_url(where)
        backend = url.get_backend_name()
    except ArgumentError:
        backend = ""
    if backend == dialects.SQLITE and url.database:
        return _file_url(url.database)
    if backend in (dialects.POSTGRESQL, "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseFault(
        "the database's URL is not understood",
        "give a path, or a URL like `postgresql://user:password@host/kidgate`",
    )


def _file_url(path: str | Path) -> URL:
    return URL.create(dialects.SQLITE, database=str(Path(path).absolute()))


def _engine(url: URL, *, busy_ms: int, foreign_keys: bool = True) -> Engine:
    dialect = url.get_backend_name()
    try:
        engine = create_engine(
            url,
            connect_args=dialects.connect_args(dialect, busy_ms=busy_ms),
            json_serializer=dump_json,
            hide_parameters=True,  # what children do must not reach a log through an error
            pool_pre_ping=dialect != dialects.SQLITE,  # the server may have been restarted
        )
    except ModuleNotFoundError as error:
        raise DatabaseFault(
            f"PostgreSQL needs the package `{error.name}`", "install `kidgate[postgresql]`"
        ) from error
    dialects.prepare(engine, busy_ms=busy_ms, foreign_keys=foreign_keys)
    return engine


def _claim_file(path: Path, *, create: bool) -> None:
    """Make the file, for its owner alone; SQLite gives the files beside it the same mode."""
    if not path.parent.is_dir():
        raise DatabaseFault(
            f"the folder `{path.parent}` of the database does not exist",
            "make it, or name another with --home or KIDGATE_HOME",
        )
    if path.is_dir():
        raise DatabaseFault(f"the database `{path}` is a folder", "name a file in it")
    if not os.access(path.parent, os.W_OK, effective_ids=True):
        raise DatabaseFault(
            f"the folder `{path.parent}` of the database cannot be written",
            "mount its disk writable, or give the folder to this user",
        )
    if not path.exists():
        if not create:
            raise DatabaseFault(f"there is no database `{path}`", "make it with `kidgate setup`")
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    state = path.stat()
    if state.st_mode & 0o077 and state.st_uid == os.geteuid():
        path.chmod(0o600)


def _identity(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_dev, state.st_ino)


def _to_shape(database: Database, *, may_create: bool, may_migrate: bool) -> None:
    with database.engine.connect() as connection:
        found = shape(connection, database.place)
    if found is Shape.CURRENT:
        return
    if found is Shape.EMPTY and not may_create:
        raise DatabaseFault(f"the database `{database.place}` is empty", "run `kidgate setup`")
    if not may_migrate:
        raise DatabaseFault(
            f"the database `{database.place}` is of an older version of kidgate",
            "start `kidgate up` once, which brings it up to date",
        )
    database.migrate()

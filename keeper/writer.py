"""Whoever holds this writes: the database, and what is compiled from it.

The running keeper has one; a CLI command takes the lock and makes its own when no keeper runs. Both
go through the same functions (`commands.py`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kidgate.documents.home import Home
from kidgate.documents.policy_file import load_builtin
from kidgate.policies.rows import PolicyRows
from kidgate.policies.snapshot_file import Document, dump_snapshot
from kidgate.store.database import Database, open_database
from kidgate.store.policy import head, read_policy


class WriterBusy(RuntimeError):
    """Somebody else holds the writer's lock."""


@dataclass(frozen=True, slots=True)
class Writer:
    home: Home
    database: Database
    now: Callable[[], datetime]
    extra_ca: Path | None = None  # roots trusted beside the usual ones when feeds are fetched

    def document(self) -> Document:
        """The newest policy with everything built in, ready to be compiled."""
        with self.database.reading() as session:
            return document_of(read_policy(session), str(head(session)))

    def publish(self) -> str:
        """Compile the newest policy and put it where workers look; its version.

        Raises PolicyFaults (and leaves the old snapshot) when the stored rows do not compile.
        """
        document = self.document()
        document.compile()
        replace_file(self.home.snapshot, dump_snapshot(document))
        return document.version


def document_of(rows: PolicyRows, version: str) -> Document:
    tiers, services, builtin = load_builtin()
    return Document(version, rows, builtin, tiers, services)


@contextmanager
def writer_lock(home: Home) -> Iterator[None]:
    """The right to write, for one process at a time. `WriterBusy` when another has it."""
    fd = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise WriterBusy("another kidgate process is writing; wait for it, or stop it") from None
    try:
        yield
    finally:
        os.close(fd)


@contextmanager
def own_writer(
    home: Home,
    database_url: str,
    now: Callable[[], datetime],
    *,
    create: bool,
    extra_ca: Path | None = None,
) -> Iterator[Writer]:
    """A writer of one's own. Raises WriterBusy or DatabaseFault."""
    with writer_lock(home):
        database = open_database(database_url, create=create, migrate=True)
        try:
            yield Writer(home, database, now, extra_ca)
        finally:
            database.close()


def replace_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all, and durable."""
    part = path.with_name(path.name + ".part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

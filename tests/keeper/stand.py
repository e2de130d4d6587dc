"""What the keeper's tests stand on: a home with a database, a keeper's service in this process."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kidgate.documents.home import Home
from kidgate.keeper import commands, journaling
from kidgate.keeper.journaling import Journal
from kidgate.keeper.service import Service
from kidgate.keeper.writer import Writer, own_writer
from kidgate.policies.journal import Entry
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.store.database import Database, open_database
from kidgate.store.journal import Line, query

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo"  # of no password


def now() -> datetime:
    return AT


def url(home: Home) -> str:
    return f"sqlite:///{home.database}"


@contextlib.contextmanager
def writer_of(home: Home) -> Iterator[Writer]:
    with own_writer(home, url(home), now, create=True) as writer:
        yield writer


def write(writer: Writer, rows: PolicyRows, base: int | None = None, **more: Any) -> dict[str, Any]:
    args = {"rows": to_json(rows), "base": base, "author": "an", "comment": "test", **more}
    return commands.run(writer, "policy.write", args)


def entry(number: int = 1, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": f"e{number}",
        "at": AT,
        "child": "mai",
        "device": "tablet",
        "tier": "9-12",
        "verdict": "block",
        "reason": "rule",
        "category": "",
        "host": f"h{number}.example",
        "url": f"http://h{number}.example/",
        "source": "rule:1",
        "rule_id": 1,
        "version": "1",
    }
    return Entry(**fields | more)


def journal_of(database: Database) -> list[Line]:
    with database.reading() as session:
        return query(session, limit=10_000)


def counts(database: Database) -> dict[str, int]:
    """How often each host stands in the journal."""
    return {line.host: line.count for line in journal_of(database)}


def files(home: Home) -> dict[str, bytes]:
    """Every file that is not SQLite's own and not a lock."""
    return {
        str(p.relative_to(home.root)): p.read_bytes()
        for p in sorted(home.root.rglob("*"))
        if p.is_file() and not p.name.startswith("kidgate.db") and p.name != "writer.lock"
    }


@dataclass
class Running:
    """A keeper's socket service in this loop."""

    writer: Writer
    journal: Journal
    reader: asyncio.StreamReader
    out: asyncio.StreamWriter

    async def say(self, line: bytes) -> None:
        self.out.write(line + b"\n")
        await self.out.drain()

    async def hear(self) -> bytes:
        return await asyncio.wait_for(self.reader.readline(), 5)


@contextlib.asynccontextmanager
async def keeper(writer: Writer, *, commits: bool = True) -> AsyncIterator[Running]:
    """`commits` False: a keeper that takes entries and never commits them."""
    journal = Journal(lambda: writer.database, writer.home.spool)
    server = await Service(writer, journal).open()
    task = asyncio.create_task(journal.run()) if commits else None
    reader, out = await asyncio.open_unix_connection(writer.home.socket, limit=1 << 24)
    try:
        yield Running(writer, journal, reader, out)
    finally:
        out.close()
        server.close()
        if task is not None:
            task.cancel()
        await asyncio.sleep(0)
        writer.home.socket.unlink(missing_ok=True)


async def fold_once(journal: Journal, spool: Path) -> None:
    """The keeper's look at the spool, without its moments of waiting, until the spool is empty; for
    two seconds at most: there may be what it leaves."""
    before = journaling.FOLD_SECONDS, journaling.AGAIN_SECONDS
    journaling.FOLD_SECONDS = journaling.AGAIN_SECONDS = 0.001
    task = asyncio.create_task(journal.fold())
    try:
        await asyncio.sleep(0.1)
        await until(lambda: not list(spool.iterdir()), 2)
    finally:
        journaling.FOLD_SECONDS, journaling.AGAIN_SECONDS = before
        task.cancel()


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> bool:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.005)
    return True


def home_in(folder: Path) -> Home:
    return Home(folder / "home").make()


@functools.cache
def _database() -> bytes:
    """A migrated one: to migrate takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kidgate.db"
        open_database(path, create=True).close()
        return path.read_bytes()


def made_home_in(folder: Path) -> Home:
    """A home that has its database."""
    home = home_in(folder)
    home.database.write_bytes(_database())
    return home

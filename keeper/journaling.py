"""Group commit: whatever entries wait while one commit runs go into the next one together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kidgate.documents.spool import fold_in
from kidgate.policies.journal import Entry
from kidgate.store.database import Database
from kidgate.store.fold import clean
from kidgate.store.journal import append

logger = logging.getLogger(__name__)
GROUP = 500
QUEUE = 10_000
FOLD_SECONDS = 0.25  # what names were stopped, and for whom, comes this way (`proxy.recorder`)
AGAIN_SECONDS = 1.0  # after a fault


class Refused(RuntimeError):
    """The entry was not committed; the worker spools it."""


@dataclass(slots=True)
class Waiting:
    entry: Entry
    done: asyncio.Future[None]


class Journal:
    """The journal's one writer, in a thread of its own."""

    def __init__(
        self,
        database: Callable[[], Database],
        spool: Path,
        after: Callable[[list[Entry]], None] = lambda entries: None,
    ) -> None:
        """`after` hears of what was committed, in the journal's thread: it must be quick."""
        self._database = database
        self._spool = spool
        self._after = after
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(QUEUE)
        self._thread = ThreadPoolExecutor(1, "journal")
        self.committed = 0
        self.folded = 0
        self.fault = ""

    async def put(self, line: str) -> None:
        """Return once the entry is committed; `Refused` when it is not and will not be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait(Waiting(clean(Entry.from_line(line)), done))
        except asyncio.QueueFull:
            raise Refused("the journal's queue is full") from None
        except (ValueError, TypeError, AttributeError, RecursionError) as fault:
            raise Refused(f"no journal entry: {fault}") from None
        await done

    async def run(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._commit(group)

    async def _commit(self, group: list[Waiting]) -> None:
        try:
            await self._in_thread([w.entry for w in group])
        except Exception as fault:
            self.fault = str(fault)
            for waiting in group:
                if not waiting.done.done():
                    waiting.done.set_exception(Refused(str(fault)))
            return
        self.committed += len(group)
        self.fault = ""
        for waiting in group:
            if not waiting.done.done():
                waiting.done.set_result(None)

    async def _in_thread(self, entries: list[Entry]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, entries)

    def _write(self, entries: list[Entry]) -> None:
        database = self._database()
        database.check_room()
        with database.writing() as session:
            append(session, entries)
        self._after(entries)

    async def fold(self) -> None:
        """Take in what workers spooled, again and again."""
        while True:
            await asyncio.sleep(FOLD_SECONDS)
            try:
                for path in sorted(self._spool.glob("*.jsonl")):
                    await self._fold(path)
            except Exception as fault:  # whatever it was: a later round tries again
                self.fault = str(fault)
                logger.error("the spool could not be folded in: %s", fault)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _fold(self, path: Path) -> None:
        loop = asyncio.get_running_loop()
        count = await loop.run_in_executor(self._thread, fold_in, path, self._write_lines)
        self.folded += count
        if count:
            self.fault = ""

    def _write_lines(self, lines: list[bytes]) -> None:
        entries = []
        for line in lines:
            try:
                entries.append(clean(Entry.from_line(line)))
            except (ValueError, TypeError, AttributeError, RecursionError) as fault:
                logger.error("a spooled line is no journal entry and is left out: %s", fault)
        self._write(entries)

"""The worker's end of the journal: an entry is durable before the block page leaves.

First the keeper's commit, for at most `wait` seconds; then the spool; if that fails too the entry
is counted as dropped and health says so. The block stands in every case.

What shows no page, the answer to a name, goes to the spool first (`note`): no process's death takes
it from there, the keeper commits it a moment later with all others of that moment, and no device
waits for a disk. A page of names asked for at once is one write.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from dataclasses import dataclass

from kidgate.documents.spool import Spool
from kidgate.policies.journal import Entry
from kidgate.proxy.link import KeeperAway, Link

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """Since this worker started; `kidgate status` shows them."""

    committed: int = 0
    spooled: int = 0
    dropped: int = 0


class Recorder:
    def __init__(self, link: Link, spool: Spool, *, wait: float) -> None:
        self._link = link
        self._spool = spool
        self._wait = wait
        self.counts = Counts()
        # Unique over restarts: process, start and a running number.
        self._prefix = f"{os.getpid()}-{time.time_ns():x}"
        self._numbers = itertools.count(1)
        self._noted: dict[str, asyncio.Future[bool]] = {}  # line -> whether it was written

    def next_id(self) -> str:
        return f"{self._prefix}-{next(self._numbers)}"

    async def record(self, entry: Entry) -> None:
        """Return once the entry is durable, or counted as dropped. Never raises."""
        line = entry.to_line()
        try:
            await self._link.ask("journal", seconds=self._wait, entry=line)
            self.counts.committed += 1
        except KeeperAway:
            self._to_spool(line)

    async def note(self, entry: Entry) -> None:
        """As `record`, the spool first. What comes within a turn of the loop is written at once."""
        loop = asyncio.get_running_loop()
        if not self._noted:
            loop.call_soon(self._write_noted)
        written = self._noted[entry.to_line()] = loop.create_future()
        if not await written:
            await self.record(entry)

    def _write_noted(self) -> None:
        noted, self._noted = self._noted, {}
        try:
            self._spool.append(*noted)
        except OSError:
            written = False
        else:
            written = True
            self.counts.spooled += len(noted)
        for waiting in noted.values():
            if not waiting.done():
                waiting.set_result(written)

    def _to_spool(self, line: str) -> None:
        try:
            self._spool.append(line)
            self.counts.spooled += 1
        except OSError as fault:
            self.counts.dropped += 1
            logger.error("a journal entry was lost: %s; free space on the disk", fault)

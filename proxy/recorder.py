"""The worker's end of the journal: an entry is durable before the block page leaves.

First the keeper's commit, for at most `wait` seconds; then the spool; if that fails too the entry
is counted as dropped and health says so. The block stands in every case.
"""

from __future__ import annotations

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

    def _to_spool(self, line: str) -> None:
        try:
            self._spool.append(line)
            self.counts.spooled += 1
        except OSError as fault:
            self.counts.dropped += 1
            logger.error("a journal entry was lost: %s; free space on the disk", fault)

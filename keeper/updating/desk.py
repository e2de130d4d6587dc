"""Where the keeper does what feeds need, in threads of their own.

Neither the journal nor a change of the policy ever waits for a download or for an index.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper import audit, commands
from kidgate.keeper.updating.running import Progress, update
from kidgate.keeper.updating.schedule import Schedule
from kidgate.keeper.writer import Writer
from kidgate.store.feeds import all_feeds

logger = logging.getLogger(__name__)
LOOK_SECONDS = 30.0  # between two looks at what is due
BATCH = 8  # feeds that are updated before the index is built


class Desk:
    """Updates run one after the other, and so do changes; an update waits only to be installed."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._updates = ThreadPoolExecutor(1, "updates")
        self._changes = ThreadPoolExecutor(1, "feeds")

    async def run(self, op: str, args: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        if op == "feed.update":
            return await loop.run_in_executor(self._updates, self._update, args, progress)
        return await loop.run_in_executor(self._changes, commands.run, self._writer, op, args)

    async def keep_fresh(self) -> None:
        """Update what is due, for ever."""
        schedule = Schedule(self._writer.now, lambda: random.uniform(-1, 1))
        while True:
            try:
                if due := schedule.due(await asyncio.to_thread(self._rows)):
                    args = {"names": due[:BATCH]}
                    await self.run("feed.update", args, lambda step: None)
            except Exception as fault:  # whatever it was: the next look tries again
                logger.error("the feeds wait: %s", fault)
            await asyncio.sleep(LOOK_SECONDS)

    def _rows(self) -> list[FeedRow]:
        with self._writer.database.reading() as session:
            return all_feeds(session)

    def _update(self, args: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        answer = update(
            self._writer, args, progress, lambda work: self._changes.submit(work).result()
        )
        audit.noted(self._writer, "feed.update", args, answer)
        return answer

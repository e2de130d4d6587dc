"""New processes in the place of old ones while the house goes on: `systemctl reload kidgate`.

For a new version of the program, or one that has grown. The listening sockets stay the
supervisor's; configuration is read at the start alone.
"""

from __future__ import annotations

import asyncio
import logging

from kidgate.proxy.children import STARTS_SECONDS, Child

logger = logging.getLogger(__name__)
DRAIN_SECONDS = 20.0  # for the connections of a worker that leaves
# While both run, each writes files of its own: a slot of one generation is not one of the next.
GENERATIONS, MOST_WORKERS = 2, 64


def place_of(slot: int, generation: int) -> int:
    """The number under which a worker keeps its files."""
    return slot + MOST_WORKERS * (generation % GENERATIONS)


async def begun(child: Child) -> bool:
    """Start a process and watch over it from now on; whether it came up."""
    child.keeping = asyncio.create_task(child.keep())
    waiting = [asyncio.create_task(event.wait()) for event in (child.ready, child.failed)]
    await asyncio.wait(waiting, timeout=STARTS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    return child.ready.is_set()


async def replaced(old: Child, new: Child) -> Child:
    """The new one beside the old one, then in its place: whoever the old one serves, it serves to
    their end. Where the new one does not come up the old one goes on."""
    if await begun(new):
        await old.stop(DRAIN_SECONDS)
        return new
    logger.error("a new %s does not come up (%s); the old one stays", new.name, new.fault)
    await new.stop(0.0)
    return old

"""The keeper's task: makes messages of alerts and sends what is due, for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kidgate.keeper import digest
from kidgate.keeper.telling.dispatch import dispatch
from kidgate.keeper.telling.prepare import prepare
from kidgate.keeper.telling.sender import send
from kidgate.keeper.writer import Writer

logger = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
DIGEST_EVERY = 30  # rounds: a minute


async def run(writer: Writer, base: str) -> None:
    """`base`: where adults reach the dashboard; empty where they do not."""
    count = 0
    while True:
        await _safely("messages wait", lambda: (prepare(writer, base), dispatch(writer, send)))
        if count % DIGEST_EVERY == 0:
            await _safely("the weekly digest waits", lambda: digest.prepare_due(writer, base))
        count += 1
        await asyncio.sleep(EVERY_SECONDS)


async def _safely(trouble: str, work: Callable[[], object]) -> None:
    try:
        await asyncio.to_thread(work)
    except Exception as fault:  # whatever it was: the next round tries again
        logger.error("%s: %s", trouble, fault)

"""Telling the keeper of unknown devices, so that an adult can say whose they are."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from kidgate.proxy.link import KeeperAway, Link
from kidgate.proxy.who.known import Who

EVERY_SECONDS = 1.0
ANSWER_SECONDS = 5.0


async def tell(who: Who, link: Link) -> None:
    """For as long as the worker lives."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        for stranger in who.newcomers():
            try:
                await link.ask("inbox.report", seconds=ANSWER_SECONDS, **asdict(stranger))
            except KeeperAway:
                who.strangers.put_back(stranger)

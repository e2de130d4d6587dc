"""Since when the house knows the sites that resemble a brand: the keeper writes the file, workers
and `kidgate check` read it.

A phishing site lives for hours. One that nobody in the house has met before is new for a week, and
what would be a warning is a block (`policies.deciders.security`). Only sites that resemble a brand
are remembered, by registrable name and day, never by whom. A file that is missing or broken knows
no site: all are new.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from kidgate.documents.watched import Watched
from kidgate.proxy.link import KeeperAway, Link

NEW = timedelta(days=7)
EVERY_SECONDS = 1.0
ANSWER_SECONDS = 5.0
WAITING = 1000  # sites to tell the keeper of

Days = Mapping[str, date]  # registrable name -> the day it was first met, UTC


class BrokenFile(ValueError):
    """The file of sites is none."""


def dump(days: Days) -> bytes:
    return json.dumps({site: day.isoformat() for site, day in days.items()}).encode()


def load(data: bytes) -> dict[str, date]:
    """Raises BrokenFile."""
    try:
        return {str(k): date.fromisoformat(v) for k, v in json.loads(data).items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise BrokenFile(f"the file of sites cannot be read: {fault!r}") from None


def _watched(path: Path | None) -> Watched[Days]:
    return Watched(path, load, {}, "no site is known to this house")


@dataclass(slots=True)
class FirstSeen:
    path: Path | None = None
    file: Watched[Days] = field(init=False)
    _waiting: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.file = _watched(self.path)

    def __call__(self, site: str, at: datetime) -> bool:
        """Whether a registrable name is new to the house at a moment; see `NewHere`."""
        day = self.file.value.get(site)
        return day is None or at.date() < day + NEW

    def note(self, site: str) -> None:
        """Somebody met it; the keeper is told, once."""
        if site not in self.file.value and len(self._waiting) < WAITING:
            self._waiting.add(site)

    async def tell(self, link: Link) -> None:
        """For as long as the worker lives."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            for site in list(self._waiting):
                try:
                    await link.ask("site.met", seconds=ANSWER_SECONDS, site=site)
                except KeeperAway:
                    break
                self._waiting.discard(site)

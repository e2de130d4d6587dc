"""One look at all callers each second, instead of a timer for each."""

from __future__ import annotations

import asyncio
from typing import Protocol

SECONDS = 1.0


class Timed(Protocol):
    def look(self, now: float) -> None:
        """What is late is ended; `now` is the loop's time."""
        ...


class Sweep:
    """Looks for as long as there is somebody to look at."""

    __slots__ = ("_all", "_timer")

    def __init__(self) -> None:
        self._all: dict[Timed, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, timed: Timed) -> None:
        self._all[timed] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._look)

    def remove(self, timed: Timed) -> None:
        self._all.pop(timed, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for timed in list(self._all):
            timed.look(now)
        self._timer = loop.call_later(SECONDS, self._look) if self._all else None

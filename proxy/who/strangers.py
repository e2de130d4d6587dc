"""Devices that nobody has named, seen by this worker: each is told of once in ten minutes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

AGAIN_SECONDS = 600.0
REMEMBERED = 1024
WAITING = 64  # who comes beyond is told of later


@dataclass(frozen=True, slots=True)
class Stranger:
    """An unknown device, as it was last seen. Addresses are canonical."""

    address: str
    mac: str  # empty: nobody knows it
    way: str  # in, as config.yaml calls it
    name: str = ""  # what it calls itself: shown, never believed

    @property
    def key(self) -> str:
        """What it is told apart by."""
        return self.mac or self.address

    def named(self, name: str) -> Stranger:
        return replace(self, name=name)


@dataclass(slots=True)
class Strangers:
    monotonic: Callable[[], float] = time.monotonic
    _told: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _waiting: dict[str, Stranger] = field(default_factory=dict)

    def note(self, address: str, mac: str, way: str) -> None:
        """One was here. Costs little: it may be here a thousand times a second."""
        key = mac or address
        if key in self._waiting:
            return
        now = self.monotonic()
        told = self._told.get(key)
        if (told is None or now - told >= AGAIN_SECONDS) and len(self._waiting) < WAITING:
            self._waiting[key] = Stranger(address, mac, way)

    def take(self) -> list[Stranger]:
        """Those to tell of now; they count as told."""
        found, now = list(self._waiting.values()), self.monotonic()
        self._waiting.clear()
        for stranger in found:
            self._told[stranger.key] = now
            self._told.move_to_end(stranger.key)
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return found

    def put_back(self, stranger: Stranger) -> None:
        """Nobody could be told: again the next time it comes."""
        self._told.pop(stranger.key, None)

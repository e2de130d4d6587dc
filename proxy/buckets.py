"""How often something may happen, per key and window: token buckets of one process.

The keeper's hold over all workers, for N workers that each counted alone would allow N times as
much; the dashboard's stand in for them where no keeper runs or answers.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

KEYS = 20_000


@dataclass(slots=True)
class Buckets:
    """`limit` at once, refilled evenly over `window` seconds; for the latest `keys` keys."""

    monotonic: Callable[[], float] = time.monotonic
    keys: int = KEYS
    _held: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, key: str, limit: int, window: float) -> bool:
        """Take one token of `key`; False when there is none left."""
        with self._lock:
            now = self.monotonic()
            tokens, since = self._held.pop(key, (float(limit), now))
            tokens = min(float(limit), tokens + (now - since) * limit / window)
            allowed = tokens >= 1
            self._held[key] = (tokens - 1 if allowed else tokens, now)
            while len(self._held) > self.keys:
                self._held.popitem(last=False)
        return allowed

    def put_back(self, key: str) -> None:
        """The token that `take` gave was not needed."""
        with self._lock:
            bucket = self._held.get(key)
            if bucket is not None:
                self._held[key] = (bucket[0] + 1, bucket[1])

"""Limits that hold over all workers: how often something may happen, per key and window.

They stand here because N workers that each counted alone would allow N times as much.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

KEYS = 20_000


@dataclass(slots=True)
class Limits:
    """Token buckets: `limit` at once, refilled evenly over `window` seconds."""

    monotonic: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str, limit: int, window: float) -> bool:
        """Take one token of `key`; False when there is none left."""
        now = self.monotonic()
        tokens, since = self._buckets.pop(key, (float(limit), now))
        tokens = min(float(limit), tokens + (now - since) * limit / window)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > KEYS:
            self._buckets.popitem(last=False)
        return allowed

    def put_back(self, key: str) -> None:
        """The token that `take` gave was not needed."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            self._buckets[key] = (bucket[0] + 1, bucket[1])

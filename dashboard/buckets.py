"""How often something may be tried, counted in this process.

The keeper's own limits (op `limit`) hold for everybody who asks it; these stand in for them where
no keeper runs or answers, so that a password cannot be tried freely then.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

KEYS = 10_000


@dataclass(slots=True)
class Buckets:
    """Token buckets: `limit` at once, refilled evenly over `window` seconds."""

    monotonic: Callable[[], float] = time.monotonic
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
            while len(self._held) > KEYS:
                self._held.popitem(last=False)
        return allowed

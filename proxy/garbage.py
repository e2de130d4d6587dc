"""Garbage collection of a worker: what lives for ever is not walked again, the rest seldom."""

from __future__ import annotations

import gc

# Containers made between two looks at the young ones. A request makes some hundreds, nearly all of
# them freed at once by their counts; with Python's own 2,000 looking cost a tenth of all CPU.
YOUNG = 20_000


def settle() -> None:
    """To be called once everything that stays has been made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)


def discard() -> None:
    """Free what has just been replaced: a policy and its caches hold each other in a circle, and
    nobody would look for a while. Some 3 ms, once settled."""
    gc.collect()

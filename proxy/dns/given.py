"""Which addresses the house's DNS has given out, shared by all workers of a gateway.

A device that connects by an address nobody gave it does not use our DNS. The table is memory that
the supervisor makes and each worker maps: 8 bytes a slot, a tag of the address and the minute until
which it holds. Two addresses that meet in a slot overwrite each other, and a tag may fit by chance
(1 in 2^32): it answers what raw connections of lenient tiers may do, never what is allowed by name.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Iterable

from xxhash import xxh3_64_intdigest

SLOTS = 65_536
SIZE = SLOTS * 8  # bytes
GRACE_MINUTES = 60  # devices keep an address longer than its TTL says


def make() -> int:
    """The descriptor of a new, empty table, to be passed on."""
    descriptor = os.memfd_create("kidgate-given", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, SIZE)
    return descriptor


class Given:
    def __init__(self, descriptor: int) -> None:
        """Of a table that `make` made; the descriptor may be closed afterwards."""
        self._slots = memoryview(mmap.mmap(descriptor, SIZE)).cast("Q")

    def note(self, addresses: Iterable[str], seconds: int) -> None:
        """These canonical addresses go out, to be used for some seconds."""
        until = int(time.time()) // 60 + GRACE_MINUTES + seconds // 60
        for address in addresses:
            tag, slot = _place(address)
            self._slots[slot] = tag << 32 | until & 0xFFFFFFFF

    def holds(self, address: str) -> bool:
        """Whether a canonical address was given out and may still be in use."""
        tag, slot = _place(address)
        found = self._slots[slot]
        return found >> 32 == tag and (found & 0xFFFFFFFF) >= int(time.time()) // 60


def _place(address: str) -> tuple[int, int]:
    digest = xxh3_64_intdigest(address.encode())
    return digest >> 32, digest % SLOTS

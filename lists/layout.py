"""The bytes of the category index: what `build.py` writes and `index.py` reads. Little-endian.

    header      HEADER
    feeds       for each feed: u16 length, name in UTF-8, u16 length, category in UTF-8
    set starts  u32[sets + 1]   where each set begins among the labels
    labels      u32[labels]     feed << 3 | code, ascending within a set
    slots       u64[slots]      xxh3_64 of the keys, ascending, EMPTY between them
    set ids     u16[slots]      the set of the key in the slot; NO_SET where it is empty

Every section starts at a multiple of 8. A key stands in its home slot or in the next free one after
it, so that hashes ascend over the whole table and a search ends at the first that is greater. The
last slot is EMPTY. The checksum is the xxh3_64 of everything behind it, up to the end of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate, chain
from typing import NamedTuple

import xxhash

MAGIC = b"KGINDEX\n"
VERSION = 1
HEADER = struct.Struct("<8sIIQQIIIIII5Q")
CHECKSUM_AT = 16
CHECKED_FROM = 24  # the first byte that the checksum covers

EMPTY = 2**64 - 1
NO_SET = 2**16 - 1
MOST_SETS = NO_SET
MOST_FEEDS = 2**16
LONGEST_TEXT = 1024  # bytes of a feed's name or category


class Code(IntEnum):
    """What a label says of its key. The last two belong to no feed (their feed number is 0)."""

    EXCEPT = 1
    TREE = 2
    URL = 3
    EXACT = 4
    URLS_BELOW = 5  # URL entries exist for this host and hold for hosts below it
    URLS_HERE = 6  # the same for this host alone: an address or a public suffix


CODE_BITS = 3
CODE_MASK = 2**CODE_BITS - 1


class Header(NamedTuple):
    """The fields of HEADER in order. Sizes in bytes, offsets from the start of the file."""

    magic: bytes
    version: int
    header_size: int
    checksum: int
    size: int
    feeds: int
    sets: int
    labels: int
    keys: int
    capacity: int  # slots that are somebody's home
    slots: int
    feeds_at: int
    starts_at: int
    labels_at: int
    slots_at: int
    ids_at: int


def home(digest: int, capacity: int) -> int:
    """A hash's home slot: its leading 24 bits scaled to the capacity, in small integers."""
    return ((digest >> 40) * capacity) >> 24


def front(
    feeds: Sequence[tuple[str, str]],
    sets: Sequence[tuple[int, ...]],
    *,
    keys: int,
    capacity: int,
    slots: int,
) -> bytes:
    """Everything before the slots, checksum still 0. Its length depends on feeds and sets alone."""
    texts = [text.encode() for feed in feeds for text in feed]
    feed_table = b"".join(struct.pack("<H", len(text)) + text for text in texts)
    starts = list(accumulate(map(len, sets), initial=0))
    feeds_at = HEADER.size
    starts_at = _aligned(feeds_at + len(feed_table))
    labels_at = _aligned(starts_at + 4 * len(starts))
    slots_at = _aligned(labels_at + 4 * starts[-1])
    ids_at = slots_at + 8 * slots
    header = Header(
        MAGIC,
        VERSION,
        HEADER.size,
        0,
        ids_at + 2 * slots,
        len(feeds),
        len(sets),
        starts[-1],
        keys,
        capacity,
        slots,
        feeds_at,
        starts_at,
        labels_at,
        slots_at,
        ids_at,
    )
    packed_starts = struct.pack(f"<{len(starts)}I", *starts)
    packed_labels = struct.pack(f"<{starts[-1]}I", *chain.from_iterable(sets))
    return b"".join(map(_padded, (HEADER.pack(*header), feed_table, packed_starts, packed_labels)))


def empty() -> bytes:
    """A whole index of no feeds."""
    head = front([], [], keys=0, capacity=1, slots=1)
    return sealed(head + struct.pack("<QH", EMPTY, NO_SET))


def sealed(index: bytes) -> bytes:
    """With its checksum in place."""
    checksum = xxhash.xxh3_64_intdigest(index[CHECKED_FROM:])
    return index[:CHECKSUM_AT] + struct.pack("<Q", checksum) + index[CHECKED_FROM:]


def _aligned(offset: int) -> int:
    return -(-offset // 8) * 8


def _padded(section: bytes) -> bytes:
    return section.ljust(_aligned(len(section)), b"\0")

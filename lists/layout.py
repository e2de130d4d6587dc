"""The bytes of the category index: what `build.py` writes and `index.py` reads. Little-endian.

    header      HEADER
    feeds       for each feed: u16 length, name in UTF-8, u16 length, category in UTF-8
    set starts  u32[sets + 1]    where each set begins among the labels
    labels      u32[labels]      feed << 3 | code, ascending within a set
    slots       u64[slots]       xxh3_64 of the keys, ascending, EMPTY between them
    set ids     u16[slots]       the set of the key in the slot; NO_SET where there is none
    blocks      u32[blocks + 1]  where the text of each BLOCK slots starts, from the texts' start
    networks    NETWORK[]        address ranges; see `ranges.py`
    rules       what `rules/table.py` makes of rules; nothing when there is none
    texts       a newline, then each key with a newline behind it, in the order of the slots

Every section starts at a multiple of 8. Everything before the texts is the resident part: the
memory that processes share. The texts stay on the disk and are read where a hash was found, which
makes the answer exact.

A key stands in its home slot or in the next free one after it, so that hashes ascend over the whole
table and a search ends at the first that is greater. Keys of one hash (twins) stand side by side.
The last slot holds none. The checksum is the xxh3_64 of the rest of the resident part.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate, chain
from typing import NamedTuple

import xxhash

MAGIC = b"KGINDEX\n"
VERSION = 2
HEADER = struct.Struct("<8sIIQQQ8I9Q")
PREFIX = struct.Struct("<8sI")  # of the header of every version
CHECKSUM_AT = 16
CHECKED_FROM = 24  # the first byte that the checksum covers

EMPTY = 2**64 - 1
NO_SET = 2**16 - 1
MOST_SETS = NO_SET
MOST_FEEDS = 2**16
MOST_TEXT = 2**32 - 1  # bytes of all texts
LONGEST_TEXT = 1024  # bytes of a feed's name or category

NETWORK = struct.Struct("<B16sBHI")  # family, start, prefix length, set, enclosing entry or NONE
NONE = 2**32 - 1

BLOCK_BITS = 3
BLOCK = 1 << BLOCK_BITS  # slots


class Code(IntEnum):
    """What a label says of its key for its feed; in the order of the modes' letters."""

    EXCEPT = 1
    IMPORTANT = 2
    TREE = 3
    URL = 4
    EXACT = 5
    URLS_BELOW = 6  # the feed has URL entries of this host, and they hold for hosts below it
    URLS_HERE = 7  # the same for this host alone: an address or a public suffix


CODE_BITS = 3
CODE_MASK = 2**CODE_BITS - 1


class Header(NamedTuple):
    """The fields of HEADER in order. Sizes in bytes, offsets from the start of the file."""

    magic: bytes
    version: int
    header_size: int
    checksum: int
    resident: int  # size of the resident part: where the texts start
    texts: int  # their size
    feeds: int
    sets: int
    labels: int
    keys: int
    capacity: int  # slots that are somebody's home
    slots: int
    networks: int
    twins: int  # keys that share their hash with another
    feeds_at: int
    starts_at: int
    labels_at: int
    slots_at: int
    ids_at: int
    blocks_at: int
    networks_at: int
    rules_at: int
    rules: int  # bytes

    @property
    def size(self) -> int:
        """Of the whole file."""
        return self.resident + self.texts


class Counts(NamedTuple):
    """What the sections after the labels hold."""

    keys: int = 0
    capacity: int = 1
    slots: int = 1
    networks: int = 0
    rules: int = 0  # bytes
    twins: int = 0
    texts: int = 1  # bytes


def home(digest: int, capacity: int) -> int:
    """A hash's home slot: its leading 24 bits scaled to the capacity, in small integers."""
    return ((digest >> 40) * capacity) >> 24


def blocks(slots: int) -> int:
    """How many blocks the texts of so many slots have."""
    return -(-slots // BLOCK)


def front(feeds: Sequence[tuple[str, str]], sets: Sequence[Sequence[int]], counts: Counts) -> bytes:
    """Everything before the slots, checksum still 0. Its length depends on feeds and sets alone."""
    texts = [text.encode() for feed in feeds for text in feed]
    feed_table = b"".join(struct.pack("<H", len(text)) + text for text in texts)
    starts = list(accumulate(map(len, sets), initial=0))
    sizes = (
        HEADER.size,
        len(feed_table),
        4 * len(starts),
        4 * starts[-1],
        8 * counts.slots,
        2 * counts.slots,
        4 * (blocks(counts.slots) + 1),
        NETWORK.size * counts.networks,
        counts.rules,
    )
    *offsets, resident = accumulate(map(aligned, sizes))
    header = (
        *(MAGIC, VERSION, HEADER.size, 0, resident, counts.texts),
        *(len(feeds), len(sets), starts[-1], counts.keys, counts.capacity, counts.slots),
        *(counts.networks, counts.twins, *offsets, counts.rules),
    )
    packed_starts = struct.pack(f"<{len(starts)}I", *starts)
    packed_labels = struct.pack(f"<{starts[-1]}I", *chain.from_iterable(sets))
    return b"".join(map(padded, (HEADER.pack(*header), feed_table, packed_starts, packed_labels)))


def sealed(index: bytes) -> bytes:
    """With the checksum of its resident part in place."""
    resident = HEADER.unpack_from(index)[4] if len(index) >= HEADER.size else len(index)
    checksum = xxhash.xxh3_64_intdigest(index[CHECKED_FROM:resident])
    return index[:CHECKSUM_AT] + struct.pack("<Q", checksum) + index[CHECKED_FROM:]


def aligned(offset: int) -> int:
    """The next multiple of 8."""
    return -(-offset // 8) * 8


def padded(section: bytes) -> bytes:
    return section.ljust(aligned(len(section)), b"\0")

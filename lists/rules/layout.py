"""The bytes of a rule table: what `building.py` writes and `table.py` reads. Little-endian.

header      HEADER: magic, version, count of rules, then the size of each section in bytes
text ends   u32[rules]      where each rule's text ends among the texts
scopes      u8[rules]       Scope
feed ends   u32[rules]      where each rule's feeds end among the feeds
feeds       u16[...]        numbers of the feeds that have the rule
slots       u32[2^n]        number of a bucket, in the slot of its key's xxh3_64 or after it
prints      u32[buckets]    upper half of that hash; bucket 0 is that of no key
ends        u32[buckets+literals]   where each bucket ends among the members
members     u32[...]        numbers of rules
literals    lower-case texts, one a line: their buckets follow those of the keys
unkeyed     u32[...]        rules without a key
texts       canonical texts of rules, ascending, without anything between them
"""

from __future__ import annotations

import struct
from enum import IntEnum
from itertools import pairwise
from typing import Literal, NamedTuple

from kidgate.lists.faults import IndexFault

MAGIC = b"KGRL"
VERSION = 1
SECTIONS = 10
HEADER = struct.Struct(f"<4sII{SECTIONS}I")
NO_BUCKET = 0


class Scope(IntEnum):
    """What a rule may hold for, known before its text is read."""

    URLS_OF_HOST = 0  # the host that is its key, by more than the host's name
    HOSTS = 1  # holds or not by the name of a host alone
    URLS = 2  # whatever the host


class Parts(NamedTuple):
    """The sections, in their order."""

    text_ends: memoryview
    scopes: memoryview
    feed_ends: memoryview
    feeds: memoryview
    slots: memoryview
    prints: memoryview
    ends: memoryview
    members: memoryview
    literals: memoryview
    unkeyed: memoryview
    texts: memoryview


_TYPES: tuple[Literal["B", "H", "I"], ...] = ("I", "B", "I", "H", "I", "I", "I", "I", "B", "I", "B")


def packed(rules: int, parts: list[bytes]) -> bytes:
    """The whole table from its sections."""
    sizes = [len(part) for part in parts[:-1]]
    return HEADER.pack(MAGIC, VERSION, rules, *sizes) + b"".join(parts)


def unpacked(blob: memoryview) -> Parts:
    """The sections of a table. Raises IndexFault for one that is none."""
    try:
        magic, version, _, *sizes = HEADER.unpack_from(blob)
        if (magic, version) != (MAGIC, VERSION):
            raise _damaged()
        ends = [HEADER.size]
        for size in sizes:
            ends.append(ends[-1] + size)
        ends.append(len(blob))
        parts = (blob[start:end] for start, end in pairwise(ends))
        return Parts(*(part.cast(kind) for part, kind in zip(parts, _TYPES, strict=True)))
    except (struct.error, TypeError, ValueError) as fault:
        raise _damaged() from fault


def _damaged() -> IndexFault:
    return IndexFault("the rules of the category index are damaged: run `kidgate feed rebuild`")

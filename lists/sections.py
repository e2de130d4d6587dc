"""The sections of an index buffer, checked before anything in them is used.

What they mean for a host is `table.py`'s; the texts behind the resident part are `texts.py`'s.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import xxhash

from kidgate.lists import layout
from kidgate.lists.faults import IndexFault
from kidgate.lists.layout import HEADER, Code, Header


class Feed(NamedTuple):
    name: str
    category: str


class Said(NamedTuple):
    """What holds for a host: the feeds that name it and those that have URLs of it, in order."""

    feeds: tuple[Feed, ...] = ()
    with_urls: tuple[Feed, ...] = ()


class LabelSet(NamedTuple):
    """What is said of one key."""

    here: Said = Said()  # of the key itself, without what is exempt
    below: Said = Said()  # of the hosts below it
    exempt: frozenset[Feed] = frozenset()
    important: frozenset[Feed] = frozenset()  # of `here` and `below`: no exception lifts them
    urls: tuple[Feed, ...] = ()  # the key is a URL entry of these


NO_LABELS = LabelSet()


class Sections:
    """Views on a buffer that holds the resident part. Raises IndexFault when it does not."""

    def __init__(self, buffer: memoryview) -> None:
        buffer = _as_bytes(buffer)
        self.header = header = read_header(buffer)
        if len(buffer) != header.resident:
            raise damaged(f"it has {len(buffer)} bytes instead of {header.resident}")
        _check_checksum(buffer, header.checksum)
        _check_order(header)
        self.keys, self.capacity = header.keys, header.capacity
        self.feeds = tuple(_feeds(buffer[header.feeds_at : header.starts_at], header.feeds))
        self.slots = buffer[header.slots_at : header.ids_at].cast("Q")
        self.ids = buffer[header.ids_at : header.ids_at + 2 * header.slots].cast("H")
        self.blocks = _numbers(buffer, header.blocks_at, layout.blocks(header.slots) + 1)
        self.networks = buffer[header.networks_at :][: layout.NETWORK.size * header.networks]
        self.rules = buffer[header.rules_at : header.rules_at + header.rules]
        if self.slots[-1] != layout.EMPTY or self.ids[-1] != layout.NO_SET:
            raise damaged("its table has no end")
        self._starts = _numbers(buffer, header.starts_at, header.sets + 1)
        self._labels = _numbers(buffer, header.labels_at, header.labels)

        self._sets = {layout.NO_SET: NO_LABELS}  # a digest may equal that of an empty slot

    def label_set(self, number: int) -> LabelSet:
        """A set of labels, decoded once. Raises IndexFault when there is none of this number."""
        labels = self._sets.get(number)
        if labels is None:
            labels = self._sets[number] = self._decoded(number)
        return labels

    def _decoded(self, number: int) -> LabelSet:
        if number + 1 >= len(self._starts):
            raise damaged("it names a set that is not there")
        by_code: dict[int, set[int]] = {code: set() for code in Code}
        for label in self._labels[self._starts[number] : self._starts[number + 1]]:
            code, feed = label & layout.CODE_MASK, label >> layout.CODE_BITS
            if code not in by_code or feed >= len(self.feeds):
                raise damaged("it names a feed that is not there")
            by_code[code].add(feed)
        exempt, important = by_code[Code.EXCEPT], by_code[Code.IMPORTANT]
        tree = by_code[Code.TREE] - exempt | important
        here = by_code[Code.EXACT] - exempt | tree
        urls_below = by_code[Code.URLS_BELOW]
        return LabelSet(
            here=Said(self._named(here), self._named(urls_below | by_code[Code.URLS_HERE])),
            below=Said(self._named(tree), self._named(urls_below)),
            exempt=frozenset(self._named(exempt)),
            important=frozenset(self._named(important)),
            urls=self._named(by_code[Code.URL]),
        )

    def _named(self, numbers: Iterable[int]) -> tuple[Feed, ...]:
        return tuple(self.feeds[number] for number in sorted(numbers))


def read_header(buffer: memoryview | bytes | bytearray) -> Header:
    """The header of an index. Raises IndexFault when it is none, or of another version."""
    if sys.byteorder != "little":
        raise IndexFault("the index cannot be read on this machine: its numbers are little-endian")
    if len(buffer) < layout.PREFIX.size:
        raise damaged(f"it has {len(buffer)} bytes, less than a header")
    magic, version = layout.PREFIX.unpack_from(buffer)
    if magic != layout.MAGIC:
        raise damaged("it does not start as an index does")
    if version != layout.VERSION:
        message = (
            f"the category index is of version {version} and this program reads version "
            f"{layout.VERSION}: build it again with `kidgate feed rebuild`"
        )
        raise IndexFault(message)
    if len(buffer) < HEADER.size:
        raise damaged(f"it has {len(buffer)} bytes, less than a header")
    header = Header(*HEADER.unpack_from(buffer))
    if header.header_size != HEADER.size:
        raise damaged(f"its header has {header.header_size} bytes instead of {HEADER.size}")
    return header


def damaged(what: str) -> IndexFault:
    return IndexFault(
        f"the category index is damaged ({what}): build it again with `kidgate feed rebuild`"
    )


def _as_bytes(buffer: memoryview) -> memoryview:
    if not buffer.c_contiguous:
        raise damaged("its buffer has gaps")
    return buffer.cast("B").toreadonly()


def _check_checksum(buffer: memoryview, expected: int) -> None:
    if xxhash.xxh3_64_intdigest(buffer[layout.CHECKED_FROM :]) != expected:
        raise damaged("its checksum does not fit")


def _check_order(header: Header) -> None:
    """Sections follow each other, hold what the header counts and end where the resident part
    does."""
    ends = (
        (HEADER.size, header.feeds_at),
        (header.feeds_at, header.starts_at),
        (header.starts_at + 4 * (header.sets + 1), header.labels_at),
        (header.labels_at + 4 * header.labels, header.slots_at),
        (header.slots_at + 8 * header.slots, header.ids_at),
        (header.ids_at + 2 * header.slots, header.blocks_at),
        (header.blocks_at + 4 * (layout.blocks(header.slots) + 1), header.networks_at),
        (header.networks_at + layout.NETWORK.size * header.networks, header.rules_at),
        (header.rules_at + header.rules, header.resident),
    )
    fits = all(end <= start for end, start in ends)
    wide = header.slots_at + 8 * header.slots != header.ids_at
    if not fits or wide or not 1 <= header.capacity <= header.slots:
        raise damaged("its sections overlap")


def _numbers(buffer: memoryview, at: int, count: int) -> memoryview:
    return buffer[at : at + 4 * count].cast("I")


def _feeds(table: memoryview, count: int) -> Iterator[Feed]:
    at = 0
    for _ in range(count):
        name, at = _text(table, at)
        category, at = _text(table, at)
        yield Feed(name, category)


def _text(table: memoryview, at: int) -> tuple[str, int]:
    try:
        (size,) = struct.unpack_from("<H", table, at)
        text = bytes(table[at + 2 : at + 2 + size]).decode()
    except (struct.error, UnicodeDecodeError) as fault:
        raise damaged("its feed table cannot be read") from fault
    if at + 2 + size > len(table):
        raise damaged("its feed table is too short")
    return text, at + 2 + size

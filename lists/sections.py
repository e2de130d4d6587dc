"""The sections of an index buffer, checked before anything in them is used.

What they mean for a host is `index.py`'s.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import xxhash

from kidgate.lists import layout
from kidgate.lists.faults import IndexFault
from kidgate.lists.layout import HEADER, Code, Header


class Feed(NamedTuple):
    name: str
    category: str


class Said(NamedTuple):
    """What holds for a host: the feeds that name it, in their order; whether URLs are kept."""

    feeds: tuple[Feed, ...] = ()
    keeps_urls: bool = False


class LabelSet(NamedTuple):
    """What is said of one key."""

    here: Said = Said()  # of the key itself, without what is exempt
    below: Said = Said()  # of the hosts below it
    exempt: tuple[Feed, ...] = ()
    urls: tuple[Feed, ...] = ()  # the key is a URL entry of these


NO_LABELS = LabelSet()


class Sections:
    """Views on a buffer that holds a whole index. Raises IndexFault when it does not."""

    def __init__(self, buffer: memoryview) -> None:
        buffer = _as_bytes(buffer)
        header = read_header(buffer)
        if len(buffer) != header.size:
            raise damaged(f"it has {len(buffer)} bytes instead of {header.size}")
        _check_checksum(buffer, header.checksum)
        _check_order(header)
        self.keys, self.capacity = header.keys, header.capacity
        self.feeds = tuple(_feeds(buffer[header.feeds_at : header.starts_at], header.feeds))
        self.slots = buffer[header.slots_at : header.ids_at].cast("Q")
        self.ids = buffer[header.ids_at :].cast("H")
        if self.slots[-1] != layout.EMPTY:
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
        by_code: dict[int, list[int]] = {code: [] for code in Code}
        for label in self._labels[self._starts[number] : self._starts[number + 1]]:
            code, feed = label & layout.CODE_MASK, label >> layout.CODE_BITS
            if code not in by_code or feed >= len(self.feeds):
                raise damaged("it names a feed that is not there")
            by_code[code].append(feed)
        exempt = frozenset(by_code[Code.EXCEPT])
        tree = set(by_code[Code.TREE]) - exempt
        kept_below = bool(by_code[Code.URLS_BELOW])
        kept_here = kept_below or bool(by_code[Code.URLS_HERE])
        return LabelSet(
            here=Said(self._named(tree | set(by_code[Code.EXACT]) - exempt), kept_here),
            below=Said(self._named(tree), kept_below),
            exempt=self._named(exempt),
            urls=self._named(by_code[Code.URL]),
        )

    def _named(self, numbers: Iterable[int]) -> tuple[Feed, ...]:
        return tuple(self.feeds[number] for number in sorted(numbers))


def read_header(buffer: memoryview | bytes) -> Header:
    """The header of an index. Raises IndexFault when it is none, or of another version."""
    if sys.byteorder != "little":
        raise IndexFault("the index cannot be read on this machine: its numbers are little-endian")
    if len(buffer) < HEADER.size:
        raise damaged(f"it has {len(buffer)} bytes, less than a header")
    header = Header(*HEADER.unpack_from(buffer))
    if header.magic != layout.MAGIC:
        raise damaged("it does not start as an index does")
    if (header.version, header.header_size) != (layout.VERSION, HEADER.size):
        message = (
            f"the category index is of version {header.version} and this program reads version "
            f"{layout.VERSION}: build it again with `kidgate feed rebuild`"
        )
        raise IndexFault(message)
    return header


def read_whole(path: Path) -> memoryview:
    """The bytes of an index file; no more is read than its header promises."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            header = read_header(file.read(HEADER.size))
            if size != header.size:
                raise damaged(f"it has {size} bytes instead of {header.size}")
            file.seek(0)
            return memoryview(file.read(size))
    except OSError as fault:
        message = (
            f"the category index `{path}` cannot be read ({fault.strerror}): "
            "build it again with `kidgate feed rebuild`"
        )
        raise IndexFault(message) from fault


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
    """Sections follow each other, hold what the header counts and end where the file does."""
    starts_end = header.starts_at + 4 * (header.sets + 1)
    labels_end = header.labels_at + 4 * header.labels
    fits = (
        HEADER.size == header.feeds_at <= header.starts_at
        and starts_end <= header.labels_at
        and labels_end <= header.slots_at
        and header.slots_at + 8 * header.slots == header.ids_at
        and header.ids_at + 2 * header.slots == header.size
        and 1 <= header.capacity <= header.slots
    )
    if not fits:
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

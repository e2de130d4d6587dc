"""An index file, written from entries in the order of their hashes. The layout is `layout.py`'s."""

from __future__ import annotations

import os
import shutil
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import IO, BinaryIO

import xxhash

from kidgate.lists import layout
from kidgate.lists.buckets import Sorted, labels_of, tree_labels
from kidgate.lists.faults import BuildFault
from kidgate.lists.layout import (
    CHECKED_FROM,
    EMPTY,
    NO_SET,
    Counts,
    Header,
)
from kidgate.lists.ranges import Range, packed
from kidgate.lists.sections import Sections, read_header
from kidgate.lists.streams import CHUNK
from kidgate.lists.texts import Texts

LOAD = 0.82  # keys per home slot: 12.8 bytes a key


class Sets:
    """The different sets of labels, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def of(self, labels: Sequence[bytes]) -> Iterator[int]:
        """The number of each. Raises BuildFault when there are too many sets."""
        for new in sorted(set(labels).difference(self._numbers)):
            self._numbers[new] = len(self._numbers)
        if len(self._numbers) > layout.MOST_SETS:
            raise BuildFault(
                f"these feeds overlap in more than {layout.MOST_SETS} ways: leave some feeds out"
            )
        return map(self._numbers.__getitem__, labels)

    def labels(self) -> list[Sequence[int]]:
        return [labels_of(labels) for labels in self._numbers]


class Keys:
    """What stays in memory of the keys, some 12 bytes of each; their texts go to a file."""

    def __init__(self, parts: Iterable[Sorted], sets: Sets, texts: IO[bytes]) -> None:
        """Raises BuildFault or OSError."""
        self.hashes, self.sets, self.sizes = array("Q"), array("H"), array("H")
        self.texts = texts
        texts.write(b"\n")
        for part in parts:
            self.hashes.extend(part.hashes)
            self.sets.extend(sets.of(part.labels))
            self.sizes.extend(map(len, part.keys))
            texts.writelines(b"%b\n" % key for key in part.keys)

    def __len__(self) -> int:
        return len(self.hashes)

    def twins(self) -> int:
        """How many share their hash with the one before."""
        return sum(one == other for one, other in pairwise(self.hashes))


def write_index(
    file: BinaryIO,
    titles: Sequence[tuple[str, str]],
    keys: Keys,
    sets: Sets,
    ranges: Mapping[Range, set[int]],
    rules: bytes,
) -> Header:
    """Write a whole index, and check it. Raises BuildFault, IndexFault or OSError."""
    in_order = sorted(ranges)
    numbers = sets.of([tree_labels(ranges[one]) for one in in_order])
    networks = packed(zip(in_order, numbers, strict=True))
    labels, capacity = sets.labels(), int(len(keys) / LOAD) + 1
    size = keys.texts.tell()
    if size > layout.MOST_TEXT:
        raise BuildFault(f"all names together have more than {layout.MOST_TEXT} bytes")
    file.write(layout.front(titles, labels, Counts()))  # to be replaced
    ids, blocks = _write_slots(file, keys, capacity)
    for section in (ids.tobytes(), blocks.tobytes(), networks, rules):
        file.write(layout.padded(section))
    keys.texts.seek(0)
    shutil.copyfileobj(keys.texts, file, CHUNK)
    counts = Counts(
        keys=len(keys),
        capacity=capacity,
        slots=len(ids),
        networks=len(ranges),
        rules=len(rules),
        twins=keys.twins(),
        texts=size,
    )
    file.seek(0)
    file.write(layout.front(titles, labels, counts))
    return _seal(file)


def _write_slots(file: BinaryIO, keys: Keys, capacity: int) -> tuple[array[int], array[int]]:
    """Write the slots; returns the set id of each and where the text of each block starts."""
    slots, ids, blocks = array("Q"), array("H"), array("I")
    text = at = next_block = 0
    for digest, number, size in zip(keys.hashes, keys.sets, keys.sizes, strict=True):
        place = ((digest >> 40) * capacity) >> 24  # `layout.home`; a call would cost seconds
        if place > at:
            slots.extend([EMPTY] * (place - at))
            ids.extend([NO_SET] * (place - at))
            at = place
        while at >= next_block:
            blocks.append(text)
            next_block += layout.BLOCK
        slots.append(digest)
        ids.append(number)
        at += 1
        text += size + 1  # the newline
        if len(slots) >= CHUNK:
            file.write(slots.tobytes())
            slots = array("Q")
    gap = max(capacity - len(ids), 0) + 1  # the last slot is empty: every search ends there
    slots.extend([EMPTY] * gap)
    ids.extend([NO_SET] * gap)
    blocks.extend([text] * (layout.blocks(len(ids)) + 1 - len(blocks)))
    file.write(slots.tobytes())
    return ids, blocks


def _seal(file: BinaryIO) -> Header:
    """Write the checksum and read everything back: what is wrong here would stay wrong."""
    file.seek(0)
    resident = bytearray(file.read(layout.HEADER.size))
    resident += file.read(read_header(resident).resident - len(resident))
    checksum = struct.pack("<Q", xxhash.xxh3_64_intdigest(memoryview(resident)[CHECKED_FROM:]))
    file.seek(layout.CHECKSUM_AT)
    file.write(checksum)
    file.flush()
    resident[layout.CHECKSUM_AT : CHECKED_FROM] = checksum
    sections = Sections(memoryview(resident))
    Texts(sections, os.dup(file.fileno())).check()
    return sections.header

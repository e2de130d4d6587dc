"""Build the category index from names files: `python -m kidgate.lists.build OUT SPEC.json`.

A process of its own, so that its memory goes with it while the old index serves. SPEC holds
`{"feeds": [{"name": ..., "category": ..., "path": ...}]}`, paths relative to its folder. The same
names files give the same bytes. The layout is `layout.py`'s.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import xxhash

from kidgate.lists import layout, shared_hosts
from kidgate.lists.faults import BuildFault, NamesFault
from kidgate.lists.merging import merged
from kidgate.lists.names_file import NamesFile
from kidgate.lists.replacing import replacing
from kidgate.lists.streams import CHUNK

LOAD = 0.8  # keys per home slot: 12.5 bytes a key
_BUCKETS = 256  # by the leading byte of the hash; sorted one by one


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed to take into the index. `path` is its names file."""

    name: str
    category: str
    path: Path


@dataclass(frozen=True, slots=True)
class Built:
    """What an index holds; `size` in bytes."""

    keys: int
    sets: int
    size: int


class SameHash(Exception):
    """Two different keys have one hash."""

    def __init__(self, digest: int) -> None:
        super().__init__(f"{digest:016x}")
        self.digest = digest


@dataclass(slots=True)
class _Keys:
    """The hashes of all keys and the numbers of their label sets."""

    sets: dict[tuple[int, ...], int] = field(default_factory=dict)
    hashes: list[array[int]] = field(default_factory=lambda: [array("Q") for _ in range(_BUCKETS)])
    numbers: list[array[int]] = field(default_factory=lambda: [array("H") for _ in range(_BUCKETS)])
    count: int = 0

    def add(self, key: bytes, labels: tuple[int, ...]) -> None:
        digest = xxhash.xxh3_64_intdigest(key)
        number = self.sets.setdefault(labels, len(self.sets))
        if digest == layout.EMPTY:
            raise SameHash(digest)
        if number == layout.MOST_SETS:
            raise BuildFault(
                f"these feeds overlap in more than {layout.MOST_SETS} ways: leave some feeds out"
            )
        self.hashes[digest >> 56].append(digest)
        self.numbers[digest >> 56].append(number)
        self.count += 1

    def ordered(self) -> Iterator[tuple[int, int]]:
        """(hash, set number) by ascending hash."""
        last = -1
        for bucket in zip(self.hashes, self.numbers, strict=True):
            for digest, number in sorted(zip(*bucket, strict=True)):
                if digest == last:
                    raise SameHash(digest)
                last = digest
                yield digest, number


def build_index(out: Path, feeds: Sequence[FeedSource]) -> Built:
    """Write the index of these feeds to `out`, as a whole or not at all. Raises BuildFault."""
    _check_feeds(feeds)
    with ExitStack() as stack:
        try:
            files = [stack.enter_context(NamesFile(feed.path)) for feed in feeds]
            keys = _Keys()
            for key, labels in merged(files, shared_hosts.bundled()):
                keys.add(key, labels)
            with replacing(out) as file:
                return _write(file, feeds, keys)
        except SameHash as fault:
            names = " and ".join(f"`{name}`" for name in _hashed(files, fault.digest))
            message = f"{names} cannot be told apart by hash: leave out a feed that names one"
            raise BuildFault(message) from fault
        except NamesFault as fault:
            raise BuildFault(str(fault)) from fault
        except OSError as fault:
            message = f"`{out}` cannot be written ({fault.strerror}): check the disk and its room"
            raise BuildFault(message) from fault


def _check_feeds(feeds: Sequence[FeedSource]) -> None:
    if sys.byteorder != "little":
        raise BuildFault("the index cannot be built on this machine: its numbers are little-endian")
    if len(feeds) > layout.MOST_FEEDS:
        raise BuildFault(f"there are more than {layout.MOST_FEEDS} feeds: leave some out")
    names = [feed.name for feed in feeds]
    for name in names:
        if names.count(name) > 1:
            raise BuildFault(f"feed `{name}` is given twice: give each feed its own name")
    for text in (*names, *(feed.category for feed in feeds)):
        if not 0 < len(text.encode()) <= layout.LONGEST_TEXT:
            raise BuildFault(
                f"`{text[:60]}` is no name for a feed or category: choose a shorter one"
            )


def _write(file: BinaryIO, feeds: Sequence[FeedSource], keys: _Keys) -> Built:
    titles = [(feed.name, feed.category) for feed in feeds]
    sets = list(keys.sets)
    capacity = int(keys.count / LOAD) + 1
    file.write(layout.front(titles, sets, keys=0, capacity=capacity, slots=0))  # to be replaced
    ids = _write_slots(file, keys, capacity)
    file.write(ids.tobytes())
    size = file.tell()
    file.seek(0)
    file.write(layout.front(titles, sets, keys=keys.count, capacity=capacity, slots=len(ids)))
    _write_checksum(file)
    return Built(keys.count, len(sets), size)


def _write_slots(file: BinaryIO, keys: _Keys, capacity: int) -> array[int]:
    """Write the slots; returns the set id of each."""
    slots, ids = array("Q"), array("H")
    for digest, number in keys.ordered():
        gap = layout.home(digest, capacity) - len(ids)
        if gap > 0:
            slots.extend([layout.EMPTY] * gap)
            ids.extend([layout.NO_SET] * gap)
        slots.append(digest)
        ids.append(number)
        if len(slots) >= CHUNK:
            file.write(slots.tobytes())
            slots = array("Q")
    gap = max(capacity - len(ids), 0) + 1  # the last slot is empty: every search ends there
    slots.extend([layout.EMPTY] * gap)
    ids.extend([layout.NO_SET] * gap)
    file.write(slots.tobytes())
    return ids


def _write_checksum(file: BinaryIO) -> None:
    checksum = xxhash.xxh3_64()
    file.seek(layout.CHECKED_FROM)
    while part := file.read(CHUNK):
        checksum.update(part)
    file.seek(layout.CHECKSUM_AT)
    file.write(struct.pack("<Q", checksum.intdigest()))


def _hashed(files: Sequence[NamesFile], digest: int) -> list[str]:
    keys = (raw.partition(b"\t")[0] for file in files for raw in file.raw())
    return sorted({key.decode() for key in keys if xxhash.xxh3_64_intdigest(key) == digest})


def read_spec(path: Path) -> list[FeedSource]:
    """The feeds of a SPEC file. Raises BuildFault."""
    try:
        feeds = json.loads(path.read_bytes())["feeds"]
        return [FeedSource(f["name"], f["category"], path.parent / f["path"]) for f in feeds]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        message = (
            f"`{path}` is no list of feeds ({fault!r}): see `python -m kidgate.lists.build --help`"
        )
        raise BuildFault(message) from fault


def main(arguments: Sequence[str]) -> int:
    """0 built, 1 not built, 2 usage."""
    if len(arguments) != 2 or "--help" in arguments:
        print(__doc__, file=sys.stderr)
        return 2
    out, spec = map(Path, arguments)
    try:
        built = build_index(out, read_spec(spec))
    except BuildFault as fault:
        print(fault, file=sys.stderr)
        return 1
    print(json.dumps({"keys": built.keys, "sets": built.sets, "size": built.size}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

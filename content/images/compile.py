"""Lists of hashes to one file. The layout is `layout.py`'s; the canary is always among them."""

from __future__ import annotations

import heapq
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import BinaryIO, NamedTuple

from xxhash import xxh3_64

from kidgate.content.images import canary, layout
from kidgate.content.images.layout import DIGEST, HEADER, KEYS, STARTS, aligned


class HashList(NamedTuple):
    """A list's digests, each ascending and without gaps: 32 bytes after 32 bytes."""

    name: str
    exact: memoryview  # SHA-256
    near: memoryview  # PDQ


class Compiled(NamedTuple):
    """How many hashes are in the file; the canary's are not counted."""

    exact: int
    near: int
    bytes: int


def compile_hashes(file: BinaryIO, lists: Sequence[HashList]) -> Compiled:
    """Write all lists and the canary. `file` is empty, and can be read.

    Raises ValueError for too many lists or digests out of order, OSError, and ImportError when
    there are perceptual hashes and no numpy.
    """
    if len(lists) >= layout.MOST_LISTS:
        raise ValueError(f"at most {layout.MOST_LISTS - 1} lists are compiled")
    digest = sha256(canary.canary()).digest()
    every = [*lists, HashList(canary.NAME, memoryview(digest), memoryview(canary.PDQ))]
    names = b"".join(_named(one.name) for one in every)
    exact, exact_lists = _merged([one.exact for one in every])
    near, near_lists = _merged([one.near for one in every])
    if len(near) == DIGEST:  # the canary's alone would need numpy, and find nothing else
        near, near_lists = bytearray(), bytearray()
    sections = (names, _starts(exact), exact, exact_lists, near, near_lists, _bands(near))
    written = _write(file, sections, (len(every), len(exact) // DIGEST, len(near) // DIGEST))
    return Compiled(len(exact) // DIGEST - 1, max(0, len(near) // DIGEST - 1), written)


def _write(
    file: BinaryIO, sections: Sequence[bytes | bytearray | memoryview], counts: tuple[int, int, int]
) -> int:
    sizes = (aligned(len(section)) for section in (bytes(HEADER.size), *sections))
    *offsets, size = accumulate(sizes)
    head = HEADER.pack(layout.MAGIC, layout.VERSION, HEADER.size, 0, size, *counts, 0, *offsets)
    check = xxh3_64(head[layout.CHECKED_FROM :])
    file.write(head)
    for section in sections:
        for part in (section, b"\0" * (aligned(len(section)) - len(section))):
            check.update(part)
            file.write(part)
    file.seek(layout.CHECKSUM_AT)
    file.write(struct.pack("<Q", check.intdigest()))
    file.flush()
    return size


def _named(name: str) -> bytes:
    text = name.encode()
    return struct.pack("<H", len(text)) + text


def _merged(digests: Iterable[memoryview]) -> tuple[bytearray, bytearray]:
    """All digests ascending and once, and the number of the first list that has each."""
    found, lists, last = bytearray(), bytearray(), b""
    for digest, number in heapq.merge(*(_numbered(one, n) for n, one in enumerate(digests))):
        if digest != last:
            found += digest
            lists.append(number)
            last = digest
    return found, lists


def _numbered(digests: memoryview, number: int) -> Iterator[tuple[bytes, int]]:
    last = b""
    for at in range(0, len(digests), DIGEST):
        digest = bytes(digests[at : at + DIGEST])
        if digest <= last:  # what is out of order would not be found
            raise ValueError("the digests of a list do not ascend")
        last = digest
        yield digest, number


def _starts(digests: bytearray) -> bytes:
    """Where each value of the first 16 bits begins."""
    counts = array("I", bytes(4 * STARTS))
    for at in range(0, len(digests), DIGEST):
        counts[(digests[at] << 8 | digests[at + 1]) + 1] += 1
    for key in range(KEYS):
        counts[key + 1] += counts[key]
    return counts.tobytes()


def _bands(near: bytearray) -> bytes | memoryview:
    """The starts of the bands and the numbers; nothing where there are no hashes."""
    if not near:
        return b""
    import numpy as np

    words = np.frombuffer(near, "<u2").reshape(-1, layout.BANDS)
    section = np.zeros(layout.BANDS * (STARTS + len(words)), "<u4")
    starts = section[: layout.BANDS * STARTS].reshape(layout.BANDS, STARTS)
    numbers = section[layout.BANDS * STARTS :].reshape(layout.BANDS, len(words))
    for band in range(layout.BANDS):
        column = words[:, band]
        numbers[band] = np.argsort(column, kind="stable")
        np.cumsum(np.bincount(column, minlength=KEYS), out=starts[band, 1:])
    return memoryview(section).cast("B")

"""One feed as imported: a sorted text file `NAME.names`, to be read by people and programs.

    #kidgate-names VERSION COUNT CHECKSUM
    key<TAB>mode<TAB>line

`key` is canonical, `mode` a letter of `entries.Mode`, `line` where it stands in the list. Sorted
bytewise by key, then mode. COUNT is decimal with 12 digits, CHECKSUM the xxh3_64 of everything
after the first line, 16 hexadecimal digits.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

import xxhash

from kidgate.lists.entries import LONGEST_KEY, Mode
from kidgate.lists.faults import NamesFault
from kidgate.lists.streams import CHUNK

VERSION = 1
HEADER = b"#kidgate-names %d %012d %016x\n"
HEADER_SIZE = len(HEADER % (VERSION, 0, 0))

_BATCH = 4096  # records written at once
_BLOCK = 2 * (LONGEST_KEY + 64)  # bytes; holds a whole record wherever it is cut


class Listed(NamedTuple):
    """One record."""

    key: str
    mode: Mode
    line: int


def record(entry: Listed) -> bytes:
    return b"%s\t%s\t%d\n" % (entry.key.encode(), entry.mode.encode(), entry.line)


def write_names(file: BinaryIO, records: Iterable[bytes]) -> int:
    """Write a whole names file from sorted records; returns their count."""
    file.write(HEADER % (VERSION, 0, 0))
    checksum = xxhash.xxh3_64()
    count = 0
    batch: list[bytes] = []
    for item in records:
        batch.append(item)
        if len(batch) == _BATCH:
            count += _flush(file, batch, checksum)
    count += _flush(file, batch, checksum)
    file.seek(0)
    file.write(HEADER % (VERSION, count, checksum.intdigest()))
    file.seek(0, os.SEEK_END)
    return count


def _flush(file: BinaryIO, batch: list[bytes], checksum: xxhash.xxh3_64) -> int:
    count = len(batch)
    data = b"".join(batch)
    file.write(data)
    checksum.update(data)
    batch.clear()
    return count


class NamesFile:
    """An open names file. A context manager; reads are thread-safe.

    Everything is read with pread and never mapped: a file cut while it is mapped kills the process.
    Raises NamesFault whenever the file turns out to be damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as fault:
            message = f"`{path}` cannot be read ({fault.strerror}): import the feed again"
            raise NamesFault(message) from fault
        try:
            self._size = os.fstat(self._file).st_size
            self.count, self._checksum = self._header()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._file)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Listed]:
        return map(self._parsed, self.raw())

    @property
    def checksum(self) -> str:
        """Of the contents, as its first line says."""
        return f"{self._checksum:016x}"

    def raw(self) -> Iterator[bytes]:
        """Every record as it stands, without its newline. Only a whole file comes to its end."""
        carry, at, count = b"", HEADER_SIZE, 0
        checksum = xxhash.xxh3_64()
        while chunk := self._pread(CHUNK, at):
            at += len(chunk)
            checksum.update(chunk)
            *whole, carry = (carry + chunk).split(b"\n")
            count += len(whole)
            yield from whole
            if len(carry) > _BLOCK:
                raise self.damaged()
        if carry or (count, checksum.intdigest()) != (self.count, self._checksum):
            raise self.damaged()

    def find(self, key: str) -> tuple[Listed, ...]:
        """The records of a key, one for each mode; none when it is not listed."""
        wanted = key.encode()
        data, begin = self._pread(len(Mode) * _BLOCK, self._first(wanted)), wanted + b"\t"
        found: list[Listed] = []
        while data.startswith(begin):
            raw, _, data = data.partition(b"\n")
            found.append(self._parsed(raw))
        return tuple(found)

    def line_of(self, key: str) -> int | None:
        """The line a key stands on; where it is also exempted, the line that lists it."""
        found = sorted(self.find(key), key=lambda listed: listed.mode is Mode.EXCEPT)
        return found[0].line if found else None

    def verify(self) -> None:
        """Raise NamesFault unless checksum, count and order are those of a whole file."""
        last = b""
        for raw in self.raw():
            place = raw.rpartition(b"\t")[0]
            if place <= last:
                raise self.damaged()
            last = place

    def _header(self) -> tuple[int, int]:
        words = self._pread(HEADER_SIZE, 0).split()
        if len(words) != 4 or words[0] != HEADER.split()[0] or not words[1].isdigit():
            raise self.damaged()
        if int(words[1]) != VERSION:
            message = f"`{self.path}` is of another version: import the feed again"
            raise NamesFault(message)
        try:
            return int(words[2]), int(words[3], 16)
        except ValueError as fault:
            raise self.damaged() from fault

    def _first(self, wanted: bytes) -> int:
        """Where the first record starts whose key is not below `wanted`."""
        low, high = HEADER_SIZE, self._size
        while high - low > _BLOCK:
            middle = (low + high) // 2
            start, key = self._record_after(middle, high)
            if key is None:
                high = middle
            elif key < wanted:
                low = start
            else:
                high = start
        data = self._pread(high - low + _BLOCK, low)
        records = data.split(b"\n")
        starting = data.count(b"\n", 0, high - low - 1) + 1 if low < high else 0
        below = bisect_left(records, wanted, hi=starting, key=lambda raw: raw.partition(b"\t")[0])
        return low + sum(len(raw) + 1 for raw in records[:below])

    def _record_after(self, at: int, end: int) -> tuple[int, bytes | None]:
        """The first record that starts after `at` and before `end`, and its key."""
        block = self._pread(_BLOCK, at)
        start = block.find(b"\n") + 1
        if not start:
            raise self.damaged()
        if at + start >= end:
            return end, None
        return at + start, block[start:].partition(b"\t")[0]

    def _pread(self, size: int, at: int) -> bytes:
        try:
            return os.pread(self._file, size, at)
        except OSError as fault:
            message = f"`{self.path}` cannot be read ({fault.strerror}): import the feed again"
            raise NamesFault(message) from fault

    def _parsed(self, raw: bytes) -> Listed:
        try:
            key, mode, line = raw.decode("ascii").split("\t")
            return Listed(key, Mode(mode), int(line))
        except ValueError as fault:
            raise self.damaged() from fault

    def damaged(self) -> NamesFault:
        """The fault of this file."""
        return NamesFault(f"`{self.path}` is damaged: import the feed again")

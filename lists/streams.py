"""Bytes of a list, read with limits: plain or gzip, in chunks and in lines.

Everything from outside goes through a `Content`, which counts what it unpacks and refuses bombs and
cut files. What the lines mean is not known here.
"""

from __future__ import annotations

import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from kidgate.lists.faults import ImportRefused, Refusal

CHUNK = 1 << 18  # bytes
MIB = 1 << 20

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all) of the file as it lies on the disk."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one import may cost. Bytes, where nothing else is said."""

    unpacked: int = 512 * MIB
    ratio: int = 200  # unpacked : packed
    ratio_from: int = 32 * MIB  # unpacked bytes before the ratio counts
    line: int = 64 * 1024
    members: int = 20_000  # files and links in an archive or folder
    judged_from: int = 1000  # lines before rubbish can refuse a list
    least_useful: float = 0.05  # share of them that must be entries


class Reader(Protocol):
    def read(self, size: int, /) -> bytes: ...


_PACKED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
}
_GZIP = b"\x1f\x8b"
_GZIP_MEMBERS = 10_000  # bgzip's are 64 KB each; very many tiny ones only burn time


class Content:
    """The unpacked bytes of one file on disk. A context manager.

    Every fault of the file, the packing or the limits is an `ImportRefused`.
    """

    def __init__(self, path: Path, limits: Limits, progress: Progress | None = None) -> None:
        self._path, self._limits, self._progress = path, limits, progress
        self._raw = open_regular(path)
        self._size = os.fstat(self._raw.fileno()).st_size
        self._done = 0
        try:
            self._reader = self._unpacker()
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer than `size` only at the end."""
        parts: list[bytes] = []
        while size > 0 and (part := self._some(min(size, CHUNK))):
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _unpacker(self) -> Reader:
        with _told(self._path):
            head = self._raw.read(8)
            self._raw.seek(0)
        for magic, kind in _PACKED.items():
            if head.startswith(magic):
                message = f"`{self._path}` is a {kind} archive: unpack it and import what is inside"
                raise ImportRefused(Refusal.PACKED, message)
        return _Gunzip(self._raw) if head.startswith(_GZIP) else self._raw

    def _some(self, size: int) -> bytes:
        with _told(self._path):
            part = self._reader.read(size)
        self._done += len(part)
        self._check()
        if self._progress:
            self._progress(self._raw.tell(), self._size)
        return part

    def _check(self) -> None:
        limits = self._limits
        if self._done > limits.unpacked:
            message = (
                f"`{self._path}` holds more than {limits.unpacked // MIB} MB: "
                "too large for a list; split it or choose a smaller one"
            )
            raise ImportRefused(Refusal.TOO_LARGE, message)
        if self._done > limits.ratio_from and self._done > limits.ratio * self._raw.tell():
            message = (
                f"`{self._path}` unpacks to more than {limits.ratio} times its size, as a "
                "decompression bomb does: fetch it again from a source that you trust"
            )
            raise ImportRefused(Refusal.RATIO, message)


class _Gunzip:
    """Unpacks gzip (RFC 1952) with all its members; EOFError where the last one is cut.

    The `gzip` module steps through header fields byte by byte in Python, which a hostile file makes
    take minutes.
    """

    def __init__(self, raw: io.BufferedReader) -> None:
        self._raw = raw
        self._member = zlib.decompressobj(wbits=31)
        self._members = 1
        self._input = b""

    def read(self, size: int, /) -> bytes:
        while True:
            if self._member.eof and not self._next_member():
                return b""
            self._input = self._input or self._raw.read(1 << 14)
            if not self._input:
                raise EOFError
            out = self._member.decompress(self._input, size)
            self._input = self._member.unconsumed_tail
            if out:
                return out

    def _next_member(self) -> bool:
        """Start on what follows a whole member, past zero padding; False at the end."""
        rest = self._member.unused_data.lstrip(b"\0")
        while not rest:
            block = self._raw.read(1 << 14)
            if not block:
                return False
            rest = block.lstrip(b"\0")
        self._members += 1
        if self._members > _GZIP_MEMBERS:
            raise zlib.error(f"more than {_GZIP_MEMBERS} gzip members")
        self._member, self._input = zlib.decompressobj(wbits=31), rest
        return True


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file; a pipe or device would block or never end."""
    with _told(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            message = f"`{path}` is no regular file: give a list, an archive or a folder"
            raise ImportRefused(Refusal.UNREADABLE, message)
        return os.fdopen(descriptor, "rb")


def first_bytes(path: Path, size: int) -> bytes:
    """How a file begins as it lies on the disk. Raises ImportRefused."""
    with open_regular(path) as raw, _told(path):
        return raw.read(size)


class _told:
    """Turns faults of reading into refusals that name the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        path = self._path
        if isinstance(fault, EOFError):
            message = f"`{path}` ends in the middle of the packed data: fetch it again"
            raise ImportRefused(Refusal.TRUNCATED, message) from fault
        if isinstance(fault, zlib.error):
            message = f"`{path}` is damaged ({fault}): fetch it again"
            raise ImportRefused(Refusal.TRUNCATED, message) from fault
        if isinstance(fault, (OSError, ValueError)):
            said = getattr(fault, "strerror", None) or fault
            message = f"`{path}` cannot be read ({said}): check the path and its permissions"
            raise ImportRefused(Refusal.UNREADABLE, message) from fault


def lines(reader: Reader, limit: int) -> Iterator[bytes | None]:
    """The lines without their newline; None for one that is longer than `limit` bytes.

    Memory is bounded by `CHUNK` and `limit`, whatever the content.
    """
    carry = b""
    too_long = False
    while chunk := reader.read(CHUNK):
        first, *rest = chunk.split(b"\n")
        carry = b"" if too_long else carry + first
        if len(carry) > limit:
            carry, too_long = b"", True
        if not rest:
            continue
        yield None if too_long else carry
        too_long = False
        carry = rest.pop()
        for line in rest:
            yield line if len(line) <= limit else None
        if len(carry) > limit:
            carry, too_long = b"", True
    if too_long:
        yield None
    elif carry:
        yield carry

"""The directory of a zip archive, and its members as readers; nothing is ever written to disk.

`zipfile` reads whatever directory a file claims to have (512 MB of it would kill a small box) and
unpacks without end; here both have limits. Encrypted members and rare packings are refused.
Source: PKWARE APPNOTE 6.3.10.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import MIB, Limits, Progress, open_regular

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")  # a first member; an archive without any
LARGEST_DIRECTORY = 16 * MIB
LONGEST_TARGET = 4096  # bytes of a symbolic link
_ENCRYPTED = 0x1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@dataclass(frozen=True, slots=True)
class ZipEntry:
    name: str  # as written; may be hostile
    info: zipfile.ZipInfo
    target: str | None = None  # of a symbolic link, relative to its folder


class _Bounded(io.RawIOBase):
    """A file that refuses to hand out much at once: `zipfile` asks for the directory as a whole."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = LARGEST_DIRECTORY + 1
        if size <= LARGEST_DIRECTORY:
            return self._raw.read(size)
        data = self._raw.read(LARGEST_DIRECTORY + 1)
        if len(data) > LARGEST_DIRECTORY:
            raise zipfile.BadZipFile("its directory is too large")
        return data


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Raises ImportRefused."""
    with open_regular(path) as raw:
        with _told(path):
            archive = zipfile.ZipFile(_Bounded(raw))
        with archive:
            yield archive


def entries(archive: zipfile.ZipFile, path: Path) -> Iterator[ZipEntry]:
    """Every file and link; folders are left out."""
    for info in archive.infolist():
        if info.is_dir():
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            with _told(path), archive.open(info) as file:
                target = file.read(LONGEST_TARGET)
            yield ZipEntry(info.filename, info, target.decode("utf-8", "surrogateescape"))
        else:
            yield ZipEntry(info.filename, info)


@contextmanager
def member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    path: Path,
    limits: Limits,
    progress: Progress | None,
) -> Iterator[_Member]:
    """The bytes of one member, counted while they are unpacked."""
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _PACKINGS:
        what = "encrypted" if info.flag_bits & _ENCRYPTED else "packed in a rare way"
        message = f"`{info.filename[:100]!a}` in `{path}` is {what}: unpack the archive first"
        raise ImportRefused(Refusal.PACKED, message)
    with _told(path):
        file = archive.open(info)
    with file:
        yield _Member(file, info, path, limits, progress)


class _Member:
    def __init__(
        self,
        file: IO[bytes],
        info: zipfile.ZipInfo,
        path: Path,
        limits: Limits,
        progress: Progress | None,
    ) -> None:
        self._file, self._info, self._path = file, info, path
        self._limits, self._progress = limits, progress
        self._done = 0

    def read(self, size: int, /) -> bytes:
        parts: list[bytes] = []
        with _told(self._path):
            while size > 0 and (part := self._file.read(size)):
                parts.append(part)
                size -= len(part)
                self._count(len(part))
        return b"".join(parts)

    def _count(self, size: int) -> None:
        self._done += size
        limits, packed = self._limits, max(self._info.compress_size, 1)
        if self._done > limits.unpacked:
            message = (
                f"`{self._path}` holds more than {limits.unpacked // MIB} MB: "
                "too large for a list; split it or choose a smaller one"
            )
            raise ImportRefused(Refusal.TOO_LARGE, message)
        if self._done > limits.ratio_from and self._done > limits.ratio * packed:
            message = (
                f"`{self._path}` unpacks to more than {limits.ratio} times its size, as a "
                "decompression bomb does: fetch it again from a source that you trust"
            )
            raise ImportRefused(Refusal.RATIO, message)
        if self._progress:
            self._progress(self._done, max(self._info.file_size, self._done))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """`zipfile` raises of many kinds on a hostile archive; all of them mean that it is damaged."""
    try:
        yield
    except ImportRefused:
        raise
    except _DAMAGED as fault:
        message = f"`{path}` is a damaged zip archive ({fault or 'it is cut'}): fetch it again"
        raise ImportRefused(Refusal.TRUNCATED, message) from fault


_DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    OverflowError,
)

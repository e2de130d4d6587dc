"""The directory of a tar stream, read with bounded memory.

`tarfile` reads names of any length that a header claims (512 MB of them would kill a small box), so
the extended headers are read here and only the 512-byte blocks by `tarfile`. Formats: POSIX.1-2001
(pax), GNU long names, old V7. Nothing is ever written to disk.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import CHUNK, Reader

BLOCK = tarfile.BLOCKSIZE
LONGEST_HEADER = 64 * 1024  # bytes of an extended header; paths are shorter by far


class Kind(Enum):
    FILE = "file"
    LINK = "link"  # symbolic: target is relative to its folder
    HARD_LINK = "hard link"  # target is relative to the root
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TarEntry:
    name: str  # as written; may be hostile
    kind: Kind
    size: int
    offset: int  # of the data in the unpacked stream
    target: str = ""


_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.SYMTYPE: Kind.LINK,
    tarfile.LNKTYPE: Kind.HARD_LINK,
}
_WITHOUT_DATA = frozenset({Kind.LINK, Kind.HARD_LINK})


def is_tar(head: bytes) -> bool:
    """Whether the first block of a stream is a tar header (its checksum holds)."""
    if len(head) < BLOCK or head[:BLOCK].count(0) == BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, OverflowError):
        return False
    return True


def entries(reader: Reader, what: str) -> Iterator[TarEntry]:
    """Every member, in order. `what` names the archive in refusals."""
    at = 0
    extended: dict[str, str] = {}
    while (header := _header(reader, what)) is not None:
        at += BLOCK
        kind = _KINDS.get(header.type, Kind.OTHER)
        size = _size(header, extended, kind, what)
        padded = -(-size // BLOCK) * BLOCK
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE):
            data = _small(reader, size, padded, what)
            extended |= _extended(header.type, data, what)
        else:
            _skip(reader, padded, what)
            if header.type != tarfile.XGLTYPE:
                name = extended.get("path", header.name)
                target = extended.get("linkpath", header.linkname)
                yield TarEntry(name, kind, size, at, target)
                extended = {}
        at += padded


def _header(reader: Reader, what: str) -> tarfile.TarInfo | None:
    """The next header; None at the block of zeros that ends an archive."""
    block = reader.read(BLOCK)
    if len(block) < BLOCK:
        raise _cut(what)
    if block.count(0) == BLOCK:
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, OverflowError) as fault:
        raise _damaged(what) from fault


def _size(header: tarfile.TarInfo, extended: dict[str, str], kind: Kind, what: str) -> int:
    if kind in _WITHOUT_DATA:
        return 0
    try:
        size = int(extended["size"]) if "size" in extended else header.size
    except ValueError as fault:
        raise _damaged(what) from fault
    if size < 0:
        raise _damaged(what)
    return 0 if header.isdir() else size


def _small(reader: Reader, size: int, padded: int, what: str) -> bytes:
    if size > LONGEST_HEADER:
        raise _damaged(what)
    data = reader.read(padded)
    if len(data) < padded:
        raise _cut(what)
    return data[:size]


def _skip(reader: Reader, size: int, what: str) -> None:
    while size:
        part = reader.read(min(size, CHUNK))
        if not part:
            raise _cut(what)
        size -= len(part)


def _extended(kind: bytes, data: bytes, what: str) -> dict[str, str]:
    if kind == tarfile.XHDTYPE:
        return dict(_pax(data, what))
    text = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
    return {"path" if kind == tarfile.GNUTYPE_LONGNAME else "linkpath": text}


def _pax(data: bytes, what: str) -> Iterator[tuple[str, str]]:
    """Records of `LENGTH KEY=VALUE\\n`, the length counting itself (POSIX.1-2001, pax)."""
    while data:
        digits, space, _ = data.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 10 else 0
        record = data[len(digits) + 1 : length]
        key, equals, value = record.partition(b"=")
        if not (space and equals and value.endswith(b"\n")) or length > len(data):
            raise _damaged(what)
        yield key.decode("utf-8", "replace"), value[:-1].decode("utf-8", "surrogateescape")
        data = data[length:]


def _cut(what: str) -> ImportRefused:
    return ImportRefused(
        Refusal.TRUNCATED, f"`{what}` ends in the middle of the archive: fetch it again"
    )


def _damaged(what: str) -> ImportRefused:
    return ImportRefused(Refusal.TRUNCATED, f"`{what}` is a damaged tar archive: fetch it again")

"""Look-up of a SHA-256 in the compiled hashes: two small reads, nothing held in memory."""

from __future__ import annotations

import struct
from collections.abc import Callable

from kidgate.content.images.layout import DIGEST, HEADER, Header, damaged, read_header

Read = Callable[[int, int], bytes]  # (offset, size) -> so many bytes, or fewer at the end


class Exact:
    """The exact part of a file of hashes, read piece by piece."""

    def __init__(self, read: Read) -> None:
        """Raises HashesFault."""
        self._read = read
        self.header = read_header(read(0, HEADER.size))
        self.names = list_names(self.header, self._whole(*_names_part(self.header)))

    def find(self, digest: bytes) -> str:
        """The list that has a SHA-256, or "". Raises HashesFault when the file is cut short."""
        key = digest[0] << 8 | digest[1]
        header = self.header
        start, end = struct.unpack("<II", self._whole(header.exact_starts_at + 4 * key, 8))
        if not start <= end <= header.exact:
            raise damaged("it contradicts itself")
        bucket = self._whole(header.exact_at + DIGEST * start, DIGEST * (end - start))
        for at in range(0, len(bucket), DIGEST):
            if bucket[at : at + DIGEST] == digest:
                number = self._whole(header.exact_lists_at + start + at // DIGEST, 1)[0]
                return list_name(self.names, number)
        return ""

    def _whole(self, offset: int, size: int) -> bytes:
        data = self._read(offset, size)
        if len(data) != size:
            raise damaged("it is cut short")
        return data


def list_names(header: Header, section: bytes) -> tuple[str, ...]:
    """The names of the lists. Raises HashesFault."""
    names, at = [], 0
    try:
        for _ in range(header.lists):
            (length,) = struct.unpack_from("<H", section, at)
            names.append(section[at + 2 : at + 2 + length].decode())
            at += 2 + length
    except (struct.error, UnicodeDecodeError):
        raise damaged("the names of its lists cannot be read") from None
    return tuple(names)


def list_name(names: tuple[str, ...], number: int) -> str:
    """Never empty: what is listed is listed."""
    return names[number] if number < len(names) else "a list without a name"


def _names_part(header: Header) -> tuple[int, int]:
    size = header.exact_starts_at - header.lists_at
    if not 0 <= size <= 1 << 20:
        raise damaged("it contradicts itself")
    return header.lists_at, size

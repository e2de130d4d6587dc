"""CBOR (RFC 8949) to plain values, as far as C2PA assertions need it, within limits.

Maps become dicts of their text keys, tags are dropped, floats and simple values become None: no
label rests on them.
"""

from __future__ import annotations

import struct
from typing import Any

MOST_ITEMS = 5_000
DEEPEST = 32


class BadCbor(ValueError):
    """Not CBOR, or too much of it."""


def decode(data: bytes) -> Any:
    """The first value. Raises BadCbor."""
    try:
        return _Reader(data).value(0)
    except (struct.error, IndexError, UnicodeDecodeError) as fault:
        raise BadCbor(str(fault)) from fault


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.items = data, 0, 0

    def value(self, depth: int) -> Any:
        self.items += 1
        if self.items > MOST_ITEMS or depth > DEEPEST:
            raise BadCbor("too much")
        kind, info = self.data[self.at] >> 5, self.data[self.at] & 0x1F
        self.at += 1
        if info == 31 and kind in (2, 3, 4, 5):
            return self._open(kind, depth)
        number = self._number(info)
        match kind:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self._bytes(number)
            case 3:
                return self._bytes(number).decode()
            case 4:
                return [self.value(depth + 1) for _ in range(self._few(number))]
            case 5:
                return dict(self._pair(depth) for _ in range(self._few(number)))
            case 6:
                return self.value(depth + 1)
        return {20: False, 21: True}.get(info)

    def _open(self, kind: int, depth: int) -> Any:
        """A value of unknown length, up to the break."""
        parts: list[Any] = []
        while self.data[self.at] != 0xFF:
            parts.append(self._pair(depth) if kind == 5 else self.value(depth + 1))
        self.at += 1
        if kind == 5:
            return dict(parts)
        if kind == 4:
            return parts
        empty: Any = "" if kind == 3 else b""
        if not all(isinstance(part, type(empty)) for part in parts):
            raise BadCbor("a string of other things")
        return empty.join(parts)

    def _pair(self, depth: int) -> tuple[str, Any]:
        key = self.value(depth + 1)
        return (key if isinstance(key, str) else repr(key)), self.value(depth + 1)

    def _number(self, info: int) -> int:
        if info < 24:
            return info
        form = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}.get(info)
        if form is None:
            raise BadCbor("a length that is none")
        (number,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return int(number)

    def _bytes(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise BadCbor("cut short")
        self.at += size
        return self.data[self.at - size : self.at]

    def _few(self, count: int) -> int:
        if count > len(self.data) - self.at:  # each item has a byte at least
            raise BadCbor("cut short")
        return count

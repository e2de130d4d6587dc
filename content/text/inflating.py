"""`gzip` (RFC 1952) and `deflate` (RFC 1950 and 1951) as browsers read them.

Checksums are not compared: browsers show a page whose checksum is wrong, so it is read as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from enum import Enum, auto

from kidgate.content.text.stages import PIECE, Sink, Stage, Stopped

_MAGIC = b"\x1f\x8b\x08"
_FIXED = 10  # bytes of a gzip header before its optional fields
_TRAILER = 8  # bytes of checksum and length behind the data
_LONGEST_HEADER = 8 * 1024
_MEMBERS = 256  # gzip files in one body; a member costs its set-up however little it holds
_SLICE = 16 * 1024  # of input at once: read again byte by byte where the data breaks
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16


class Deflate(Stage):
    """`deflate`: with the zlib header, as the standard says, or without, as some servers send."""

    name = "deflate"

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink)
        self._inflate = _Inflate(sink)
        self._held: bytes | None = b""
        self._ended = False

    def write(self, data: bytes) -> None:
        if self._held is not None:
            data = self._held + data
            if len(data) < 2:
                self._held = data
                return
            self._held = None
            data = data[2:] if _is_zlib(data) else data
        self._on(data)

    def close(self) -> None:
        if self._held:
            self._on(self._held)

    def _on(self, data: bytes) -> None:
        if self._ended:
            return  # the checksum, or garbage that browsers ignore
        try:
            self._ended = self._inflate.write(data) is not None
        except zlib.error:
            raise self._broken() from None


class _At(Enum):
    HEADER = auto()
    DATA = auto()
    TRAILER = auto()
    END = auto()


class Gzip(Stage):
    """`gzip`: every member, one behind the other; what is no member after the first is ignored."""

    name = "gzip"

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink)
        self._at = _At.HEADER
        self._held = b""  # a header or trailer that is not whole yet
        self._members = 0
        self._inflate = _Inflate(sink)

    def write(self, data: bytes) -> None:
        steps: dict[_At, Callable[[bytes], bytes]] = {
            _At.HEADER: self._header,
            _At.DATA: self._data,
            _At.TRAILER: self._trailer,
        }
        while data and self._at in steps:
            data = steps[self._at](data)

    def _header(self, data: bytes) -> bytes:
        held = self._held + data
        if not held.startswith(_MAGIC[: len(held)]):
            if not self._members:
                raise self._broken()
            self._at = _At.END
            return b""
        end = _header_end(held)
        if end is None:
            if len(held) > _LONGEST_HEADER:
                raise self._broken()
            self._held = held
            return b""
        self._members += 1
        if self._members > _MEMBERS:
            raise Stopped(f"more than {_MEMBERS} gzip members")
        self._held, self._at, self._inflate = b"", _At.DATA, _Inflate(self._sink)
        return held[end:]

    def _data(self, data: bytes) -> bytes:
        try:
            rest = self._inflate.write(data)
        except zlib.error:
            raise self._broken() from None
        if rest is not None:
            self._at = _At.TRAILER
        return rest or b""

    def _trailer(self, data: bytes) -> bytes:
        held = self._held + data
        if len(held) < _TRAILER:
            self._held = held
            return b""
        self._held, self._at = b"", _At.HEADER
        return held[_TRAILER:]


class _Inflate:
    """Raw deflate data up to its end, wherever the input is cut."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._state = zlib.decompressobj(-zlib.MAX_WBITS)

    def write(self, data: bytes) -> bytes | None:
        """What follows the end of the data, or None when it goes on; zlib.error when it breaks."""
        for start in range(0, len(data), _SLICE):
            rest = self._slice(data[start : start + _SLICE])
            if rest is not None:
                return rest + data[start + _SLICE :]
        return None

    def _slice(self, part: bytes) -> bytes | None:
        while True:
            before = self._state.copy()
            try:
                out = self._state.decompress(part, PIECE)
            except zlib.error:
                self._salvage(before, part)
                raise
            self._sink(out)
            if self._state.eof:
                return self._state.unused_data
            part = self._state.unconsumed_tail
            if len(out) < PIECE and not part:
                return None

    def _salvage(self, state: zlib._Decompress, data: bytes) -> None:
        """Hands on what comes before the break: zlib drops it together with the error."""
        try:
            for index in range(len(data)):
                out = state.decompress(data[index : index + 1], PIECE)
                while out:
                    self._sink(out)
                    out = state.decompress(b"", PIECE)
        except zlib.error:
            return


def _is_zlib(data: bytes) -> bool:
    """Whether two bytes are a zlib header (RFC 1950 2.2) without a preset dictionary."""
    method, flags = data[0], data[1]
    whole = (method << 8 | flags) % 31 == 0
    return whole and method & 15 == 8 and method >> 4 <= 7 and not flags & 32


def _header_end(data: bytes) -> int | None:
    """Where the header of a gzip member ends, or None while it is not whole."""
    if len(data) < _FIXED:
        return None
    flags, end = data[3], _FIXED
    if flags & _HAS_EXTRA:
        end += 2 + int.from_bytes(data[end : end + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            zero = data.find(0, end)
            if zero < 0:
                return None
            end = zero + 1
    end += 2 if flags & _HAS_CHECKSUM else 0
    return end if end <= len(data) else None

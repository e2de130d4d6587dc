"""A harmless picture of ours that is on every compiled list, to see that the chain works.

Drawn by a formula, so that nothing is shipped: 256 x 256, overlapping waves of grey. Only zlib is
needed to write it.
"""

from __future__ import annotations

import math
import struct
import zlib
from functools import cache

SIDE = 256
NAME = "canary"  # of the list that has it
# Of the picture as drawn, by the scheme's reference implementation; a test computes it again.
PDQ = bytes.fromhex("f5aedc2fdd3e710e553e0c6e75b07130df807230f2d40971007bf5220adb0acf")


@cache
def canary() -> bytes:
    """The picture as PNG, the same bytes each time."""
    rows = b"".join(b"\0" + bytes(_grey(x, y) for x in range(SIDE)) for y in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", _stored(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _grey(x: int, y: int) -> int:
    waves = (
        math.sin(x / 11 + math.sin(y / 37) * 2),
        math.sin(y / 17 + x / 53),
        math.sin((x + y) / 29) * math.cos((x - 2 * y) / 41),
        math.sin(math.hypot(x - 90, y - 160) / 7),
    )
    return round(127.5 + 31 * sum(waves))


def _stored(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) without compression: zlib's versions would write different bytes."""
    pieces = [data[at : at + 0xFFFF] for at in range(0, len(data), 0xFFFF)]
    blocks = b"".join(
        struct.pack("<BHH", number == len(pieces), len(piece), len(piece) ^ 0xFFFF) + piece
        for number, piece in enumerate(pieces, 1)
    )
    return b"\x78\x01" + blocks + struct.pack(">I", zlib.adler32(data))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""A grey picture in the place of one that is not shown: same size, so that the page stays in shape.

Written by hand in the two formats that every browser reads, without any library and without a look
at the picture. Grey, not blurred: what is blurred can be guessed.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from kidgate.content.images.sniff import Format, Seen, Size

GREY = 128
UNKNOWN = Size(300, 150)  # CSS 2.2, 10.3.2: what has no size of its own
LONGEST = 4096  # pixels of a side; larger ones keep their shape


class Replacement(NamedTuple):
    body: bytes
    content_type: str


def grey(seen: Seen) -> Replacement:
    """A picture of the same size: JPEG for a JPEG, PNG for all others."""
    size = _bounded(seen.size or UNKNOWN)
    if seen.format is Format.JPEG:
        return Replacement(_jpeg(size), "image/jpeg")
    return Replacement(_png(size), "image/png")


def _bounded(size: Size) -> Size:
    longer = max(*size, 1)
    if longer <= LONGEST:
        return Size(*(max(1, side) for side in size))
    return Size(*(max(1, side * LONGEST // longer) for side in size))


def _png(size: Size) -> bytes:
    """One bit a pixel, of a palette with one colour."""
    head = struct.pack(">IIBBBBB", *size, 1, 3, 0, 0, 0)
    row = bytes(1 + (size.width + 7) // 8)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", bytes([GREY] * 3)),
        (b"IDAT", zlib.compress(row * size.height, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _jpeg(size: Size) -> bytes:
    """Baseline, one component, every coefficient 0, which is grey: two bits a block of 8 x 8.

    One code of one bit stands in each Huffman table: no difference, and end of block.
    """
    blocks = -(-size.width // 8) * -(-size.height // 8)
    whole, rest = divmod(2 * blocks, 8)
    scan = bytes(whole) + (bytes([0xFF >> rest]) if rest else b"")
    one_code = bytes([1] + [0] * 15) + b"\0"
    segments = (
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, bytes([0] + [1] * 64)),
        (0xC0, struct.pack(">BHHB", 8, size.height, size.width, 1) + b"\1\x11\0"),
        (0xC4, b"\0" + one_code),
        (0xC4, b"\x10" + one_code),
        (0xDA, b"\1\1\0\0\x3f\0"),
    )
    head = b"".join(struct.pack(">BBH", 0xFF, m, len(d) + 2) + d for m, d in segments)
    return b"\xff\xd8" + head + scan + b"\xff\xd9"

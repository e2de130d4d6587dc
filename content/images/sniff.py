"""What a picture is and how large it says it is, from its first bytes alone.

By the bytes and not by the content type, as browsers do (MIME Sniffing, section 6.1). Nothing is
decoded here; whatever the bytes are, no error is raised.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    BMP = "bmp"
    ICO = "ico"
    SVG = "svg"
    OTHER = "other"  # nothing that we know: perhaps one that some browsers show


class Size(NamedTuple):
    """In pixels, as declared."""

    width: int
    height: int


class Seen(NamedTuple):
    format: Format
    size: Size | None  # None: not told near the start


SVG_WITHIN = 1024  # bytes: where the root element has to begin
_SEGMENTS = 512  # of a JPEG, and bytes between them, before the one that tells its size
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOF markers, ITU T.81, table B.1
_AVIF_BRANDS = (b"avif", b"avis", b"mif1", b"msf1")


def look(body: bytes) -> Seen:
    """The format and the declared size."""
    format_ = _format(body)
    read = _SIZES.get(format_)
    try:
        return Seen(format_, read(body) if read is not None else None)
    except (struct.error, IndexError):  # cut short
        return Seen(format_, None)


def _format(body: bytes) -> Format:
    head = body[:16]
    for prefix, format_ in (
        (b"\xff\xd8\xff", Format.JPEG),
        (b"\x89PNG\r\n\x1a\n", Format.PNG),
        (b"GIF87a", Format.GIF),
        (b"GIF89a", Format.GIF),
        (b"BM", Format.BMP),
        (b"\0\0\1\0", Format.ICO),
        (b"\0\0\2\0", Format.ICO),
    ):
        if head.startswith(prefix):
            return format_
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp" and any(brand in body[8:64] for brand in _AVIF_BRANDS):
        return Format.AVIF
    start = body[:SVG_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<" and b"<svg" in start:
        return Format.SVG
    return Format.OTHER


def _jpeg(body: bytes) -> Size | None:
    at = 2
    for _ in range(_SEGMENTS):
        at += 1
        marker = body[at]
        if marker == 0xFF:  # a marker may be filled up with any number of them
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, at + 4)
            return Size(width, height)
        (length,) = struct.unpack_from(">H", body, at + 1)
        at += 1 + length
        if body[at] != 0xFF or length < 2:
            return None
    return None


def _png(body: bytes) -> Size:
    return Size(*struct.unpack_from(">II", body, 16))


def _gif(body: bytes) -> Size:
    return Size(*struct.unpack_from("<HH", body, 6))


def _bmp(body: bytes) -> Size:
    width, height = struct.unpack_from("<ii", body, 18)
    return Size(abs(width), abs(height))


def _ico(body: bytes) -> Size:
    """The largest of those in the file."""
    (count,) = struct.unpack_from("<H", body, 4)
    sizes = [body[6 + 16 * n : 8 + 16 * n] for n in range(min(count, 64))]
    return Size(
        *(max((s[side] or 256 for s in sizes if len(s) == 2), default=0) for side in (0, 1))
    )


def _webp(body: bytes) -> Size | None:
    match body[12:16]:
        case b"VP8X":
            width, height = body[24:27], body[27:30]
            found = (int.from_bytes(side, "little") + 1 for side in (width, height))
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", body, 21)
            found = ((bits >> shift & 0x3FFF) + 1 for shift in (0, 14))
        case b"VP8 ":
            found = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 26))
        case _:
            return None
    return Size(*found)


_SIZES: Mapping[Format, Callable[[bytes], Size | None]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.GIF: _gif,
    Format.BMP: _bmp,
    Format.ICO: _ico,
    Format.WEBP: _webp,
}

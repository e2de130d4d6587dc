"""Where picture files keep what is said about them: XMP packets and C2PA manifest stores.

Only the outer structure of each format is walked, with a limit on every loop; nothing is decoded.
Whatever the bytes are, no error is raised: what cannot be found is not there. Sources: JPEG, ITU
T.81 annex B and ISO/IEC 19566-5 annex D (JUMBF in APP11); PNG, 3rd edition; WebP, RFC 9649; ISO
base media, ISO/IEC 14496-12; C2PA 2.1, appendix A; XMP part 3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from kidgate.content.images.sniff import Format

MOST_PARTS = 2000  # segments, chunks or boxes of one file
MOST_BYTES = 1024 * 1024  # of what is said about a picture, of each kind
XMP_JPEG = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
XMP_PNG = b"XML:com.adobe.xmp\0"
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_START, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"


class Said(NamedTuple):
    """What a file says about its picture, as bytes."""

    xmp: tuple[bytes, ...] = ()
    c2pa: bytes = b""  # JUMBF boxes


def said_in(body: bytes, format_: Format) -> Said:
    """The parts of a file of this format that tell where the picture comes from."""
    try:
        match format_:
            case Format.JPEG:
                return _jpeg(body)
            case Format.PNG:
                return _png(body)
            case Format.WEBP:
                return _webp(body)
            case Format.AVIF:
                return Said(_packet(body), _bmff(body))
            case Format.GIF:
                return Said(_packet(body))
    except (struct.error, IndexError, zlib.error):  # cut short
        pass
    return Said()


def _jpeg(body: bytes) -> Said:
    xmp: list[bytes] = []
    boxes: dict[int, bytearray] = {}  # by the number of the box instance
    for marker, data in _segments(body):
        if marker == 0xE1:
            for prefix in XMP_JPEG:
                if data.startswith(prefix):
                    xmp.append(data[len(prefix) :])
        elif marker == 0xEB and data[:2] == b"JP" and len(data) > 16:
            number, sequence = struct.unpack_from(">HI", data, 2)
            # Each segment repeats the header of the box it goes on with.
            again = 16 if data[8:12] == b"\0\0\0\1" else 8
            part = data[8:] if sequence == 1 else data[8 + again :]
            box = boxes.setdefault(number, bytearray())
            if len(box) + len(part) <= MOST_BYTES:
                box += part
    return Said(tuple(xmp), b"".join(boxes.values()))


def _segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The marker segments before the picture itself."""
    at = 2
    for _ in range(MOST_PARTS):
        if at + 4 > len(body) or body[at] != 0xFF:
            return
        marker = body[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker in (0xDA, 0xD9):  # the picture, the end
            return
        (length,) = struct.unpack_from(">H", body, at + 2)
        yield marker, body[at + 4 : at + 2 + length]
        at += 2 + length


def _png(body: bytes) -> Said:
    xmp: list[bytes] = []
    c2pa = b""
    at, left = 8, MOST_BYTES
    for _ in range(MOST_PARTS):
        if at + 8 > len(body) or left <= 0:
            break
        (length,) = struct.unpack_from(">I", body, at)
        kind, data = body[at + 4 : at + 8], body[at + 8 : at + 8 + min(length, MOST_BYTES)]
        if kind == b"caBX" and not c2pa:
            c2pa = data
        elif kind == b"iTXt" and data.startswith(XMP_PNG):
            left -= len(text := _international(data[len(XMP_PNG) :], left))
            xmp.append(text)
        at += 12 + length
    return Said(tuple(xmp), c2pa)


def _international(data: bytes, most: int) -> bytes:
    """The text of an iTXt chunk behind its keyword: two flags, language, translated keyword."""
    compressed, rest = data[0], data[2:]
    text = rest.split(b"\0", 2)[-1]
    if not compressed:
        return text[:most]
    return zlib.decompressobj().decompress(text, most)


def _webp(body: bytes) -> Said:
    xmp: list[bytes] = []
    c2pa = b""
    at = 12
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            break
        kind = body[at : at + 4]
        (length,) = struct.unpack_from("<I", body, at + 4)
        data = body[at + 8 : at + 8 + min(length, MOST_BYTES)]
        if kind == b"XMP ":
            xmp.append(data)
        elif kind == b"C2PA" and not c2pa:
            c2pa = data
        at += 8 + length + length % 2
    return Said(tuple(xmp), c2pa)


def _bmff(body: bytes) -> bytes:
    """The manifest store in a `uuid` box: version and flags, a purpose, an offset, the boxes."""
    at = 0
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            break
        size, kind = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", body, start)
            start += 8
        end = at + size if size else len(body)
        if end <= at:
            break
        if kind == b"uuid" and body[start : start + 16] == C2PA_UUID:
            data = body[start + 20 : min(end, start + MOST_BYTES)]
            purpose, _, rest = data.partition(b"\0")
            if purpose == b"manifest":
                return rest[8:]
        at = end
    return b""


def _packet(body: bytes) -> tuple[bytes, ...]:
    """The XMP packet where formats put it anywhere."""
    start = body.find(_XMP_START)
    end = body.find(_XMP_END, start, start + MOST_BYTES) if start >= 0 else -1
    return (body[start:end],) if end > start else ()

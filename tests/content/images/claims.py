"""Files that say how their picture was made: C2PA manifests and XMP, as writers lay them out."""

from __future__ import annotations

import struct
import zlib
from typing import Any

URI = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE, PARTLY = f"{URI}trainedAlgorithmicMedia", f"{URI}compositeWithTrainedAlgorithmicMedia"
CAMERA = f"{URI}digitalCapture"


def cbor(value: Any) -> bytes:
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            text = value.encode()
            return _head(3, len(text)) + text
        case list():
            return _head(4, len(value)) + b"".join(map(cbor, value))
        case dict():
            pairs = (cbor(part) for pair in value.items() for part in pair)
            return _head(5, len(value)) + b"".join(pairs)
    raise TypeError(type(value))


def _head(kind: int, number: int) -> bytes:
    for info, (form, most) in enumerate((("", 23), (">B", 2**8), (">H", 2**16), (">I", 2**32))):
        if not form and number <= most:
            return bytes([kind << 5 | number])
        if form and number < most:
            return bytes([kind << 5 | 23 + info]) + struct.pack(form, number)
    return bytes([kind << 5 | 27]) + struct.pack(">Q", number)


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def superbox(uuid: bytes, label: str, *inner: bytes) -> bytes:
    description = uuid.ljust(16, b"\0") + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", description) + b"".join(inner))


def manifest(*actions: tuple[str, str], label: str = "c2pa.actions.v2") -> bytes:
    """A manifest with actions: (action, digitalSourceType or "")."""
    said = [{"action": a} | ({"digitalSourceType": t} if t else {}) for a, t in actions]
    assertion = superbox(b"cbor", label, box(b"cbor", cbor({"actions": said})))
    claim = superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", cbor({"alg": "sha256"})))
    assertions = superbox(b"c2as", "c2pa.assertions", assertion)
    return superbox(b"c2ma", "urn:c2pa:example", assertions, claim)


def store(*manifests: bytes) -> bytes:
    return superbox(b"c2pa", "c2pa", *manifests)


def xmp(body: str) -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'{body}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def attribute(type_: str) -> str:
    name = "Iptc4xmpExt:DigitalSourceType"
    return f'<rdf:Description rdf:about="" {name}="{type_}"/>'


def in_jpeg(picture: bytes, *, c2pa: bytes = b"", packet: bytes = b"", part: int = 60_000) -> bytes:
    """A JPEG with the store in APP11 segments of at most `part` bytes, and XMP in APP1."""
    segments = []
    if packet:
        segments.append((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
    for number, at in enumerate(range(0, len(c2pa), part), 1):
        again = c2pa[:8] if number > 1 else b""
        data = b"JP" + struct.pack(">HI", 1, number) + again + c2pa[at : at + part]
        segments.append((0xEB, data))
    head = b"".join(struct.pack(">BBH", 0xFF, m, len(d) + 2) + d for m, d in segments)
    return picture[:2] + head + picture[2:]


def in_png(
    picture: bytes, *, c2pa: bytes = b"", packet: bytes = b"", compressed: bool = False
) -> bytes:
    chunks = []
    if c2pa:
        chunks.append((b"caBX", c2pa))
    if packet:
        text = zlib.compress(packet) if compressed else packet
        chunks.append((b"iTXt", b"XML:com.adobe.xmp\0" + bytes([compressed, 0]) + b"\0\0" + text))
    parts = b"".join(
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )
    return picture[:33] + parts + picture[33:]


def in_webp(picture: bytes, *, c2pa: bytes = b"", packet: bytes = b"") -> bytes:
    parts = b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in ((b"C2PA", c2pa), (b"XMP ", packet))
        if data
    )
    body = picture[12:] + parts
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def in_avif(*, c2pa: bytes = b"", packet: bytes = b"") -> bytes:
    """No picture, but the boxes around one."""
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    boxes = [box(b"ftyp", b"avif\0\0\0\0mif1miaf"), box(b"meta", bytes(50))]
    if c2pa:
        boxes.append(box(b"uuid", uuid + bytes(4) + b"manifest\0" + bytes(8) + c2pa))
    return b"".join((*boxes, box(b"mdat", bytes(100) + packet)))

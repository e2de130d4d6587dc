"""ClientHellos: real ones by OpenSSL, and made ones part by part."""

from __future__ import annotations

import contextlib
import ssl
import struct
from collections.abc import Iterable

NAME = "good.example"


def real(name: str | None = NAME, *alpn: str) -> bytes:
    """The first flight of a client, in one record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(list(alpn))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def message(hello: bytes) -> bytes:
    """The handshake message of a flight in one record."""
    return hello[5:]


def in_records(content: bytes, cuts: Iterable[int] = ()) -> bytes:
    """The message in TLS records, cut where it is said."""
    at = sorted({cut % len(content) for cut in cuts} - {0})
    ends = zip([0, *at], [*at, len(content)], strict=True)
    return b"".join(
        b"\x16\x03\x01" + struct.pack(">H", end - begin) + content[begin:end] for begin, end in ends
    )


def made(extensions: Iterable[tuple[int, bytes]], *, after: bytes = b"") -> bytes:
    """A hello with these extensions, in one record."""
    listed = b"".join(struct.pack(">HH", kind, len(body)) + body for kind, body in extensions)
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0"
    body += struct.pack(">H", len(listed)) + listed + after
    return in_records(b"\x01" + len(body).to_bytes(3) + body)


def server_name(*names: bytes, kind: int = 0) -> tuple[int, bytes]:
    """The server name extension (RFC 6066 section 3)."""
    listed = b"".join(bytes((kind,)) + struct.pack(">H", len(name)) + name for name in names)
    return 0, struct.pack(">H", len(listed)) + listed

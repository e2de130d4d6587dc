"""Reading a ClientHello: RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3.

Stricter than a server has to be: what two readers could take for two names is unreadable.
`test_client_hello.py` sets it beside mitmproxy's own reader.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

HANDSHAKE, CLIENT_HELLO = 22, 1
SERVER_NAME, HOST_NAME = 0, 0
RECORD_HEAD = 5
U16 = struct.Struct(">H")
EXTENSION = struct.Struct(">HH")  # kind, length
NAME_HEAD = struct.Struct(">HBH")  # length of the list, kind and length of the first name
VERSIONS = (0, 1, 2, 3)  # SSL 3 to TLS 1.2; TLS 1.3 says 1.0 or 1.2 here


class NoHello(ValueError):
    """The bytes begin like TLS and are no ClientHello; the message says why."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    sni: str | None  # as sent; None: there is none, or it cannot be read
    extensions: tuple[tuple[int, bytes], ...]


def like_tls(data: bytes | bytearray) -> bool | None:
    """Whether a connection begins with a TLS record; None: too few bytes to tell."""
    known = bytes(data[:3])
    if not b"\x16\x03\x00".startswith(known[:2]) or known[2:] > b"\x03":
        return False
    return True if len(known) == 3 else None


class HelloReader:
    """Reads the hello that a connection begins with, however it is cut into records and segments.

    Remembers where it was: a hello that comes byte by byte must not be read anew for each.
    """

    def __init__(self) -> None:
        self._message = bytearray()  # without the heads of the records
        self._at = 0  # where the next record begins

    def read(self, data: bytes | bytearray) -> ClientHello | None:
        """The hello, once `data` (all bytes so far) has all of it; NoHello when it is none.

        What follows it is not looked at.
        """
        while len(self._message) < 4 or len(self._message) < self._size:
            if not self._next_record(data):
                return None
        return _parse(bytes(self._message[4 : self._size]))

    @property
    def _size(self) -> int:
        if self._message[0] != CLIENT_HELLO:
            raise NoHello("the first TLS message is no ClientHello")
        return 4 + int.from_bytes(self._message[1:4])

    def _next_record(self, data: bytes | bytearray) -> bool:
        """Whether the next record is there."""
        begin = self._at + RECORD_HEAD
        head = data[self._at : begin]
        if len(head) < RECORD_HEAD:
            return False
        if head[0] != HANDSHAKE or head[1] != 3 or head[2] not in VERSIONS:
            raise NoHello("a record within the TLS hello is of another kind")
        end = begin + int.from_bytes(head[3:5])
        if end == begin:
            raise NoHello("a record within the TLS hello is empty")
        if len(data) < end:
            return False
        self._message += data[begin:end]
        self._at = end
        return True


def read_client_hello(data: bytes) -> ClientHello | None:
    """The hello at the beginning of `data`; None: it is not complete. Raises NoHello."""
    return HelloReader().read(data)


def _parse(body: bytes) -> ClientHello:
    try:
        at = 2 + 32  # version, random
        at += 1 + body[at]  # session id
        at += 2 + U16.unpack_from(body, at)[0]  # cipher suites
        at += 1 + body[at]  # compression methods
        if at == len(body):  # before TLS 1.2 there need be no extensions
            return ClientHello(None, ())
        end = at + 2 + U16.unpack_from(body, at)[0]
        extensions = []
        at += 2
        while at < end:
            kind, size = EXTENSION.unpack_from(body, at)
            at += 4 + size
            extensions.append((kind, body[at - size : at]))
    except (IndexError, struct.error):
        raise NoHello("the ClientHello ends early") from None
    if not at == end == len(body):
        raise NoHello("the lengths in the ClientHello do not agree")
    return ClientHello(_name(extensions), tuple(extensions))


def _name(extensions: list[tuple[int, bytes]]) -> str | None:
    """The one name of the one server name extension."""
    found = [body for kind, body in extensions if kind == SERVER_NAME]
    if len(found) != 1 or len(found[0]) < NAME_HEAD.size:
        return None
    listed, kind, size = NAME_HEAD.unpack_from(found[0])
    name = found[0][NAME_HEAD.size :]
    if kind != HOST_NAME or size != len(name) or listed != size + 3:
        return None
    try:
        return name.decode("ascii")
    except UnicodeDecodeError:
        return None

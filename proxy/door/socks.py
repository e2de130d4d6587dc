"""SOCKS5 on the wire: RFC 1928, and RFC 1929 for user and password. No socket, no policy."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import IntEnum

VERSION, LOGIN_VERSION = 5, 1
NO_LOGIN, PASSWORD, NONE_SUITS = 0x00, 0x02, 0xFF
CONNECT = 1  # the one command served: neither BIND nor UDP ASSOCIATE can be judged
IPV4, NAME, IPV6 = 1, 3, 4
LOGGED_IN, WRONG_LOGIN = bytes((LOGIN_VERSION, 0)), bytes((LOGIN_VERSION, 1))


class Reply(IntEnum):
    """RFC 1928 section 6."""

    SUCCEEDED = 0
    FAILURE = 1
    NOT_ALLOWED = 2
    COMMAND_NOT_SUPPORTED = 7
    ADDRESS_TYPE_NOT_SUPPORTED = 8

    @property
    def wire(self) -> bytes:
        """With an unspecified bound address: nothing has been dialled yet."""
        return bytes((VERSION, self, 0, IPV4, 0, 0, 0, 0, 0, 0))


class NotSocks(ValueError):
    """The bytes are no SOCKS5."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request: the destination as it was written."""

    command: int
    host: str | None  # None: of an unknown address type
    port: int
    is_address: bool

    @property
    def refusal(self) -> Reply | None:
        """What is not served, whoever asks."""
        if self.command != CONNECT:
            return Reply.COMMAND_NOT_SUPPORTED
        return Reply.ADDRESS_TYPE_NOT_SUPPORTED if self.host is None else None


def read_methods(data: bytes) -> tuple[bytes, int] | None:
    """The methods of a greeting, and its length; None: not complete. Raises NotSocks."""
    if data[:1] not in (b"", bytes((VERSION,))):
        raise NotSocks("this is no SOCKS5 greeting")
    if len(data) < 2 or len(data) < 2 + data[1]:
        return None
    return data[2 : 2 + data[1]], 2 + data[1]


def choose(methods: bytes, *, login_needed: bool) -> int:
    """The method to use: a login says which device it is, so it is taken where it is offered."""
    if PASSWORD in methods:
        return PASSWORD
    return NO_LOGIN if NO_LOGIN in methods and not login_needed else NONE_SUITS


def read_login(data: bytes) -> tuple[str, str, int] | None:
    """User, password and the message's length; None: not complete. Raises NotSocks."""
    if data[:1] not in (b"", bytes((LOGIN_VERSION,))):
        raise NotSocks("this is no RFC 1929 login")
    if len(data) < 2 or len(data) < 3 + data[1]:
        return None
    middle = 2 + data[1]
    end = middle + 1 + data[middle]
    if len(data) < end:
        return None
    try:
        return data[2:middle].decode(), data[middle + 1 : end].decode(), end
    except UnicodeDecodeError:
        raise NotSocks("user and password are not UTF-8") from None


def read_call(data: bytes) -> tuple[Call, int] | None:
    """The request, and its length; None: not complete. Raises NotSocks."""
    if data[:1] not in (b"", bytes((VERSION,))) or data[2:3] not in (b"", b"\0"):
        raise NotSocks("this is no SOCKS5 request")
    if len(data) < 5:
        return None
    command, kind = data[1], data[3]
    if kind not in (IPV4, NAME, IPV6):
        return Call(command, None, 0, is_address=False), len(data)
    start = 5 if kind == NAME else 4
    size = {IPV4: 4, NAME: data[4], IPV6: 16}[kind]
    end = start + size + 2
    if len(data) < end:
        return None
    host, port = data[start : end - 2], int.from_bytes(data[end - 2 : end])
    if kind == NAME:
        # What cannot be read stays no name: that is found out where names are judged.
        return Call(command, host.decode(errors="replace"), port, is_address=False), end
    return Call(command, str(ipaddress.ip_address(host)), port, is_address=True), end

"""The kernel's neighbour table: which MAC address answers for an address (ARP and NDP).

Read by netlink (rtnetlink(7), RTM_GETNEIGH), which needs no privilege, and followed by what the
kernel tells of each change (RTMGRP_NEIGH): who takes another's address is not that other for a
moment longer. A privacy address of IPv6 that was never seen before is known by the time its first
packet is answered.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import socket
import struct
import time
from collections.abc import Iterator

from kidgate.policies.macs import canonical_mac
from kidgate.policies.names import canonical_address

logger = logging.getLogger(__name__)
FRESH_SECONDS = 2.0  # after this the table is read again, whatever the kernel told
AGAIN_SECONDS = 0.5  # an address that was not there is looked for anew after this
READINGS = 20  # at once, and a second: whatever flood of addresses comes
MISSED = 4096  # addresses remembered as not there

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_NEIGHBOUR = struct.Struct("=BBHiHBB")  # family, pads, interface, state, flags, type
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_GET, _NEW, _GONE, _DONE, _ERROR = 30, 28, 29, 3, 2
_CHANGES = 4  # RTMGRP_NEIGH
_REQUEST_DUMP = 0x1 | 0x300
_DESTINATION, _LINK_ADDRESS = 1, 2
_UNUSABLE = 0x01 | 0x20  # NUD_INCOMPLETE, NUD_FAILED: nobody has answered
_ROOM = 65_536


class Neighbours:
    """Looks the table up again when it has to; never raises."""

    def __init__(self) -> None:
        self._macs: dict[str, str] = {}
        self._changes = changes()
        self._read_at = -math.inf
        self._readings = float(READINGS)  # that may be made now
        self._missed: dict[str, float] = {}  # when an address was looked for in vain

    def mac_of(self, address: str) -> str:
        """The canonical MAC address behind a canonical address; empty when nobody knows."""
        now = time.monotonic()
        self._follow()
        if now - self._read_at > FRESH_SECONDS or self._may_be_new(address, now):
            self._read(now)
            if address not in self._macs:
                if len(self._missed) >= MISSED:
                    self._missed.clear()
                self._missed[address] = now
        return self._macs.get(address, "")

    def _follow(self) -> None:
        """Take in what changed since; asking that costs a microsecond."""
        if self._changes is None:
            return
        try:
            while True:
                for kind, body in _messages(self._changes.recv(_ROOM)):
                    self._change(kind, body)
        except BlockingIOError:
            return
        except OSError:  # more changed than there was room for: the whole table is read again
            self._read_at = -math.inf

    def _change(self, kind: int, body: bytes) -> None:
        """An entry that nobody answers for any more comes without a usable state."""
        found = neighbour(body)
        if kind == _NEW and found is not None:
            self._macs[found[0]] = found[1]
        elif kind in (_NEW, _GONE) and (address := address_in(body)):
            self._macs.pop(address, None)

    def _may_be_new(self, address: str, now: float) -> bool:
        if address in self._macs or now - self._missed.get(address, -math.inf) <= AGAIN_SECONDS:
            return False
        return self._readings + (now - self._read_at) * READINGS >= 1

    def _read(self, now: float) -> None:
        left = self._readings + (now - self._read_at) * READINGS
        self._readings = min(left, float(READINGS)) - 1
        self._read_at = now
        try:
            self._macs = dict(read())
        except OSError as fault:
            logger.error("the neighbour table cannot be read: %s", fault)


def changes() -> socket.socket | None:
    """A socket on which the kernel tells every change of its table; None where it cannot be had."""
    try:
        sock = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE
        )
        sock.bind((0, _CHANGES))
    except OSError as fault:
        logger.warning("changes of the neighbour table are not told: %s", fault)
        return None
    return sock


def read() -> Iterator[tuple[str, str]]:
    """Every (address, MAC) of the kernel's table, canonical. Raises OSError."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.settimeout(1.0)
        asked = _NEIGHBOUR.pack(socket.AF_UNSPEC, 0, 0, 0, 0, 0, 0)
        size = _HEADER.size + len(asked)
        sock.send(_HEADER.pack(size, _GET, _REQUEST_DUMP, 1, 0) + asked)
        while True:
            for kind, body in _messages(sock.recv(_ROOM)):
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise OSError("netlink refuses the question")
                if kind == _NEW and (found := neighbour(body)) is not None:
                    yield found


def neighbour(body: bytes) -> tuple[str, str] | None:
    """Address and MAC of one RTM_NEWNEIGH message without its header; None: it holds none."""
    if len(body) < _NEIGHBOUR.size:
        return None
    state = _NEIGHBOUR.unpack_from(body)[4]
    attributes = dict(_attributes(body[_NEIGHBOUR.size :]))
    try:
        mac = canonical_mac(attributes[_LINK_ADDRESS].hex())
    except (KeyError, ValueError):
        return None
    address = address_in(body)
    return (address, mac) if address and not state & _UNUSABLE else None


def address_in(body: bytes) -> str:
    """The canonical address a message is about; empty: it is about none."""
    if len(body) < _NEIGHBOUR.size:
        return ""
    family = _NEIGHBOUR.unpack_from(body)[0]
    if family not in (socket.AF_INET, socket.AF_INET6):
        return ""
    try:
        packed = dict(_attributes(body[_NEIGHBOUR.size :]))[_DESTINATION]
        return canonical_address(str(ipaddress.ip_address(packed)))
    except (KeyError, ValueError):
        return ""


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= _HEADER.size:
        size, kind, _, _, _ = _HEADER.unpack_from(data)
        if not _HEADER.size <= size <= len(data):
            return
        yield kind, data[_HEADER.size : size]
        data = data[_aligned(size) :]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= _ATTRIBUTE.size:
        size, kind = _ATTRIBUTE.unpack_from(data)
        if not _ATTRIBUTE.size <= size <= len(data):
            return
        yield kind, data[_ATTRIBUTE.size : size]
        data = data[_aligned(size) :]


def _aligned(size: int) -> int:
    return (size + 3) & ~3

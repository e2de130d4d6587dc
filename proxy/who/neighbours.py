"""The kernel's neighbour table: which MAC address answers for an address (ARP and NDP).

Read by netlink (rtnetlink(7), RTM_GETNEIGH), which needs no privilege. A privacy address of IPv6
that was never seen before is known by the time its first packet is answered.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import socket
import struct
import time
from collections.abc import Iterator, Mapping

from kidgate.policies.macs import canonical_mac
from kidgate.policies.names import canonical_address

logger = logging.getLogger(__name__)
FRESH_SECONDS = 2.0  # a device that moved to another address is seen after this
AGAIN_SECONDS = 0.5  # an address that was not there is looked for anew after this
READINGS = 20  # at once, and a second: whatever flood of addresses comes
MISSED = 4096  # addresses remembered as not there

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_NEIGHBOUR = struct.Struct("=BBHiHBB")  # family, pads, interface, state, flags, type
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_GET, _NEW, _DONE, _ERROR = 30, 28, 3, 2
_REQUEST_DUMP = 0x1 | 0x300
_DESTINATION, _LINK_ADDRESS = 1, 2
_UNUSABLE = 0x01 | 0x20  # NUD_INCOMPLETE, NUD_FAILED: nobody has answered
_ROOM = 65_536


class Neighbours:
    """Looks the table up again when it has to; never raises."""

    def __init__(self) -> None:
        self._macs: Mapping[str, str] = {}
        self._read_at = -math.inf
        self._readings = float(READINGS)  # that may be made now
        self._missed: dict[str, float] = {}  # when an address was looked for in vain

    def mac_of(self, address: str) -> str:
        """The canonical MAC address behind a canonical address; empty when nobody knows."""
        now = time.monotonic()
        if now - self._read_at > FRESH_SECONDS or self._may_be_new(address, now):
            self._read(now)
            if address not in self._macs:
                if len(self._missed) >= MISSED:
                    self._missed.clear()
                self._missed[address] = now
        return self._macs.get(address, "")

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
    family, _, _, _, state, _, _ = _NEIGHBOUR.unpack_from(body)
    if family not in (socket.AF_INET, socket.AF_INET6) or state & _UNUSABLE:
        return None
    attributes = dict(_attributes(body[_NEIGHBOUR.size :]))
    try:
        address = canonical_address(str(ipaddress.ip_address(attributes[_DESTINATION])))
        return address, canonical_mac(attributes[_LINK_ADDRESS].hex())
    except (KeyError, ValueError):
        return None


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

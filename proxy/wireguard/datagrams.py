"""Datagrams from a tunnel to the Internet: as the packet filter would let them pass from a device
in the house (`netfilter/table.py`), by the tier's `raw_udp` and `vpn`.

Web ports never (QUIC falls back to TCP), encrypted DNS never, nothing of the house or of this box.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable
from typing import Any, Protocol

from kidgate.policies.destinations import ends_of, is_private, within
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.netfilter.members import may
from kidgate.proxy.netfilter.table import ENCRYPTED_DNS, RAW_UDP, TUNNEL_PORTS, TUNNELS

QUIET_SECONDS = 60.0
DATAGRAM = 65_535
NEVER = (53, 80, 443, *ENCRYPTED_DNS)
WIREGUARD_BYTES, WIREGUARD_START = 148, b"\x01\0\0\0"
OPENVPN_BYTES, OPENVPN_START = (14, 42, 54, 66), b"\x38"  # as in `table.TUNNEL_STARTS`


class Stream(Protocol):
    """The datagrams between a device and one place (`mitmproxy_rs.Stream`)."""

    def read(self, n: int) -> Awaitable[bytes]: ...
    def write(self, data: bytes) -> Any: ...
    def drain(self) -> Awaitable[None]: ...


def may_send(gateway: Gateway, key: str, place: tuple[str, int], data: bytes) -> bool:
    """Whether the device with a key may send this there now."""
    snapshot = gateway.snapshot
    device = snapshot.devices.get(key)
    if device is None or place[1] in NEVER:
        return False
    for end in ends_of(place[0]):
        if within(end, snapshot.own_networks):
            return False
        if is_private(end) and not within(end, snapshot.private_allowed):
            return False
    kind = TUNNELS if place[1] in TUNNEL_PORTS or begins_tunnel(data) else RAW_UDP
    return kind in may(snapshot, device, gateway.now())


def begins_tunnel(data: bytes) -> bool:
    """Whether a datagram is the first of a tunnel, on whatever port."""
    if len(data) == WIREGUARD_BYTES:
        return data.startswith(WIREGUARD_START)
    return len(data) in OPENVPN_BYTES and data.startswith(OPENVPN_START)


async def relay(gateway: Gateway, key: str, stream: Stream, place: tuple[str, int]) -> None:
    """Both ways until it is quiet; each datagram of the device is asked for, so that a pause cuts
    what is open. Raises OSError or TimeoutError at its end."""
    first = await stream.read(DATAGRAM)
    if not first or not may_send(gateway, key, place, first):
        return
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect(place)
        await loop.sock_sendall(sock, first)
        back = asyncio.create_task(_back(sock, stream))
        try:
            await _out(gateway, key, stream, place, sock)
        finally:
            back.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await back


async def _out(
    gateway: Gateway, key: str, stream: Stream, place: tuple[str, int], sock: socket.socket
) -> None:
    loop = asyncio.get_running_loop()
    while True:
        async with asyncio.timeout(QUIET_SECONDS):
            data = await stream.read(DATAGRAM)
        if not data or not may_send(gateway, key, place, data):
            return
        await loop.sock_sendall(sock, data)


async def _back(sock: socket.socket, stream: Stream) -> None:
    loop = asyncio.get_running_loop()
    while True:
        stream.write(await loop.sock_recv(sock, DATAGRAM))
        await stream.drain()

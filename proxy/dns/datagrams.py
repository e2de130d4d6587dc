"""A bound datagram socket: each message with where it came from and how to answer it.

The answer leaves from the address that was asked (IP_PKTINFO): a socket on every address of a box
would else answer from another one, and the device would not take it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from kidgate.proxy.peers import address_of

Reply = Callable[[bytes], None]
LARGEST = 4096  # bytes of a question
BATCH = 64  # read in one turn of the loop
_SPACE = socket.CMSG_SPACE(20)
_PLACES = {
    socket.AF_INET: (socket.IPPROTO_IP, getattr(socket, "IP_PKTINFO", 8)),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO),
}


class Datagrams:
    def __init__(self, sock: socket.socket, take: Callable[[bytes, str, Reply], None]) -> None:
        """`take` gets the bytes, the canonical address they came from, and the way back."""
        self._sock, self._take = sock, take
        self._level, self._kind = _PLACES[sock.family]
        ask_for = socket.IPV6_RECVPKTINFO if sock.family == socket.AF_INET6 else self._kind
        sock.setsockopt(self._level, ask_for, 1)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._read)

    def close(self) -> None:
        """Read no more; answers under way may still be sent until the process ends."""
        self._loop.remove_reader(self._sock)

    def _read(self) -> None:
        for _ in range(BATCH):
            try:
                wire, extra, _, place = self._sock.recvmsg(LARGEST, _SPACE)
            except OSError:
                return  # nothing more, or an ICMP error of an earlier answer
            address = address_of(place)
            if address:
                self._take(wire, address, self._way_back(extra, place))

    def _way_back(self, extra: list[tuple[int, int, bytes]], place: tuple[object, ...]) -> Reply:
        from_there = [item for item in extra if item[:2] == (self._level, self._kind)]

        def reply(wire: bytes) -> None:
            # A full buffer drops it: the device asks again.
            with contextlib.suppress(OSError):
                self._sock.sendmsg([wire], from_there, 0, place)

        return reply

"""Dialling what was judged: these addresses, in their order, and no others.

Where one does not answer at once the next is tried beside it, and the first that answers is it
(RFC 8305 section 5): a house with broken IPv6 must not wait for it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Sequence
from functools import partial

from kidgate.proxy.door.direct import OUT, direct

NEXT_SECONDS = 0.25  # RFC 8305 section 8
DIAL_SECONDS = 15.0  # for all of them
KIND = socket.SOCK_STREAM | socket.SOCK_NONBLOCK


async def dial(addresses: Sequence[str], port: int) -> socket.socket:
    """A connected socket, non-blocking. OSError when none answers in time."""
    race = _Race(addresses, port)
    try:
        race.next()
        await race.decided
        return race.take()
    finally:
        race.end()


class _Race:
    def __init__(self, addresses: Sequence[str], port: int) -> None:
        self._loop, self._direct = asyncio.get_running_loop(), direct()
        self.decided: asyncio.Future[None] = self._loop.create_future()
        self._left = [(address, port) for address in addresses]
        self._under_way: set[socket.socket] = set()
        self._winner: socket.socket | None = None
        self._fault = OSError(errno.EADDRNOTAVAIL, "the name has no address")
        self._next: asyncio.TimerHandle | None = None
        self._end = self._loop.call_later(DIAL_SECONDS, self._too_late)

    def next(self) -> None:
        """Try one more; when none is left and none is under way, it is lost."""
        self._stop_next()
        while self._left and not self._try(self._left.pop(0)):
            pass
        if self.decided.done():
            return
        if self._left:
            self._next = self._loop.call_later(NEXT_SECONDS, self.next)
        elif not self._under_way:
            self.decided.set_result(None)

    def take(self) -> socket.socket:
        """The winner, the caller's from now on; OSError when there is none."""
        winner, self._winner = self._winner, None
        if winner is None:
            raise self._fault
        return winner

    def end(self) -> None:
        """Close what nobody took."""
        self._stop_next()
        self._end.cancel()
        for sock in self._under_way:
            self._direct.forget(sock.fileno())
            sock.close()
        if self._winner is not None:
            self._winner.close()

    def _try(self, place: tuple[str, int]) -> bool:
        """Whether it is under way, or has won already."""
        try:
            sock = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, KIND)
        except OSError as fault:  # out of descriptors
            self._fault = fault
            return False
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(place)
        except OSError as fault:
            code = fault.errno or errno.EIO
        if code == errno.EINPROGRESS:
            self._under_way.add(sock)
            self._direct.watch(sock.fileno(), OUT, partial(self._writable, sock))
            return True
        return self._answered(sock, code)

    def _writable(self, sock: socket.socket, events: int) -> None:
        self._direct.forget(sock.fileno())
        self._under_way.discard(sock)
        if not self._answered(sock, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)):
            self.next()

    def _answered(self, sock: socket.socket, code: int) -> bool:
        """Whether it is the winner; of two in one turn of the loop the first."""
        if code or self.decided.done():
            self._fault = OSError(code, os.strerror(code))
            sock.close()
            return False
        self._winner = sock
        self.decided.set_result(None)
        return True

    def _too_late(self) -> None:
        if not self.decided.done():
            self._fault = OSError(errno.ETIMEDOUT, "no address answered in time")
            self.decided.set_result(None)

    def _stop_next(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

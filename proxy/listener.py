"""Accepting connections on the sockets that the supervisor made: one listener for each of them."""

from __future__ import annotations

import asyncio
import errno
import itertools
import logging
import socket
from collections.abc import Iterable

from mitmproxy.options import Options

from kidgate.proxy.door.caller import Caller, Inside
from kidgate.proxy.door.direct import IN, direct
from kidgate.proxy.door.ways import WAYS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.handler import Hooks
from kidgate.proxy.peers import address_of, holder_of

logger = logging.getLogger(__name__)
BATCH = 32  # accepted in one turn of the loop: those that are here already want to be served too
REST_SECONDS = 0.5
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_numbers = itertools.count(1)


class Listener:
    """One listening socket, and what is done with who comes there."""

    def __init__(self, inside: Inside, sock: socket.socket, way: str) -> None:
        """KeyError when there is no such way in."""
        self._inside = inside
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those it accepts inherit it
        self._sock = sock
        self._way, self._receive = way, WAYS[way]
        self._loop, self._direct = asyncio.get_running_loop(), direct()
        self._rest: asyncio.TimerHandle | None = None
        self._open()

    def close(self) -> None:
        """Take no new connections; those that are open go on."""
        if self._rest is not None:
            self._rest.cancel()
        self._direct.forget(self._sock.fileno())
        self._sock.close()

    def _open(self) -> None:
        self._direct.watch(self._sock.fileno(), IN, self._accept)

    def _accept(self, events: int) -> None:
        for _ in range(BATCH):
            try:
                sock, place = self._sock.accept()
            except OSError as fault:
                if fault.errno in EXHAUSTED:
                    self._pause(fault)
                return
            try:
                self._take(sock, place)
            except Exception:
                logger.exception("a connection could not be taken; it is closed")
                sock.close()

    def _pause(self, fault: OSError) -> None:
        """Who waits in the queue stays there: to try again at once would take all the time."""
        logger.error("no connection can be taken: %s; raise the limit of open files", fault)
        self._direct.forget(self._sock.fileno())
        self._rest = self._loop.call_later(REST_SECONDS, self._open)

    def _take(self, sock: socket.socket, place: tuple[object, ...]) -> None:
        gateway, address = self._inside.gateway, address_of(place)
        mac = gateway.who.mac_of(address) if address else ""
        holder = holder_of(address, mac, gateway.snapshot.device_at(address, mac))
        if not address or not gateway.peers.make_room(holder):
            sock.close()
            return
        sock.setblocking(False)
        caller = Caller(self._inside, sock, address, f"door-{next(_numbers)}", self._way)
        caller.peer.mac, caller.peer.holder = mac, holder
        caller.begin(self._receive)


class Listeners:
    """All listeners of a worker, and the end of their connections."""

    def __init__(self, gateway: Gateway, hooks: Hooks, options: Options) -> None:
        self._inside = Inside(gateway, hooks, options)
        self._all: list[Listener] = []

    def open(self, listening: Iterable[tuple[str, socket.socket]]) -> None:
        """Each socket with the name of its way in. KeyError when there is no such way."""
        for way, sock in listening:
            self._all.append(Listener(self._inside, sock, way))

    def close(self) -> None:
        """Take no new connections; those that are open go on."""
        while self._all:
            self._all.pop().close()

    async def drained(self, seconds: float) -> None:
        """Wait until the last connection is done, then cut what is left."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        peers = self._inside.gateway.peers
        while peers.by_id and loop.time() < deadline:
            await asyncio.sleep(0.05)
        for peer in list(peers.by_id.values()):
            peer.handler.cut()

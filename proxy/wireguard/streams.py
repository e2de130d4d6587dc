"""What comes out of a tunnel: TCP goes to the door, names to the DNS stage, other datagrams where
the tier lets them.

The door works on sockets. A pair of them stands between it and the stream that mitmproxy_rs gives.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import socket
from collections.abc import Awaitable
from typing import Any, Protocol

from kidgate.policies.names import InvalidName, canonical_address
from kidgate.proxy.door.caller import Caller, Inside, Receive
from kidgate.proxy.door.tunnel import tunnel
from kidgate.proxy.peers import Peer
from kidgate.proxy.wireguard.datagrams import relay

logger = logging.getLogger(__name__)
CHUNK = 65_536
DATAGRAM = 4096
QUIET_SECONDS = 30.0
DNS_PORT = 53
_numbers = itertools.count(1)


class Stream(Protocol):
    """`mitmproxy_rs.Stream`: a TCP connection, or the datagrams between two places."""

    def read(self, n: int) -> Awaitable[bytes]: ...
    def write(self, data: bytes) -> Any: ...
    def drain(self) -> Awaitable[None]: ...
    def close(self) -> Any: ...
    def get_extra_info(self, name: Any, default: Any = None) -> Any: ...


class NameServer(Protocol):
    """`kidgate.proxy.dns.server.DnsServer`."""

    async def answer(
        self, wire: bytes, address: str, *, stream: bool, key: str = ""
    ) -> bytes | None: ...

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, key: str
    ) -> None: ...


class Cut:
    """Ends a task as a connection would be."""

    def __init__(self, task: asyncio.Task[None] | None) -> None:
        self._task = task

    def cut(self) -> None:
        if self._task is not None:
            self._task.cancel()


class Streams:
    """Those of one device. `address` is what it is journaled by, `key` its device."""

    def __init__(self, inside: Inside, names: NameServer | None, key: str, address: str) -> None:
        self._inside, self._names = inside, names
        self._key, self._address = key, address

    async def tcp(self, stream: Stream) -> None:
        """One connection, until its end."""
        place = place_of(stream)
        peers = self._inside.gateway.peers
        if place is None or not peers.make_room(self._key):
            close(stream)
            return
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        try:
            reader, writer = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            ours.close()
            theirs.close()
            close(stream)
            raise
        if place[1] == DNS_PORT:
            begun: Awaitable[None] = self._serve_names(theirs)
            await asyncio.gather(begun, carry(stream, reader, writer))
            return
        number = f"wireguard-{next(_numbers)}"
        caller = Caller(self._inside, theirs, self._address, number, "wireguard")
        caller.peer.key = caller.peer.holder = self._key
        caller.begin(bound_for(place))
        await carry(stream, reader, writer)

    async def udp(self, stream: Stream) -> None:
        """Questions for names, and what the device's tier lets pass; the rest is dropped, so that
        QUIC falls back to TCP."""
        place, peers = place_of(stream), self._inside.gateway.peers
        try:
            if place is None:
                pass
            elif place[1] == DNS_PORT:
                if self._names is not None:
                    await self._answer(stream, self._names)
            elif peers.make_room(self._key):
                await self._relay(stream, place)
        except (OSError, TimeoutError):
            pass
        finally:
            close(stream)

    async def _answer(self, stream: Stream, names: NameServer) -> None:
        while True:
            async with asyncio.timeout(QUIET_SECONDS):
                wire = await stream.read(DATAGRAM)
            if not wire:
                return
            answer = await names.answer(wire, self._address, stream=False, key=self._key)
            if answer is not None:
                stream.write(answer)
                await stream.drain()

    async def _relay(self, stream: Stream, place: tuple[str, int]) -> None:
        peers, number = self._inside.gateway.peers, f"datagrams-{next(_numbers)}"
        cut, key = Cut(asyncio.current_task()), self._key
        peer = Peer(cut, self._address, holder=key, way="wireguard", key=key)
        peers.add(number, peer)
        try:
            await relay(self._inside.gateway, self._key, stream, place)
        finally:
            peers.remove(number)

    async def _serve_names(self, theirs: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=theirs)
        if self._names is None:
            writer.close()
            return
        await self._names.serve(reader, writer, self._address, self._key)


def bound_for(place: tuple[str, int]) -> Receive:
    """What the door does with a connection that was on its way there."""

    async def receive(caller: Caller) -> None:
        caller.peer.may_log_in = False
        caller.peer.target = place[0]
        await tunnel(caller, place[1])

    return receive


def place_of(stream: Stream) -> tuple[str, int] | None:
    """Canonical address and port that a stream is on its way to."""
    match stream.get_extra_info("sockname"):
        case (str(host), int(port), *_):
            try:
                return canonical_address(host), port
            except InvalidName:
                return None
        case _:
            return None


async def carry(stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes in both directions, until the door has no more to say: nobody is left then who would
    take any."""
    incoming = asyncio.ensure_future(_in(stream, writer))
    try:
        while data := await reader.read(CHUNK):
            stream.write(data)
            await stream.drain()
    except OSError:
        pass
    finally:
        incoming.cancel()
        writer.close()
        close(stream)


def close(stream: Stream) -> None:
    with contextlib.suppress(OSError):  # its server has gone already
        stream.close()


async def _in(stream: Stream, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await stream.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:  # either end has gone
        writer.transport.abort()

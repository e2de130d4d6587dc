"""The relay: every byte, in order, both ways; and no more of them in memory than one buffer."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.proxy.door import relay as relay_module
from kidgate.proxy.door.direct import DirectLoop
from kidgate.proxy.door.relay import BUFFER_BYTES, Pipes, Relay
from tests.proxy.stand import until

BULK = os.urandom(1 << 20) * 6


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a TCP connection, non-blocking."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
    for sock in (near, far):
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


@dataclass
class Line:
    """Client and origin, and the relay's ends of their connections."""

    client: socket.socket
    near: socket.socket
    far: socket.socket
    origin: socket.socket

    @property
    def all(self) -> tuple[socket.socket, ...]:
        return self.client, self.near, self.far, self.origin


@contextmanager
def line() -> Iterator[Line]:
    client, near = pair()
    far, origin = pair()
    made = Line(client, near, far, origin)
    try:
        yield made
    finally:
        for sock in made.all:
            sock.close()


@dataclass
class Begun:
    """A relay that has begun. `over` is done once it says that it is."""

    relay: Relay
    over: asyncio.Future[None]

    def stop(self) -> None:
        self.relay.stop()


def begun(made: Line, first: bytes) -> Begun:
    over = asyncio.get_running_loop().create_future()
    relay = Relay(made.near, made.far, lambda: over.set_result(None))
    relay.start(first)
    return Begun(relay, over)


def run(work: Callable[[Line, Begun], Awaitable[Any]], *, first: bytes = b"") -> Any:
    """`work`, with a relay that has begun."""

    async def main(made: Line) -> Any:
        relay = begun(made, first)
        try:
            return await work(made, relay)
        finally:
            relay.stop()

    with line() as made, asyncio.Runner(loop_factory=DirectLoop) as runner:
        return runner.run(main(made))


async def send(sock: socket.socket, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(sock, data)


async def read(sock: socket.socket, count: int) -> bytes:
    loop, found = asyncio.get_running_loop(), b""
    while len(found) < count:
        more = await loop.sock_recv(sock, count - len(found))
        assert more, f"the end came after {len(found)} of {count} bytes"
        found += more
    return found


async def at_end(sock: socket.socket) -> bool:
    return await asyncio.get_running_loop().sock_recv(sock, 1) == b""


def reset(sock: socket.socket) -> None:
    """Close so that the other side gets a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@settings(deadline=None, max_examples=30)
@given(
    first=st.binary(max_size=600),
    talk=st.lists(st.tuples(st.booleans(), st.binary(min_size=1, max_size=5000)), max_size=12),
)
def test_every_byte_arrives_in_order_whoever_speaks(
    first: bytes, talk: list[tuple[bool, bytes]]
) -> None:
    async def work(made: Line, relay: Begun) -> None:
        assert await read(made.origin, len(first)) == first
        for up, data in talk:
            source, sink = (made.client, made.origin) if up else (made.origin, made.client)
            await send(source, data)
            assert await read(sink, len(data)) == data

    run(work, first=first)


@pytest.mark.parametrize("up", [True, False])
def test_bulk_arrives_whole_through_a_pipe(up: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[object] = []
    original = Pipes.take
    monkeypatch.setattr(Pipes, "take", lambda self: taken.append(1) or original(self))

    async def work(made: Line, relay: Begun) -> None:
        source, sink = (made.client, made.origin) if up else (made.origin, made.client)
        sending = asyncio.create_task(send(source, BULK))
        assert await read(sink, len(BULK)) == BULK
        await sending
        await send(source, b"quiet again")
        assert await read(sink, 11) == b"quiet again"

    run(work)
    assert taken


def test_bulk_arrives_whole_when_no_pipe_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_pipes", Pipes(0))

    async def work(made: Line, relay: Begun) -> None:
        sending = asyncio.create_task(send(made.origin, BULK))
        assert await read(made.client, len(BULK)) == BULK
        await sending

    run(work)


def test_pipes_are_given_back_when_a_relay_ends_in_the_middle() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no Path of a magic folder

    async def work(made: Line, relay: Begun) -> None:
        sending = asyncio.create_task(send(made.origin, BULK))
        await read(made.client, 3 * BUFFER_BYTES)
        relay.stop()
        sending.cancel()

    for _ in range(5):
        run(work)
    free = len(relay_module._pipes._free)
    assert len(os.listdir("/proc/self/fd")) <= before + 2 * free  # noqa: PTH208
    assert relay_module._pipes._left + free == relay_module.PIPES


def test_reading_stops_while_the_other_side_takes_nothing() -> None:
    async def work(made: Line, relay: Begun) -> int:
        """How much the client could send to an origin that reads nothing."""
        loop, count = asyncio.get_running_loop(), 0
        while True:
            try:
                async with asyncio.timeout(0.3):
                    await loop.sock_sendall(made.client, bytes(100_000))
            except TimeoutError:
                break
            count += 100_000
        assert await read(made.origin, count) == bytes(count)
        return count

    kernel = 4 * int(open("/proc/sys/net/ipv4/tcp_wmem").read().split()[2])  # noqa: SIM115, PTH123
    kernel += 4 * int(open("/proc/sys/net/ipv4/tcp_rmem").read().split()[2])  # noqa: SIM115, PTH123
    assert run(work) < kernel + 4 * BUFFER_BYTES


@pytest.mark.parametrize("up", [True, False])
def test_closed_half_is_passed_on_and_the_other_goes_on(up: bool) -> None:
    async def work(made: Line, relay: Begun) -> None:
        one, other = (made.client, made.origin) if up else (made.origin, made.client)
        await send(one, b"last words")
        one.shutdown(socket.SHUT_WR)
        assert await read(other, 10) == b"last words"
        assert await at_end(other)
        await send(other, BULK[:200_000])
        assert await read(one, 200_000) == BULK[:200_000]
        assert not relay.over.done()
        other.close()
        await asyncio.wait_for(relay.over, 5)

    run(work)


@pytest.mark.parametrize("up", [True, False])
def test_relay_is_over_when_a_side_is_reset(up: bool) -> None:
    async def work(made: Line, relay: Begun) -> None:
        reset(made.client if up else made.origin)
        await asyncio.wait_for(relay.over, 5)

    run(work)


def test_relay_is_over_when_a_reset_meets_bytes_on_their_way() -> None:
    async def work(made: Line, relay: Begun) -> None:
        sending = asyncio.create_task(send(made.origin, BULK))
        await read(made.client, 100_000)
        reset(made.client)
        await asyncio.wait_for(relay.over, 5)
        sending.cancel()

    run(work)


def test_relay_says_whether_anything_moved() -> None:
    async def work(made: Line, relay: Begun) -> None:
        await read(made.origin, 1)
        relay.relay.stirred = False
        await send(made.client, b"y")
        await read(made.origin, 1)
        assert relay.relay.stirred
        assert relay.relay.bytes == 1  # the first ones had come before

    run(work, first=b"x")


def test_relay_that_is_over_leaves_no_garbage() -> None:
    def relays() -> int:
        return sum(isinstance(thing, Relay | relay_module._End) for thing in gc.get_objects())

    async def work(made: Line, relay: Begun) -> None:
        made.client.close()
        made.origin.close()
        await until(relay.over.done)

    gc.collect()
    gc.disable()
    try:
        before = relays()
        run(work)
        assert relays() == before
    finally:
        gc.enable()

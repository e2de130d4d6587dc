"""Watching sockets beside asyncio: who is told what, and who must not be."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from kidgate.proxy.door.direct import IN, OUT, DirectLoop, DirectSelector, direct
from tests.proxy.stand import until


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        yield one, other


def run(work: Callable[[DirectSelector], Awaitable[Any]]) -> None:
    async def main() -> None:
        await work(direct())

    with asyncio.Runner(loop_factory=DirectLoop) as runner:
        runner.run(main())


def test_watcher_is_told_until_it_is_forgotten(pair: tuple[socket.socket, socket.socket]) -> None:
    async def work(watched: DirectSelector) -> None:
        told: list[int] = []
        watched.watch(pair[0].fileno(), IN, told.append)
        await asyncio.sleep(0)
        assert not told
        pair[1].send(b"x")
        assert await until(lambda: len(told) > 1)  # again and again: nobody has read it
        assert set(told) == {IN}
        watched.forget(pair[0].fileno())
        watched.forget(pair[0].fileno())
        count = len(told)
        await asyncio.sleep(0.02)
        assert len(told) == count

    run(work)


def test_other_events_and_another_watcher_take_the_place_of_the_first(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    async def work(watched: DirectSelector) -> None:
        first: list[int] = []
        second: list[int] = []
        watched.watch(pair[0].fileno(), IN, first.append)
        watched.watch(pair[0].fileno(), OUT, second.append)
        pair[1].send(b"x")
        assert await until(lambda: second)
        assert (first, set(second)) == ([], {OUT})
        watched.forget(pair[0].fileno())

    run(work)


def test_asyncio_s_own_sockets_and_timers_go_on(pair: tuple[socket.socket, socket.socket]) -> None:
    async def work(watched: DirectSelector) -> None:
        loop = asyncio.get_running_loop()
        watched.watch(pair[0].fileno(), IN, lambda events: None)
        pair[1].send(b"x")  # there is always something to be told from now on
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert await loop.run_in_executor(None, os.getpid) == os.getpid()
        await asyncio.sleep(0.01)
        writer.close()
        server.close()
        watched.forget(pair[0].fileno())

    run(work)


def test_watcher_that_fails_is_told_no_more_and_the_loop_goes_on(
    pair: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    def fail(events: int) -> None:
        told.append(events)
        raise RuntimeError("made to fail")

    async def work(watched: DirectSelector) -> None:
        watched.watch(pair[0].fileno(), IN, fail)
        pair[1].send(b"x")
        assert await until(lambda: told)
        await asyncio.sleep(0.02)

    with caplog.at_level(logging.ERROR):
        run(work)
    assert len(told) == 1
    assert "a watcher failed" in caplog.text


def test_what_the_kernel_told_of_a_closed_socket_is_not_told_of_the_next_with_its_number() -> None:
    """Two sockets are ready at once; whoever is told first closes the other and opens a new one."""
    pairs = [socket.socketpair() for _ in range(2)]
    fresh: list[socket.socket] = []
    wrong: list[int] = []

    async def work(watched: DirectSelector) -> None:
        def replace(other: int) -> None:
            if fresh:
                return
            old = pairs[other][0]
            number = old.fileno()
            watched.forget(number)
            old.close()
            fresh.extend(socket.socketpair())
            assert fresh[0].fileno() == number
            watched.watch(number, IN, wrong.append)

        for index, (near, far) in enumerate(pairs):
            far.send(b"x")
            watched.watch(near.fileno(), IN, lambda _, other=1 - index: replace(other))
        assert await until(lambda: fresh)
        await asyncio.sleep(0.02)
        assert not wrong
        fresh[1].send(b"y")
        assert await until(lambda: wrong)
        for sock in (*fresh, *(end for pair in pairs for end in pair)):
            if sock.fileno() >= 0:
                watched.forget(sock.fileno())

    run(work)
    for sock in (*fresh, *(end for pair in pairs for end in pair)):
        sock.close()


def test_other_loops_are_refused() -> None:
    async def main() -> None:
        with pytest.raises(TypeError, match="DirectLoop"):
            direct()

    asyncio.run(main())

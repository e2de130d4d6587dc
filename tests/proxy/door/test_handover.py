"""How a connection that mitmproxy had comes to its end."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from kidgate.proxy.door.handover import _close, _streams

LAST = b"the last of an answer " * 200_000


async def _closing(seconds: float) -> tuple[socket.socket, asyncio.Task[None], asyncio.Transport]:
    """A connection that is being closed before its other side has read anything."""
    ours, theirs = socket.socketpair()
    for one in (ours, theirs):
        one.setblocking(False)
    _, writer = await _streams(ours, b"")
    writer.write(LAST)
    task = asyncio.ensure_future(_close(writer, seconds))
    await asyncio.sleep(0)
    assert writer.transport.get_write_buffer_size() > 0
    return theirs, task, writer.transport


async def _read(sock: socket.socket) -> int:
    size = 0
    with contextlib.suppress(ConnectionResetError):
        while more := await asyncio.get_running_loop().sock_recv(sock, 1 << 20):
            size += len(more)
    sock.close()
    return size


def test_what_waits_to_be_sent_arrives() -> None:
    async def run() -> None:
        theirs, task, _ = await _closing(60)
        assert await _read(theirs) == len(LAST)
        await task

    asyncio.run(run())


@pytest.mark.parametrize("seconds", [0.0, 60.0], ids=["too slow", "cut"])
def test_nobody_is_waited_for_for_ever(seconds: float) -> None:
    async def run() -> None:
        theirs, task, transport = await _closing(seconds)
        if seconds:
            task.cancel()
        await asyncio.wait((task,))
        assert task.cancelled() is bool(seconds)
        assert transport.get_write_buffer_size() == 0
        assert await _read(theirs) < len(LAST)

    asyncio.run(run())


def test_connection_that_its_other_side_broke_is_simply_over() -> None:
    async def run() -> None:
        theirs, task, _ = await _closing(60)
        theirs.close()
        await task

    asyncio.run(run())

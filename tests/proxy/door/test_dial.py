"""Dialling: the judged addresses, in their order, and whatever is opened is closed."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import closing

import pytest

from kidgate.proxy.door import dial as dial_module
from kidgate.proxy.door.dial import dial
from tests.proxy.door.stand import run


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        yield
        gc.collect()


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def reached(addresses: list[str], port: int) -> str:
    with closing(run(dial(addresses, port))) as sock:
        assert not sock.getblocking()
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        return str(sock.getpeername()[0])


def test_first_address_is_taken_when_it_answers(server: socket.socket) -> None:
    with socket.create_server(("127.0.0.2", port_of(server))):
        assert reached(["127.0.0.2", "127.0.0.1"], port_of(server)) == "127.0.0.2"


@pytest.mark.parametrize("dead", [["127.0.0.3"], ["::1", "127.0.0.3"], ["192.0.2.300"]])
def test_next_address_is_tried_when_one_refuses(server: socket.socket, dead: list[str]) -> None:
    assert reached([*dead, "127.0.0.1"], port_of(server)) == "127.0.0.1"


def silent(port: int) -> tuple[socket.socket, list[socket.socket]]:
    """A server at 127.0.0.4 whose queue is full: nobody is refused, nobody is let in."""
    server = socket.socket()
    server.bind(("127.0.0.4", port))
    server.listen(0)
    waiting = []
    for _ in range(3):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.4", port))
        waiting.append(sock)
    return server, waiting


def test_next_address_is_tried_beside_one_that_is_silent(server: socket.socket) -> None:
    quiet, waiting = silent(port_of(server))
    try:
        assert reached(["127.0.0.4", "127.0.0.1"], port_of(server)) == "127.0.0.1"
    finally:
        for sock in (quiet, *waiting):
            sock.close()


def test_nobody_waits_for_ever(server: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_module, "DIAL_SECONDS", 0.2)
    quiet, waiting = silent(port_of(server))
    try:
        with pytest.raises(OSError, match="in time"):
            reached(["127.0.0.4"], port_of(server))
    finally:
        for sock in (quiet, *waiting):
            sock.close()


def test_refusal_is_told_when_nobody_answers(server: socket.socket) -> None:
    port = port_of(server)
    server.close()
    with pytest.raises(ConnectionRefusedError):
        reached(["127.0.0.3", "127.0.0.1"], port)


def test_no_address_is_a_fault() -> None:
    with pytest.raises(OSError, match="no address"):
        reached([], 443)


def test_lack_of_descriptors_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(24, "Too many open files")

    async def main() -> None:  # the loop has its own sockets by now
        monkeypatch.setattr(dial_module.socket, "socket", full)
        with pytest.raises(OSError, match="Too many open files"):
            await dial(["127.0.0.1"], 443)
        monkeypatch.undo()

    run(main())


def test_dial_that_is_cancelled_leaves_nothing_open(server: socket.socket) -> None:
    quiet, waiting = silent(port_of(server))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no Path of a magic folder

    async def main() -> None:
        task = asyncio.create_task(dial(["127.0.0.4"], port_of(server)))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait((task,))

    run(main())
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    for sock in (quiet, *waiting):
        sock.close()

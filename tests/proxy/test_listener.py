"""Accepting: every way in of the configuration has its listener, and a full house stays calm."""

from __future__ import annotations

import asyncio
import errno
import socket
from dataclasses import dataclass
from typing import Any, cast

import pytest

from kidgate.documents.config import WAYS as CONFIGURED
from kidgate.proxy import listener as listener_module
from kidgate.proxy.door.caller import Inside
from kidgate.proxy.door.ways import WAYS
from kidgate.proxy.listener import Listener, Listeners
from tests.proxy.door.stand import run
from tests.proxy.stand import gateway, until


def test_every_way_that_is_tcp_can_be_configured() -> None:
    assert set(WAYS) == set(CONFIGURED) - {"dns", "wireguard"}  # which are no streams


def inside() -> Inside:
    return Inside(gateway(), cast(Any, None), cast(Any, None))


class Full:
    """A listening socket of a process that has no descriptor left, until `free`."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.asked = 0
        self.free = False

    def accept(self) -> Any:
        self.asked += 1
        if not self.free:
            raise OSError(errno.EMFILE, "Too many open files")
        return self._sock.accept()

    def setsockopt(self, *option: Any) -> None:
        self._sock.setsockopt(*option)

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


def test_listener_rests_when_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []

    async def receive(caller: Any) -> None:
        came.append(caller.peer.address)

    monkeypatch.setattr(listener_module, "REST_SECONDS", 0.05)
    monkeypatch.setattr(listener_module, "WAYS", {"test": receive})

    async def main() -> None:
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        full = Full(sock)
        listener = Listener(inside(), cast(socket.socket, cast(Any, full)), "test")
        with socket.create_connection(sock.getsockname()):
            await asyncio.sleep(0.3)
            assert 1 < full.asked < 20  # not with every turn of the loop
            full.free = True
            assert await until(lambda: came)
        listener.close()

    run(main())
    assert came == ["127.0.0.1"]


@dataclass
class OneCard:
    """A network on which one device has every address."""

    card: str = "3c:22:fb:00:00:01"

    def mac_of(self, address: str) -> str:
        return self.card


def test_addresses_of_one_device_have_one_share(monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive(caller: Any) -> None:
        await caller.more()

    monkeypatch.setattr(listener_module, "WAYS", {"test": receive})

    async def main() -> None:
        made = inside()
        made.gateway.who.neighbours = OneCard()
        made.gateway.peers.per_device = 2
        server = socket.create_server(("127.0.0.1", 0))
        server.setblocking(False)
        place = server.getsockname()
        listener = Listener(made, server, "test")
        clients = []
        for number in (2, 3, 4):
            source = (f"127.0.0.{number}", 0)
            clients.append(await asyncio.open_connection(*place, local_addr=source))
        assert await asyncio.wait_for(clients[2][0].read(), 5) == b""
        assert dict(made.gateway.peers.counts) == {"3c:22:fb:00:00:01": 2}
        for _, writer in clients:
            writer.close()
        assert await until(lambda: not made.gateway.peers.counts)
        listener.close()

    run(main())


def test_fault_while_one_is_taken_leaves_the_others_served(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []

    async def receive(caller: Any) -> None:
        came.append(caller.peer.address)

    monkeypatch.setattr(listener_module, "WAYS", {"test": receive})

    async def main() -> None:
        made = inside()
        server = socket.create_server(("127.0.0.1", 0))
        server.setblocking(False)
        listener = Listener(made, server, "test")
        with monkeypatch.context() as broken:
            broken.setattr(listener_module, "holder_of", lambda *_: 1 / 0)
            reader, writer = await asyncio.open_connection(*server.getsockname())
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
        with socket.create_connection(server.getsockname()):
            assert await until(lambda: came)
        listener.close()

    run(main())


def test_unknown_way_is_not_opened() -> None:
    async def main() -> None:
        listeners = Listeners(gateway(), cast(Any, None), cast(Any, None))
        with socket.create_server(("127.0.0.1", 0)) as sock, pytest.raises(KeyError):
            listeners.open([("carrier pigeon", sock)])

    run(main())

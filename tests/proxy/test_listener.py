"""Accepting: every way in of the configuration has its listener, and a full house stays calm."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any, cast

import pytest

from kidgate.documents.config import WAYS as CONFIGURED
from kidgate.proxy import listener as listener_module
from kidgate.proxy.door.caller import Inside
from kidgate.proxy.door.ways import WAYS
from kidgate.proxy.listener import Listener, Listeners
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

    asyncio.run(main())
    assert came == ["127.0.0.1"]


def test_unknown_way_is_not_opened() -> None:
    async def main() -> None:
        listeners = Listeners(gateway(), cast(Any, None), cast(Any, None))
        with socket.create_server(("127.0.0.1", 0)) as sock, pytest.raises(KeyError):
            listeners.open([("carrier pigeon", sock)])

    asyncio.run(main())

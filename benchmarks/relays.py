"""Ways to relay, with nothing else around them: `python -m benchmarks.relays`.

It is told `{"way": ..., "port": ..., "origin": ...}` and answers `{}`. The ways: `sockets`, as the
door relays; `transports`, two asyncio transports; `uvloop`, the same under uvloop. Each waits for
the first bytes of a client, dials the origin, and relays.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import socket
import sys
from collections.abc import Callable
from typing import Any, cast

from kidgate.proxy.door.dial import dial
from kidgate.proxy.door.direct import DirectLoop
from kidgate.proxy.door.relay import Relay

WAYS = ("sockets", "transports", "uvloop")
HOST = "127.0.0.1"


class Side(asyncio.Protocol):
    """One side of two transports; the client's dials the origin's."""

    def __init__(self, origin: int = 0) -> None:
        self._origin = origin
        self.other: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)
            return
        self.transport.pause_reading()
        self._dialling = asyncio.get_running_loop().create_task(self._dial(data))

    async def _dial(self, first: bytes) -> None:
        loop = asyncio.get_running_loop()
        transport, self.other = await loop.create_connection(Side, HOST, self._origin)
        self.other.other = self
        transport.write(first)
        self.transport.resume_reading()

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()


async def transports(sock: socket.socket, origin: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Side(origin), sock=sock, backlog=1024)
    await server.serve_forever()


async def sockets(sock: socket.socket, origin: int) -> None:
    loop, tasks = asyncio.get_running_loop(), set()

    async def serve(client: socket.socket) -> None:
        with client:
            first = await loop.sock_recv(client, 65536)
            with await dial([HOST], origin) as found:
                over = loop.create_future()
                Relay(client, found, lambda: over.set_result(None)).start(first)
                await over

    sock.setblocking(False)
    while True:
        client, _ = await loop.sock_accept(sock)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(serve(client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


def loop_of(way: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """ImportError where uvloop is not installed."""
    if way == "uvloop":
        made: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(way).new_event_loop
        return made
    return DirectLoop if way == "sockets" else asyncio.SelectorEventLoop


async def main(told: dict[str, Any]) -> None:
    made = socket.create_server((HOST, told["port"]), backlog=1024)
    sock = socket.socket(fileno=made.detach())  # asyncio knows it as TCP then (no Nagle)
    serve = sockets if told["way"] == "sockets" else transports
    serving = asyncio.ensure_future(serve(sock, told["origin"]))
    print(json.dumps({}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    serving.cancel()


if __name__ == "__main__":
    spec = json.loads(sys.stdin.readline())
    with asyncio.Runner(loop_factory=loop_of(spec["way"])) as runner:
        runner.run(main(spec))

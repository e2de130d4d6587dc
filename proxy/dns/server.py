"""The DNS doors of a worker: datagrams and streams on sockets that the supervisor made.

How many questions wait at once is limited, for each device and in all; what comes beyond is dropped
unanswered (UDP) or closed (TCP), as RFC 7766 advises.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kidgate.proxy.dns import questions, replies
from kidgate.proxy.dns.datagrams import LARGEST, Datagrams
from kidgate.proxy.dns.questions import DATAGRAM, NotServed
from kidgate.proxy.dns.stage import Names
from kidgate.proxy.peers import address_of

LENGTH = struct.Struct("!H")
SMALLEST_DATAGRAM = 512  # bytes; for those that speak no EDNS
PER_DEVICE, IN_ALL = 100, 2000
IDLE_SECONDS = 10.0
STREAMS_PER_DEVICE = 16


@dataclass
class Waiting:
    """Questions under way."""

    per_device: Counter[str] = field(default_factory=Counter)
    in_all: int = 0

    def take(self, address: str) -> bool:
        """Whether there is room for one more; it is taken until `leave`."""
        if self.per_device[address] >= PER_DEVICE or self.in_all >= IN_ALL:
            return False
        self.per_device[address] += 1
        self.in_all += 1
        return True

    def leave(self, address: str) -> None:
        self.in_all -= 1
        self.per_device[address] -= 1
        if not self.per_device[address]:
            del self.per_device[address]


class DnsServer:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._waiting = Waiting()
        self._streams: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._datagrams: list[Datagrams] = []
        self._servers: list[asyncio.Server] = []

    async def open(self, sockets: list[socket.socket]) -> None:
        """Serve on bound sockets: datagram and listening ones."""
        for sock in sockets:
            if sock.type == socket.SOCK_DGRAM:
                self._datagrams.append(Datagrams(sock, self._datagram))
            else:
                self._servers.append(await asyncio.start_server(self._stream, sock=sock))

    def close(self) -> None:
        """Take no more questions; those under way are answered."""
        for server in self._servers:
            server.close()
        for datagrams in self._datagrams:
            datagrams.close()

    def _datagram(self, wire: bytes, address: str, reply: Callable[[bytes], None]) -> None:
        # What waits for nothing is answered before this returns: no turn of the loop is spent.
        answering = self._reply(wire, address, reply)
        task = asyncio.Task(answering, loop=asyncio.get_running_loop(), eager_start=True)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _reply(self, wire: bytes, address: str, reply: Callable[[bytes], None]) -> None:
        answer = await self.answer(wire, address, stream=False)
        if answer is not None:
            reply(answer)

    async def answer(
        self, wire: bytes, address: str, *, stream: bool, key: str = ""
    ) -> bytes | None:
        """The answer to a device at an address, or with a WireGuard key; None: not now."""
        if not self._waiting.take(address):
            return None
        try:
            question = questions.read(wire)
            reply = await self._names.answer(question, address, key)
            most = min(max(question.payload or 0, SMALLEST_DATAGRAM), DATAGRAM)
            return replies.wire(question, reply, limit=65_535 if stream else most)
        except NotServed as refused:
            return refused.answer
        finally:
            self._waiting.leave(address)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.serve(reader, writer, address_of(writer.get_extra_info("peername")))

    async def serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        address: str,
        key: str = "",
    ) -> None:
        """A device's questions on a stream, until it has no more."""
        self._streams[address] += 1
        try:
            if self._streams[address] <= STREAMS_PER_DEVICE:
                await self._serve_stream(reader, writer, address, key)
        except (OSError, EOFError, TimeoutError):
            pass  # it went away, or was silent for too long
        finally:
            self._streams[address] -= 1
            if not self._streams[address]:
                del self._streams[address]
            writer.close()

    async def _serve_stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, key: str
    ) -> None:
        """One question after the other, as clients of a home resolver ask them."""
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                if size > LARGEST:
                    return  # another protocol on our port, or nobody's question
                wire = await reader.readexactly(size)
            answer = await self.answer(wire, address, stream=True, key=key)
            if answer is None:
                return
            writer.write(LENGTH.pack(len(answer)) + answer)
            async with asyncio.timeout(IDLE_SECONDS):
                await writer.drain()

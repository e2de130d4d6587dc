"""One accepted connection: its socket, what was read of it, its time limits, its end.

A task judges it. Once it is only relayed, no task waits beside it: that would be half its memory.

What it wants is not known here (`explicit`, `calls`, `redirected`, `tunnel`). Whatever fails while
that is found out is a block.
"""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from mitmproxy.net.http import http1
from mitmproxy.options import Options

from kidgate.proxy.answers import block_response
from kidgate.proxy.door.direct import IN, direct
from kidgate.proxy.door.sweep import Sweep
from kidgate.proxy.gateway import Gateway, Stopped
from kidgate.proxy.handler import Hooks
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import visit_of_fault

logger = logging.getLogger(__name__)
READ_BYTES = 65_536
Receive = Callable[["Caller"], Awaitable[None]]  # what a way in does with a caller
Refusal = Callable[[Gateway, Stopped], bytes]  # how to say no at this moment


class Ended(Exception):
    """The client has gone, or has been told all there is to say."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What stands behind the door: the worker's heart, and what mitmproxy's layers need."""

    gateway: Gateway
    hooks: Hooks
    options: Options
    sweep: Sweep = field(default_factory=Sweep)


def silence(gateway: Gateway, stopped: Stopped) -> bytes:
    """Within a tunnel there is no way to say no: it is closed."""
    return b""


def page(gateway: Gateway, stopped: Stopped) -> bytes:
    """A whole HTTP answer, the last on its connection."""
    answer = block_response(gateway.pages, gateway.snapshot, *stopped, None)
    answer.headers["Connection"] = "close"
    return bytes(http1.assemble_response(answer))


class Passing(Protocol):
    """A connection that is only relayed (`passing`)."""

    def cut(self) -> None: ...
    def look(self, now: float) -> None: ...


class Caller:
    """A client at the door. `read` has the bytes that came and that nobody has used yet."""

    __slots__ = (
        "_deadline",
        "_direct",
        "_loop",
        "_more",
        "_passing",
        "_patience",
        "_reading",
        "_sock",
        "_task",
        "id",
        "inside",
        "peer",
        "read",
        "refusal",
    )

    def __init__(
        self, inside: Inside, sock: socket.socket, address: str, id: str, way: str = "explicit"
    ) -> None:
        self._loop, self._direct = asyncio.get_running_loop(), direct()
        self._sock: socket.socket | None = sock
        self._more: asyncio.Future[None] | None = None
        self._reading = False  # the socket is watched
        self._deadline = math.inf
        self._patience = 0.0  # seconds up to the deadline, when it was set
        self._passing: Passing | None = None
        self.inside, self.id = inside, id
        self.peer = Peer(self, address, way=way)
        self.read = bytearray()
        self.refusal: Refusal = silence
        self._task: asyncio.Task[None] | None = None

    @property
    def gateway(self) -> Gateway:
        return self.inside.gateway

    @property
    def sock(self) -> socket.socket:
        if self._sock is None:
            raise Ended
        return self._sock

    def begin(self, receive: Receive) -> None:
        """From the first byte to the last."""
        self.gateway.peers.add(self.id, self.peer)
        self.inside.sweep.add(self)
        # Eager: cancelled before its first step, it would leave the socket to nobody.
        self._task = asyncio.Task(self._serve(receive), loop=self._loop, eager_start=True)

    async def _serve(self, receive: Receive) -> None:
        try:
            self.allow(self.gateway.limits.header_seconds)
            await receive(self)
        except Ended:
            pass
        except Exception as fault:
            if self._passing is not None:
                self._passing.cut()
            await self._fail(fault)
        finally:
            if self._passing is None:
                self._end()

    def pass_on(self, passing: Passing) -> None:
        """From here on it goes on without a task; it says `over`."""
        self._passing = passing

    def over(self) -> None:
        """What was passed on has come to its end."""
        self._passing = None
        if self._task is not None and self._task.done():
            self._end()

    def _end(self) -> None:
        gateway = self.gateway
        self.inside.sweep.remove(self)
        gateway.peers.remove(self.id)
        gateway.open_visits.pop(self.id, None)
        if self._sock is not None:
            self.release().close()
        del self.peer  # which knows us: garbage is looked for seldom (`garbage`)

    def cut(self) -> None:
        """End the connection now, answered or not."""
        if self._passing is not None:
            self._passing.cut()
        elif self._task is not None:
            self._task.cancel()

    def release(self) -> socket.socket:
        """The socket, for whoever goes on with it; it is closed here no longer."""
        sock, self._sock = self.sock, None
        self._direct.forget(sock.fileno())
        self._reading = False
        return sock

    # The clock: who has not said by then what it wants is cut.

    def allow(self, seconds: float) -> None:
        """From now on so long: for everything up to the hello or the head that decides."""
        self._deadline, self._patience = self._loop.time() + seconds, seconds

    def stop_clock(self) -> None:
        """What is under way is ours, not the client's."""
        self._deadline = math.inf

    def look(self, now: float) -> None:
        """Once a second (`sweep`)."""
        if self._passing is not None:
            self._passing.look(now)
        elif now >= self._deadline:
            self.stop_clock()
            logger.info("a client has not said within %g s what it wants", self._patience)
            self.cut()

    # Reading and answering.

    async def more(self) -> None:
        """Wait until `read` has more. Raises Ended when no more will come."""
        if self._receive():
            return
        self._more = self._loop.create_future()
        if not self._reading:
            self._reading = True
            self._direct.watch(self.sock.fileno(), IN, self._readable)
        try:
            await self._more
        finally:
            self._more = None

    async def say(self, data: bytes) -> None:
        """Send all of it. Raises Ended when the client does not take it."""
        try:
            sent = self.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            raise Ended from None
        if sent < len(data):
            try:
                async with asyncio.timeout(self.gateway.limits.header_seconds):
                    await self._loop.sock_sendall(self.sock, data[sent:])
            except OSError:  # a TimeoutError too
                raise Ended from None

    def _receive(self) -> bool:
        try:
            data = self.sock.recv(READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            raise Ended from None
        if not data:
            raise Ended
        self.read += data
        return True

    def _readable(self, events: int) -> None:
        more = self._more
        if more is None or more.done():  # what comes now waits in the kernel
            self._direct.forget(self.sock.fileno())
            self._reading = False
            return
        try:
            if self._receive():
                more.set_result(None)
        except Ended as ended:
            more.set_exception(ended)

    async def _fail(self, fault: Exception) -> None:
        """Whatever went wrong is a block; nothing in here may raise."""
        logger.error("the door failed: %r", fault, exc_info=fault)
        gateway = self.gateway
        try:
            visit = visit_of_fault(self.peer.host, gateway.now())
            decision = gateway.fault(visit, f"door: {type(fault).__name__}")
            stopped = Stopped(visit, *await gateway.stop(visit, decision, self.peer))
            answer = self.refusal(gateway, stopped)
            if answer:
                await self.say(answer)
        except Ended:
            pass
        except Exception:
            logger.exception("a fault at the door could not be answered; the connection is closed")

"""Bytes from socket to socket, both ways, with as little work of ours as Linux allows.

Measured by `benchmarks/door.py`, CPU on 2 busy cores, nothing judged:

                                   new          on a kept   100 MB
                                   connection   one
    two asyncio transports         0.53 ms      0.047 ms    0.052 s
    two uvloop transports          0.38 ms      0.033 ms    0.048 s
    sockets, then splice (this)    0.48 ms      0.042 ms    0.033 s   (never splice: 0.085 s)
    haproxy, by server name        0.29 ms      0.036 ms    0.082 s

So: plain sockets in asyncio's loop, one buffer for all; a direction that fills it is moved within
the kernel from then on (splice(2), through a pipe), until it is quiet again. uvloop would save a
tenth of what a judged connection costs in all, and dials behind the back of our resolver.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import socket

BUFFER_BYTES = 65_536
PIPE_BYTES = 262_144
QUIET_BYTES = 16_384  # a splice that moved less is no bulk
PIPES = 64  # of a worker at once, two descriptors each
SPLICE = os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK

_buffer = bytearray(BUFFER_BYTES)  # filled and emptied within one call, so one is enough
_view = memoryview(_buffer)


class Pipes:
    """Pipes for those who move much now. None to be had: one goes on without."""

    def __init__(self, most: int = PIPES) -> None:
        self._free: list[tuple[int, int]] = []
        self._left = most

    def take(self) -> tuple[int, int] | None:
        if self._free:
            return self._free.pop()
        if not self._left:
            return None
        try:
            pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # out of descriptors
            return None
        self._left -= 1
        with contextlib.suppress(OSError):  # the user's share of pipe memory: a small one does too
            fcntl.fcntl(pipe[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return pipe

    def give_back(self, pipe: tuple[int, int], *, empty: bool) -> None:
        if empty:
            self._free.append(pipe)
            return
        for end in pipe:
            os.close(end)
        self._left += 1


_pipes = Pipes()


class Relay:
    """Two connected sockets, non-blocking; they are not closed here. `over` is done once it is.

    A sender that closes its half is followed by closing the other's; both, an error, or nothing for
    `idle_seconds`: over.
    """

    __slots__ = ("_idle_seconds", "_loop", "_timer", "_ways", "bytes", "moved", "over")

    def __init__(
        self, client: socket.socket, origin: socket.socket, *, idle_seconds: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle_seconds = idle_seconds
        self.over: asyncio.Future[None] = self._loop.create_future()
        self.moved = self._loop.time()
        self.bytes = 0  # that came, both ways together
        self._ways: tuple[_Way, ...] = (
            _Way(self, self._loop, client, origin),
            _Way(self, self._loop, origin, client),
        )
        self._timer = self._loop.call_later(idle_seconds, self._look)

    def start(self, first: bytes) -> None:
        """Begin; `first` is what the client has sent already."""
        for way in self._ways:
            way.start()
        self._ways[0].send(memoryview(first))

    def stop(self) -> None:
        """Let go of both sockets, whatever is under way."""
        self._timer.cancel()
        for way in self._ways:
            way.stop()
        self._ways = ()  # which know us: garbage is looked for seldom (`garbage`)
        if not self.over.done():
            self.over.set_result(None)

    def ended(self) -> bool:
        """Whether both ways have come to their end."""
        return all(way.done for way in self._ways)

    def _look(self) -> None:
        left = self.moved + self._idle_seconds - self._loop.time()
        if left <= 0:
            self.stop()
        else:
            self._timer = self._loop.call_later(left, self._look)


class _Way:
    """One direction. Nothing is read while something waits to be sent: the back-pressure."""

    __slots__ = (
        "_held",
        "_holds",
        "_in_pipe",
        "_loop",
        "_pipe",
        "_relay",
        "_sink",
        "_source",
        "done",
    )

    def __init__(
        self,
        relay: Relay,
        loop: asyncio.AbstractEventLoop,
        source: socket.socket,
        sink: socket.socket,
    ) -> None:
        self._relay, self._loop = relay, loop
        self._source, self._sink = source, sink
        self._held = b""  # read and not sent yet
        self._pipe: tuple[int, int] | None = None
        self._in_pipe = 0  # bytes
        self._holds = False  # waits until the sink has room
        self.done = False

    def start(self) -> None:
        self._loop.add_reader(self._source, self._readable)

    def stop(self) -> None:
        self._loop.remove_reader(self._source)
        self._loop.remove_writer(self._sink)
        self._drop_pipe()
        self.done = True

    def send(self, data: memoryview) -> None:
        """Send; what finds no room is held."""
        try:
            sent = self._sink.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._relay.stop()
            return
        self._held = bytes(data[sent:])
        self._hold(holds=bool(self._held))

    def _readable(self) -> None:
        self._relay.moved = self._loop.time()
        try:
            if self._pipe is not None:
                count = os.splice(self._source.fileno(), self._pipe[1], PIPE_BYTES, flags=SPLICE)
                self._in_pipe = count
            else:
                count = self._source.recv_into(_buffer)
        except BlockingIOError:
            return
        except OSError:
            self._relay.stop()
            return
        self._relay.bytes += count
        if not count:
            self._end()
        elif self._pipe is not None:
            self._drain()
            if count < QUIET_BYTES and not self._in_pipe:
                self._drop_pipe()
        else:
            self.send(_view[:count])
            if count == BUFFER_BYTES and not self.done:
                self._pipe = _pipes.take()

    def _writable(self) -> None:
        self._relay.moved = self._loop.time()
        if self._held:
            self.send(memoryview(self._held))
        else:
            self._drain()

    def _drain(self) -> None:
        assert self._pipe is not None
        try:
            sent = os.splice(self._pipe[0], self._sink.fileno(), self._in_pipe, flags=SPLICE)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._relay.stop()
            return
        self._in_pipe -= sent
        self._hold(holds=self._in_pipe > 0)

    def _hold(self, *, holds: bool) -> None:
        if holds is self._holds:
            return
        self._holds = holds
        if holds:
            self._loop.remove_reader(self._source)
            self._loop.add_writer(self._sink, self._writable)
        else:
            self._loop.remove_writer(self._sink)
            self._loop.add_reader(self._source, self._readable)

    def _end(self) -> None:
        """The source will send no more."""
        self._loop.remove_reader(self._source)
        self._drop_pipe()
        self.done = True
        if self._relay.ended():
            self._relay.stop()
            return
        try:
            self._sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._relay.stop()

    def _drop_pipe(self) -> None:
        if self._pipe is not None:
            _pipes.give_back(self._pipe, empty=not self._in_pipe)
            self._pipe, self._in_pipe = None, 0

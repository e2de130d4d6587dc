"""Bytes from socket to socket, both ways, with as little work of ours as Linux allows.

Measured by `benchmarks/door.py`, CPU on 2 busy cores, nothing judged:

                                   new          on a kept
                                   connection   one
    two asyncio transports         0.46 ms      0.032 ms
    sockets in asyncio's loop      0.42 ms      0.031 ms
    sockets, watched directly      0.40 ms      0.025 ms
    two uvloop transports          0.28 ms      0.024 ms
    haproxy, by server name        0.28 ms      0.023 ms

So: plain sockets, watched directly (`direct`), one buffer for all. A direction that fills it is
moved within the kernel from then on (splice(2), through a pipe), until it is quiet again: 0.033 s
for 100 MB instead of 0.085 s (an earlier run). uvloop would gain nothing on a kept connection
and at most a sixth of a new one that is judged, and dials behind the back of our resolver.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Callable

from kidgate.proxy.door.direct import IN, OUT, DirectSelector, direct

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
    """Two connected sockets, non-blocking; they are not closed here. `over` is called once it is.

    A sender that closes its half is followed by closing the other's; both, or an error: over.
    """

    __slots__ = ("_ends", "_over", "bytes", "stirred")

    def __init__(
        self, client: socket.socket, origin: socket.socket, over: Callable[[], None]
    ) -> None:
        self.bytes = 0  # that came, both ways together
        self.stirred = True  # since somebody looked
        self._over: Callable[[], None] | None = over
        watched = direct()
        near, far = _End(self, watched, client), _End(self, watched, origin)
        near.other, far.other = far, near
        self._ends: tuple[_End, ...] = (near, far)

    def start(self, first: bytes) -> None:
        """Begin; `first` is what the client has sent already."""
        near, far = self._ends
        near.watch()
        far.watch()
        near.send(memoryview(first))

    def stop(self) -> None:
        """Let go of both sockets, whatever is under way."""
        over, self._over = self._over, None
        if over is None:
            return
        ends, self._ends = self._ends, ()  # which know us: garbage is looked for seldom (`garbage`)
        for end in ends:
            end.stop()
        over()


class _End:
    """A socket, and the way from it to the other. Nothing is read of it while something waits to be
    sent there: the back-pressure."""

    __slots__ = (
        "_direct",
        "_events",
        "_fd",
        "_held",
        "_in_pipe",
        "_pipe",
        "_relay",
        "_sock",
        "done",
        "other",
        "waiting",
    )
    other: _End

    def __init__(self, relay: Relay, watched: DirectSelector, sock: socket.socket) -> None:
        self._relay, self._direct = relay, watched
        self._sock, self._fd = sock, sock.fileno()
        self._events = 0  # that we watch for
        self._held = b""  # read and not sent yet
        self._pipe: tuple[int, int] | None = None
        self._in_pipe = 0  # bytes
        self.waiting = False  # until there is room to send to it
        self.done = False  # it will send no more

    def watch(self) -> None:
        """For what matters now."""
        events = 0 if self.done or self.other.waiting else IN
        if self.waiting:
            events |= OUT
        if events == self._events:
            return
        self._events = events
        if events:
            self._direct.watch(self._fd, events, self._stirred)
        else:
            self._direct.forget(self._fd)

    def stop(self) -> None:
        self._direct.forget(self._fd)
        self._drop_pipe()
        self._events, self.waiting = 0, False
        del self.other

    def send(self, data: memoryview) -> None:
        """Send to the other; what finds no room is held."""
        try:
            sent = self.other._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._relay.stop()
            return
        if sent < len(data) or self._held:
            self._held = bytes(data[sent:])
            self._hold(holds=bool(self._held))

    def _stirred(self, events: int) -> None:
        self._relay.stirred = True
        if self.waiting and events & ~IN:
            self.other._go_on()
        if self._events & IN and events & ~OUT:
            self._read()

    def _read(self) -> None:
        pipe = self._pipe
        try:
            if pipe is None:
                count = self._sock.recv_into(_buffer)
            else:
                count = self._in_pipe = os.splice(self._fd, pipe[1], PIPE_BYTES, flags=SPLICE)
        except BlockingIOError:
            return
        except OSError:
            self._relay.stop()
            return
        self._relay.bytes += count
        if not count:
            self._end()
        elif pipe is None:
            self.send(_view[:count])
            if count == BUFFER_BYTES and self._events:
                self._pipe = _pipes.take()
        else:
            self._drain(pipe)
            if count < QUIET_BYTES and not self._in_pipe:
                self._drop_pipe()

    def _go_on(self) -> None:
        """The other has room again."""
        if self._held:
            self.send(memoryview(self._held))
        elif self._pipe is not None:
            self._drain(self._pipe)

    def _drain(self, pipe: tuple[int, int]) -> None:
        try:
            sent = os.splice(pipe[0], self.other._fd, self._in_pipe, flags=SPLICE)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._relay.stop()
            return
        self._in_pipe -= sent
        self._hold(holds=self._in_pipe > 0)

    def _hold(self, *, holds: bool) -> None:
        other = self.other
        if holds is not other.waiting:
            other.waiting = holds
            self.watch()
            other.watch()

    def _end(self) -> None:
        """Nothing is on its way to the other then."""
        self.done = True
        self._drop_pipe()
        if self.other.done:
            self._relay.stop()
            return
        self.watch()
        try:
            self.other._sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._relay.stop()

    def _drop_pipe(self) -> None:
        if self._pipe is not None:
            _pipes.give_back(self._pipe, empty=not self._in_pipe)
            self._pipe, self._in_pipe = None, 0

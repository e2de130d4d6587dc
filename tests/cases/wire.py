"""A connection to the proxy that writes and reads at once, TLS inside or not."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator

from tests.cases.engines import Engine, engine_for
from tests.cases.hellos import Hello, TlsFailed

CONNECT_SECONDS = 5.0
READ = 1 << 18


class Wire:
    """From `source`, an address of the world. Raises OSError when the proxy does not accept."""

    def __init__(self, proxy: tuple[str, int], source: str) -> None:
        family = socket.AF_INET6 if ":" in proxy[0] else socket.AF_INET
        self._sock = socket.socket(family, socket.SOCK_STREAM)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.settimeout(CONNECT_SECONDS)
        try:
            if (":" in source) == (":" in proxy[0]):
                self._sock.bind((source, 0))
            self._sock.connect(proxy)
        except OSError:
            self._sock.close()
            raise
        self._sock.setblocking(False)
        self.engine: Engine | None = None
        self.ended = ""  # closed | tls: ...

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.close()

    def start_tls(self, hello: Hello, seconds: float) -> None:
        """Shake hands. Raises TlsFailed, also when the peer hangs up or says nothing."""
        engine = engine_for(hello)
        pieces = hello.cut(engine.start())
        self.engine = engine
        how = self._pump(iter(pieces), lambda plain: engine.ready, seconds, piecewise=True)
        if not engine.ready:
            raise TlsFailed(self.ended or how)

    def talk(self, outgoing: Iterable[bytes], done: Callable[[bytes], bool], seconds: float) -> str:
        """Send everything and hand what comes to `done` until it says so: done | closed | timeout.

        When the peer stops reading, the rest is not sent. A TLS fault counts as closed.
        """
        engine = self.engine
        plain = (part for part in outgoing if part)
        sealed: Iterator[bytes] = map(engine.seal, plain) if engine else iter(plain)
        # A record that holds no data, a session ticket say, is no end of data.
        return self._pump(sealed, lambda data: bool(data) and done(data), seconds, piecewise=False)

    def _pump(
        self,
        source: Iterator[bytes],
        done: Callable[[bytes], bool],
        seconds: float,
        *,
        piecewise: bool,
    ) -> str:
        deadline = time.monotonic() + seconds
        pending, sending = b"", True
        while (left := deadline - time.monotonic()) > 0:
            if sending and not pending:
                pending = next(source, b"")
                sending = bool(pending)
            happened = self._wait(left, sending=sending)
            if happened & ~select.POLLOUT:
                if (answer := self._take(done)) is not None:
                    return answer
            elif happened:
                try:
                    pending = pending[self._sock.send(pending) :]
                except OSError:
                    pending, sending = b"", False
                if piecewise and not pending:
                    time.sleep(0.0005)  # or the kernel joins the segments again
        return "timeout"

    def _wait(self, seconds: float, *, sending: bool) -> int:
        """What poll says: `select` takes no descriptor beyond 1023, and floods have more."""
        poller = select.poll()
        poller.register(self._sock, select.POLLIN | (select.POLLOUT if sending else 0))
        return next((event for _, event in poller.poll(seconds * 1000)), 0)

    def _take(self, done: Callable[[bytes], bool]) -> str | None:
        """Read once; an answer when the talk is over."""
        try:
            data = self._sock.recv(READ)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            self.ended = "closed"
            return "closed"
        if self.engine is None:
            return "done" if done(data) else None
        try:
            outgoing, plain = self.engine.feed(data)
        except TlsFailed as fault:
            self.ended = f"tls: {fault}"
            return "closed"
        if outgoing:
            with contextlib.suppress(OSError):
                self._sock.sendall(outgoing)
        return "done" if done(plain) else None

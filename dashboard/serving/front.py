"""HTTPS before an HTTP server that knows none: takes TLS off and passes the bytes on.

Nothing of HTTP is read here. The server is told who is really asking by the port that the front
calls it from: `Callers` maps it to the address, and whoever calls from another port is turned away.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
HANDSHAKE_SECONDS = 10.0
IDLE_SECONDS = 120.0
CHUNK = 65_536
MOST = 200  # connections
MOST_EACH = 40  # from one address
# The packet filter lets processes of ours call nothing on this box, but from the second of these to
# the first (`proxy.netfilter.table`).
INSIDE, CALLER = "127.75.71.1", "127.75.71.2"

type ContextOf = Callable[[str], ssl.SSLContext]  # by the address of ours that was called


class Callers:
    """Who calls from which of our own ports, at this moment."""

    def __init__(self) -> None:
        self._address: dict[str, str] = {}

    def put(self, port: int, address: str) -> None:
        self._address[str(port)] = address

    def drop(self, port: int) -> None:
        self._address.pop(str(port), None)

    def wrap(self, app: WSGIApplication, port: int) -> WSGIApplication:
        """The application, told of the true caller and of HTTPS where it is called on `port`."""

        def fronted(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            if environ["SERVER_PORT"] != str(port):
                return app(environ, start)
            address = self._address.get(environ.get("REMOTE_PORT", ""))
            if address is None:
                start("403 Forbidden", [("Content-Type", "text/plain")])
                return [b"Kidgate: this is not the way in\n"]
            environ["REMOTE_ADDR"] = address
            environ["wsgi.url_scheme"] = "https"
            host = environ.get("HTTP_HOST", "")
            environ["SERVER_NAME"] = host.rpartition(":")[0] or host
            return app(environ, start)

        return fronted


class Front:
    """Serves on some sockets for as long as its event loop runs."""

    def __init__(self, callers: Callers, context_of: ContextOf, port: int) -> None:
        self._callers = callers
        self._context_of = context_of
        self._port = port
        self._open: Counter[str] = Counter()

    async def serve(self, sockets: Iterable[socket.socket]) -> None:
        servers = [await asyncio.start_server(self._take, sock=sock) for sock in sockets]
        await asyncio.gather(*(server.serve_forever() for server in servers))

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        if self._open.total() >= MOST or self._open[address] >= MOST_EACH:
            writer.transport.abort()
            return
        self._open[address] += 1
        try:
            await self._relay(reader, writer, address)
        except (OSError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError) as fault:
            logger.debug("a connection to the dashboard ended: %s", fault)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
            writer.transport.abort()

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        ours = str(writer.get_extra_info("sockname")[0])
        context = self._context_of(ours)
        await writer.start_tls(context, ssl_handshake_timeout=HANDSHAKE_SECONDS)
        inner, server = await asyncio.open_connection(INSIDE, self._port, local_addr=(CALLER, 0))
        port = int(server.get_extra_info("sockname")[1])
        self._callers.put(port, address)
        try:
            await _both(_copy(reader, server), _copy(inner, writer))
        finally:
            server.transport.abort()
            self._callers.drop(port)


async def _both(up: Any, down: Any) -> None:
    """Until the server has said all; what the client still sends then goes nowhere."""
    sending = asyncio.create_task(up)
    try:
        await down
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, TimeoutError):
            await sending


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await asyncio.wait_for(reader.read(CHUNK), IDLE_SECONDS):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()

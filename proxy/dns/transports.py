"""One question to one name server: UDP with TCP behind it, TLS, or HTTPS.

Each raises OSError (also TimeoutError) or DNSException when there is no usable answer. Which server
is asked, and when the next one, is `upstream.py`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import struct
from typing import Protocol

import dns.asyncquery
import dns.exception
import dns.message

from kidgate.documents.name_servers import NameServer

LENGTH = struct.Struct("!H")
MEDIA_TYPE = "application/dns-message"
LONGEST = 65_535
MOST_IN_FLIGHT = 512


class Transport(Protocol):
    async def ask(
        self, question: dns.message.QueryMessage, seconds: float
    ) -> dns.message.Message: ...


class Plain:
    """A socket of its own for each question: its random port is a part of what a forger must
    guess."""

    def __init__(self, server: NameServer) -> None:
        self._server = server

    async def ask(self, question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question, self._server.address, timeout=seconds, port=self._server.port
        )
        return answer


class Tls:
    """One kept connection; answers are told apart by their numbers (RFC 7858, 7766)."""

    def __init__(self, server: NameServer, context: ssl.SSLContext) -> None:
        self._server, self._context = server, context
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._next = 0

    async def ask(self, question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        async with asyncio.timeout(seconds):
            writer = await self._connected()
            number = self._number()
            self._waiting[number] = answer = asyncio.get_running_loop().create_future()
            try:
                wire = LENGTH.pack(number) + question.to_wire()[2:]
                writer.write(LENGTH.pack(len(wire)) + wire)
                await writer.drain()
                found = await answer
            finally:
                self._waiting.pop(number, None)
        message = dns.message.from_wire(LENGTH.pack(question.id) + found[2:])
        if not question.is_response(message):
            raise dns.exception.FormError("the answer is to another question")
        return message

    async def _connected(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None or self._writer.is_closing():
                reader, self._writer = await asyncio.open_connection(
                    self._server.address,
                    self._server.port,
                    ssl=self._context,
                    server_hostname=self._server.name,
                )
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault: Exception = ConnectionResetError("the name server closed the connection")
        try:
            while True:
                (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                wire = await reader.readexactly(size)
                waiting = self._waiting.get(LENGTH.unpack_from(wire)[0]) if size > 12 else None
                if waiting is not None and not waiting.done():
                    waiting.set_result(wire)
        except (OSError, EOFError) as found:
            fault = found if isinstance(found, OSError) else fault
        finally:
            writer.close()
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(fault)

    def _number(self) -> int:
        if len(self._waiting) >= MOST_IN_FLIGHT:
            raise OSError("too many questions wait for the name server")
        while (number := self._next) in self._waiting:
            self._next = (self._next + 1) % 65_536
        self._next = (self._next + 1) % 65_536
        return number


class Https:
    """POST over one kept HTTP/2 connection. httpx is 20 MB: loaded where somebody wants it."""

    def __init__(self, server: NameServer, context: ssl.SSLContext) -> None:
        import httpx

        place = f"[{server.address}]" if ":" in server.address else server.address
        self._url = f"https://{place}:{server.port}{server.path}"
        self._server = server
        self._client = httpx.AsyncClient(
            http2=True, verify=context, trust_env=False, follow_redirects=False
        )
        self._faults = (httpx.HTTPError, httpx.InvalidURL)

    async def ask(self, question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        id, question.id = question.id, 0  # RFC 8484 4.1: the same question is the same request
        wire, question.id = question.to_wire(), id
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.post(
                    self._url,
                    content=wire,
                    headers={
                        "Host": self._server.name,
                        "Content-Type": MEDIA_TYPE,
                        "Accept": MEDIA_TYPE,
                    },
                    extensions={"sni_hostname": self._server.name},
                    timeout=seconds,
                )
        except self._faults as fault:
            raise OSError(str(fault) or type(fault).__name__) from fault
        if response.status_code != 200 or response.headers.get("content-type") != MEDIA_TYPE:
            raise OSError(f"the name server answered with status {response.status_code}")
        message = dns.message.from_wire(response.content[:LONGEST])
        message.id = id
        if not question.is_response(message):
            raise dns.exception.FormError("the answer is to another question")
        return message


def transport(server: NameServer, roots: str) -> Transport:
    """How to ask a server; `roots` is the PEM file of the certificates to trust."""
    if server.kind == "udp":
        return Plain(server)
    context = ssl.create_default_context(cafile=roots or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.kind == "tls":
        with contextlib.suppress(ssl.SSLError):
            context.set_alpn_protocols(["dot"])
        return Tls(server, context)
    return Https(server, context)

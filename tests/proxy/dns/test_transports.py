"""Plain, TLS and HTTPS name servers on loopback, with real certificates."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import dns.flags
import dns.message
import dns.rrset
import pytest

from kidgate.documents.name_servers import NameServer
from kidgate.proxy.dns.transports import Transport, transport
from tests.e2e.pki import Authority

NAME, HOST = "dns.example", "127.0.0.1"
LENGTH = struct.Struct("!H")
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("pki"))


def answered(wire: bytes) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(wire))
    name = answer.question[0].name
    answer.answer = [dns.rrset.from_text(name, 60, "IN", "A", f"192.0.2.{len(name.labels[0])}")]
    return answer.to_wire()


async def tls_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers two questions at once, the second first."""
    waiting: list[bytes] = []
    try:
        while True:
            (size,) = LENGTH.unpack(await reader.readexactly(2))
            waiting.append(await reader.readexactly(size))
            if len(waiting) == 2:
                for wire in reversed([answered(w) for w in waiting]):
                    writer.write(LENGTH.pack(len(wire)) + wire)
                waiting.clear()
    except EOFError:
        writer.close()


async def https_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert head.startswith("post /dns-query ")
    assert f"host: {NAME}\r\n" in head
    size = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    wire = answered(await reader.readexactly(size))
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(wire), wire)
    )
    writer.close()


def against(
    serve: Serve,
    context: ssl.SSLContext,
    kind: str,
    roots: Path,
    client: Callable[[Transport], Awaitable[None]],
) -> None:
    async def main() -> None:
        server = await asyncio.start_server(serve, HOST, 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        path = "/dns-query" if kind == "https" else ""
        try:
            await client(transport(NameServer(kind, HOST, port, NAME, path), str(roots)))
        finally:
            server.close()

    asyncio.run(main())


def question(label: str = "www") -> dns.message.QueryMessage:
    return dns.message.make_query(f"{label}.example.", "A")


def test_tls_tells_answers_apart_that_come_in_another_order(authority: Authority) -> None:
    async def client(server: Transport) -> None:
        for _ in range(2):  # the connection is kept
            first, second = await asyncio.gather(
                server.ask(question("a"), 5), server.ask(question("bbbb"), 5)
            )
            assert first.answer[0][0].address == "192.0.2.1"
            assert second.answer[0][0].address == "192.0.2.4"

    against(tls_server, authority.context(NAME), "tls", authority.pem, client)


def test_https_asks_by_post(authority: Authority) -> None:
    async def client(server: Transport) -> None:
        asked = question()
        answer = await server.ask(asked, 5)
        assert answer.id == asked.id
        assert answer.answer[0][0].address == "192.0.2.3"

    against(https_server, authority.context(NAME), "https", authority.pem, client)


@pytest.mark.parametrize("kind", ["tls", "https"])
@pytest.mark.parametrize("fault", ["name", "expired", "root"])
def test_bad_certificate_is_no_name_server(authority: Authority, kind: str, fault: str) -> None:
    names = ("other.example",) if fault == "name" else (NAME,)
    context = authority.context(*names, expired=fault == "expired")
    roots = authority
    if fault == "root":
        folder = authority.folder / f"other-{kind}"
        folder.mkdir()
        roots = Authority.make(folder)

    async def client(server: Transport) -> None:
        with pytest.raises(OSError, match=r"(?i)certificate"):
            await server.ask(question(), 5)

    serve = tls_server if kind == "tls" else https_server
    against(serve, context, kind, roots.pem, client)


def test_silent_server_times_out(authority: Authority) -> None:
    async def client(server: Transport) -> None:
        with pytest.raises(TimeoutError):
            await server.ask(question(), 0.2)

    against(tls_server, authority.context(NAME), "tls", authority.pem, client)


def test_server_that_hangs_up_fails_every_question_that_waits(authority: Authority) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        writer.close()

    async def client(server: Transport) -> None:
        results = await asyncio.gather(
            server.ask(question("a"), 5), server.ask(question("b"), 5), return_exceptions=True
        )
        assert all(isinstance(result, OSError) for result in results)

    against(hang_up, authority.context(NAME), "tls", authority.pem, client)


def test_plain_falls_back_to_tcp_for_a_long_answer() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        tcp = await asyncio.start_server(serve_tcp, HOST, 0)
        port = tcp.sockets[0].getsockname()[1]
        udp, _ = await loop.create_datagram_endpoint(_Cut, local_addr=(HOST, port))
        try:
            answer = await transport(NameServer("udp", HOST, port), "").ask(question(), 5)
            assert answer.answer[0][0].address == "192.0.2.3"
        finally:
            udp.close()
            tcp.close()

    async def serve_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (size,) = LENGTH.unpack(await reader.readexactly(2))
        wire = answered(await reader.readexactly(size))
        writer.write(LENGTH.pack(len(wire)) + wire)
        writer.close()

    asyncio.run(main())


class _Cut(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        answer = dns.message.make_response(dns.message.from_wire(data))
        answer.flags |= dns.flags.TC
        self._transport.sendto(answer.to_wire(), addr)

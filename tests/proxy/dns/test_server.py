"""The doors: datagrams and streams on real loopback sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import dns.asyncquery
import dns.flags
import dns.message
import pytest

from kidgate.proxy.dns import server as server_module
from kidgate.proxy.dns.server import DnsServer
from tests.proxy.dns.test_stage import ADDRESS, Stand

HOST = "127.0.0.1"


def served(stand: Stand, client: Callable[[int], Awaitable[None]]) -> None:
    async def main() -> None:
        stream = socket.create_server((HOST, 0))
        port = stream.getsockname()[1]
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind((HOST, port))
        for sock in (stream, datagram):
            sock.setblocking(False)
        server = DnsServer(stand.names)
        await server.open([stream, datagram])
        try:
            await client(port)
        finally:
            server.close()

    asyncio.run(main())


def test_both_transports_answer() -> None:
    async def client(port: int) -> None:
        question = dns.message.make_query("www.example", "A")
        for ask in (dns.asyncquery.udp, dns.asyncquery.tcp):
            answer = await ask(question, HOST, port=port, timeout=5)
            assert answer.answer[0][0].address == "203.0.113.7"

    served(Stand(ADDRESS), client)


def test_long_answer_is_cut_for_datagrams_and_whole_on_a_stream() -> None:
    many = [f"www.example. 60 A 203.0.113.{n}" for n in range(1, 200)]

    async def client(port: int) -> None:
        question = dns.message.make_query("www.example", "A", use_edns=0, payload=4096)
        cut = await dns.asyncquery.udp(question, HOST, port=port, timeout=5)
        assert cut.flags & dns.flags.TC
        answer, used_tcp = await dns.asyncquery.udp_with_fallback(
            question, HOST, port=port, timeout=5
        )
        assert used_tcp
        assert len(answer.answer[0]) == len(many)

    stand = Stand()
    record = dns.rrset.from_text(
        "www.example.", 60, "IN", "A", *(text.split()[-1] for text in many)
    )

    async def ask(question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.answer = [record]
        return answer

    stand.server.ask = ask  # type: ignore[method-assign]
    served(stand, client)


def test_silent_stream_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.1)

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"\0")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    served(Stand(), client)


def test_device_that_asks_too_much_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "PER_DEVICE", 2)
    stand = Stand(ADDRESS)
    asked, release = 0, asyncio.Event()
    before = stand.server.ask

    async def ask(question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        nonlocal asked
        asked += 1
        await release.wait()
        return await before(question, seconds)

    stand.server.ask = ask  # type: ignore[method-assign]

    async def client(port: int) -> None:
        loop = asyncio.get_running_loop()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.connect((HOST, port))
        for number in range(5):
            sock.send(dns.message.make_query(f"n{number}.example", "A").to_wire())
        await asyncio.sleep(0.3)
        assert asked == 2
        release.set()
        await asyncio.wait_for(loop.sock_recv(sock, 2000), 5)
        sock.send(dns.message.make_query("later.example", "A").to_wire())
        await asyncio.wait_for(loop.sock_recv(sock, 2000), 5)
        await asyncio.wait_for(loop.sock_recv(sock, 2000), 5)
        assert asked == 3
        sock.close()

    served(stand, client)


def test_allowed_name_that_is_known_is_answered_at_once_and_behind_no_blocked_one() -> None:
    stand = Stand(ADDRESS)
    written = asyncio.Event()

    async def note(entry: object) -> None:
        await written.wait()

    stand.kept.note = note  # type: ignore[method-assign]
    blocked, allowed = (
        dns.message.make_query(name, "A").to_wire() for name in ("bad.example", "www.example")
    )

    async def main() -> None:
        server = DnsServer(stand.names)
        await server.answer(allowed, HOST, stream=False)
        answers: list[bytes] = []
        server._datagram(blocked, HOST, answers.append)
        server._datagram(allowed, HOST, answers.append)
        assert [answer[:2] for answer in answers] == [allowed[:2]]
        written.set()
        await asyncio.sleep(0.01)
        assert [answer[:2] for answer in answers] == [allowed[:2], blocked[:2]]

    asyncio.run(main())

"""One connection's handler: the same bytes as mitmproxy's own, and nobody keeps it waiting."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.options import Options
from mitmproxy.proxy import commands, layers, mode_specs
from mitmproxy.proxy.server import LiveConnectionHandler

from kidgate.addons import engine
from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings, TierRow
from kidgate.proxy import host
from kidgate.proxy.ca import ensure_ca
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.handler import GatewayHandler, Hooks
from kidgate.proxy.peers import Peer
from kidgate.proxy.resolver import JudgedLoop
from tests.e2e.origin import Origin
from tests.e2e.pki import Authority
from tests.proxy.stand import NOW, Kept, gateway, until

NAMES = ("good.example", "bad.example", "bank.example")
KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="
REGULAR = mode_specs.ProxyMode.parse("regular")
# Before anything of ours is put in: what it is compared with.
THEIRS = [(owner, name, getattr(owner, name)) for owner, name, _ in host.CHEAPER]
pytestmark = pytest.mark.usefixtures("installed")


class StockHandler(LiveConnectionHandler):
    """mitmproxy's own way: a task for every hook, with the same hooks."""

    hooks: Hooks

    async def handle_hook(self, hook: commands.StartHook) -> None:
        with self.timeout_watchdog.disarm():
            waiting = self.hooks.call(hook.name, hook.args()[0])
            if waiting is not None:
                await waiting

    def cut(self) -> None:
        writer = self.transports[self.client].writer
        assert isinstance(writer, asyncio.StreamWriter)
        writer.transport.abort()


@dataclass
class Door:
    """A proxy on loopback within the running loop."""

    heart: Gateway
    hooks: Hooks
    options: Options
    stock: bool = False
    head_seconds: float = 5.0
    idle_seconds: float = 5.0
    port: int = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler: Any
        if self.stock:
            handler = StockHandler(reader, writer, self.options, REGULAR)
            handler.hooks = self.hooks
        else:
            handler = GatewayHandler(
                reader,
                writer,
                self.options,
                REGULAR,
                self.hooks,
                head_seconds=self.head_seconds,
                idle_seconds=300,
            )
            handler.timeout_watchdog.timeout = self.idle_seconds
        handler.layer = layers.modes.HttpProxy(handler.layer.context)
        self.heart.peers.add(handler.client.id, Peer(handler, "127.0.0.1"))
        try:
            await handler.handle_client()
        finally:
            self.heart.peers.remove(handler.client.id)
            writer.transport.abort()


@dataclass
class Town:
    """Two sites, a certificate authority each for them and for us."""

    site: Origin
    secure: Origin
    roots: Path
    ca: Path

    def rows(self, *more: int) -> PolicyRows:
        return PolicyRows(
            settings=Settings(
                ports=(80, 443, self.site.port, self.secure.port, *more),
                unknown_tier="test",
                private_allowed=("127.0.0.1/32",),
            ),
            tiers=(TierRow("test", journal=JournalLevel.URL),),
            profiles=(ProfileRow("mai", tier="test"),),
            devices=(DeviceRow("tablet", of="mai", addresses=("127.0.0.1",)),),
            rules=(
                RuleRow(1, "everyone", "bad.example", Action.BLOCK),
                RuleRow(2, "everyone", "bank.example", Action.PASS),
            ),
        )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    root = tmp_path_factory.mktemp("town")
    authority = Authority.make(root)
    ca = root / "ca"
    ca.mkdir()
    ensure_ca(ca, now=NOW)
    with Origin() as site, Origin(tls=authority.context(*NAMES)) as secure:
        yield Town(site, secure, authority.pem, ca)


@contextlib.asynccontextmanager
async def opened(town: Town, *ports: int, **fields: Any) -> AsyncIterator[Door]:
    """A door for the time of the block; `ports` are reached beside the town's own."""
    heart = gateway(Kept(), dict.fromkeys(NAMES, ("127.0.0.1",)), town.rows(*ports))
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JudgedLoop)
    loop.resolver = heart.resolver
    options, chain = engine.start(heart, town.ca, town.roots)
    door = Door(heart, chain, options, **fields)
    server = await asyncio.start_server(door.accept, "127.0.0.1", 0)
    door.port = server.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.close()
        for peer in list(heart.peers.by_id.values()):
            peer.handler.cut()
        await until(lambda: not heart.peers.by_id)


def run(main: Awaitable[Any]) -> Any:
    async def whole() -> Any:
        return await main

    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        return runner.run(whole())


async def read_one(reader: asyncio.StreamReader) -> bytes:
    """A whole answer with a Content-Length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = [
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    ]
    return head + (await reader.readexactly(length[0]) if length else b"")


async def dial(door: Door) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", door.port)


# The same traffic by both paths


async def kept(door: Door, town: Town) -> bytes:
    reader, writer = await dial(door)
    answers = b""
    for path in ("/1", "/2", "/3"):
        place = f"good.example:{town.site.port}"
        writer.write(f"GET http://{place}{path} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
        answers += await read_one(reader)
    writer.close()
    return answers


async def pipelined(door: Door, town: Town) -> bytes:
    """Three requests at once, one of them stopped, inside TLS."""
    place = f"good.example:{town.secure.port}"
    reader, writer = await tunnel(door, place)
    await writer.start_tls(trusting(town.ca / "kidgate-ca.pem"), server_hostname="good.example")
    hosts = (place, place, f"bad.example:{town.secure.port}")
    heads = [f"GET /{n} HTTP/1.1\r\nHost: {host}\r\n\r\n" for n, host in enumerate(hosts)]
    writer.write("".join(heads).encode())
    answers = b"".join([await read_one(reader) for _ in heads])
    writer.close()
    return answers


async def post(door: Door, town: Town) -> bytes:
    reader, writer = await dial(door)
    place = f"good.example:{town.site.port}"
    writer.write(
        f"POST http://{place}/p HTTP/1.1\r\nHost: {place}\r\n"
        "Content-Length: 10\r\n\r\n12345".encode()
    )
    await asyncio.sleep(0.01)
    writer.write(b"67890")
    answer = await read_one(reader)
    writer.close()
    return answer


async def blocked(door: Door, town: Town) -> bytes:
    """Two stopped requests and one that passes, on one connection."""
    reader, writer = await dial(door)
    answers = b""
    for name in ("bad", "good", "bad"):
        place = f"{name}.example:{town.site.port}"
        writer.write(f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
        answers += await read_one(reader)
    writer.close()
    return answers


async def malformed(door: Door, town: Town) -> bytes:
    reader, writer = await dial(door)
    writer.write(b"GET http://good.example/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    return await reader.read()


async def tunnel(door: Door, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await dial(door)
    writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    return reader, writer


def trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


async def tls(door: Door, town: Town) -> bytes:
    answers = b""
    for name in ("good.example", "bad.example"):
        place = f"{name}:{town.secure.port}"
        reader, writer = await tunnel(door, place)
        await writer.start_tls(trusting(town.ca / "kidgate-ca.pem"), server_hostname=name)
        for _ in range(2):
            writer.write(f"GET / HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            answers += await read_one(reader)
        writer.close()
    return answers


async def spliced(door: Door, town: Town) -> bytes:
    place = f"bank.example:{town.secure.port}"
    reader, writer = await tunnel(door, place)
    await writer.start_tls(trusting(town.roots), server_hostname="bank.example")
    writer.write(f"GET / HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
    answer = await read_one(reader)
    writer.close()
    return answer


async def upgraded(
    door: Door, town: Town
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    reader, writer = await dial(door)
    place = f"good.example:{town.site.port}"
    writer.write(
        f"GET http://{place}/chat HTTP/1.1\r\nHost: {place}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
    )
    return reader, writer, await reader.readuntil(b"\r\n\r\n")


async def websocket(door: Door, town: Town) -> bytes:
    reader, writer, answer = await upgraded(door, town)
    for text in (b"hello", b"again"):
        writer.write(b"\x81\x85\0\0\0\0" + text)
        answer += await reader.readexactly(7)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "traffic",
    [kept, pipelined, post, blocked, malformed, tls, spliced, websocket],
    ids=lambda f: f.__name__,
)
def test_inline_hooks_give_the_same_bytes_as_the_tasks_of_mitmproxy(
    town: Town,
    traffic: Callable[[Door, Town], Awaitable[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def both() -> list[tuple[bytes, list[bytes], list[str]]]:
        found = []
        for stock in (False, True):
            if stock:
                for owner, name, own in THEIRS:
                    monkeypatch.setattr(owner, name, own)
            town.site.forget()
            town.secure.forget()
            async with opened(town, stock=stock) as door:
                answer = await asyncio.wait_for(traffic(door, town), 10)
            reasons = [entry.reason for entry in door.heart.recorder.entries]  # type: ignore[attr-defined]
            found.append((answer, [*town.site.seen, *town.secure.seen], reasons))
        return found

    ours, theirs = run(both())
    assert ours[0]
    assert ours == theirs


# Deadlines


async def ends(reader: asyncio.StreamReader, seconds: float = 3.0) -> bytes:
    """What still comes until the connection is gone; TimeoutError when it stays."""
    try:
        return await asyncio.wait_for(reader.read(), seconds)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "sent", [b"", b"GET http://good.example/ HTTP/1.1\r\nHost: good.ex"], ids=["silent", "half"]
)
def test_client_is_cut_when_its_head_does_not_come(town: Town, sent: bytes) -> None:
    async def main() -> bytes:
        async with opened(town, head_seconds=0.05) as door:
            reader, writer = await dial(door)
            writer.write(sent)
            return await ends(reader)

    assert run(main()) == b""


def test_slow_client_is_cut_though_it_sends_a_byte_now_and_then(town: Town) -> None:
    async def main() -> int:
        async with opened(town, head_seconds=0.08) as door:
            _, writer = await dial(door)
            sent = 0
            while sent < 400 and (door.heart.peers.by_id or not sent):
                writer.write(b"G")
                sent += 1
                await asyncio.sleep(0.01)
            return sent

    assert run(main()) < 400


def test_second_head_has_its_deadline_too(town: Town) -> None:
    async def main() -> bytes:
        async with opened(town, head_seconds=0.15) as door:
            reader, writer = await dial(door)
            place = f"good.example:{town.site.port}"
            writer.write(f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            await read_one(reader)
            writer.write(b"GET http://good")
            return await ends(reader)

    assert run(main()) == b""


def test_idle_connection_is_closed(town: Town) -> None:
    async def main() -> bytes:
        async with opened(town, idle_seconds=0.1) as door:
            reader, writer = await dial(door)
            place = f"good.example:{town.site.port}"
            writer.write(f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            await read_one(reader)
            return await ends(reader)

    assert run(main()) == b""


def test_kept_connection_is_not_cut_between_requests(town: Town) -> None:
    async def main() -> bytes:
        async with opened(town, head_seconds=0.08) as door:
            reader, writer = await dial(door)
            place = f"good.example:{town.site.port}"
            request = f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()
            writer.write(request)
            await read_one(reader)
            await asyncio.sleep(0.16)
            writer.write(request)
            return await read_one(reader)

    assert run(main()).startswith(b"HTTP/1.1 200")


def test_websocket_is_not_taken_for_a_slow_head(town: Town) -> None:
    async def main() -> bytes:
        async with opened(town, head_seconds=0.1) as door:
            reader, writer, _ = await upgraded(door, town)
            writer.write(b"\x81\x85\0\0\0\0hello")
            await reader.readexactly(7)
            await asyncio.sleep(0.2)
            writer.write(b"\x81\x85\0\0\0\0again")
            return await reader.readexactly(7)

    assert run(main()).endswith(b"again")


def test_tls_that_nobody_opens_is_not_taken_for_a_slow_head(town: Town) -> None:
    async def main() -> bytes:
        async with opened(town, head_seconds=0.15) as door:
            place = f"bank.example:{town.secure.port}"
            reader, writer = await tunnel(door, place)
            await writer.start_tls(trusting(town.roots), server_hostname="bank.example")
            await asyncio.sleep(0.2)
            writer.write(f"GET / HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            return await read_one(reader)

    assert run(main()).startswith(b"HTTP/1.1 200")


def test_slow_response_is_not_taken_for_a_slow_head_when_requests_were_pipelined(
    town: Town,
) -> None:
    async def main() -> bytes:
        async with slow_site() as port, opened(town, port, head_seconds=0.1) as door:
            place = f"good.example:{port}"
            reader, writer = await dial(door)
            request = f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()
            writer.write(request + request)
            await read_one(reader)
            return await read_one(reader)

    assert run(main()).endswith(b"ab")


@contextlib.asynccontextmanager
async def slow_site() -> AsyncIterator[int]:
    """Its port; every body comes in two halves, 0.2 seconds apart."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na")
                await asyncio.sleep(0.2)
                writer.write(b"b")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def test_layer_that_fails_cuts_the_connection(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> bytes:
        async with opened(town) as door:
            reader, writer = await dial(door)
            await until(lambda: door.heart.peers.by_id)

            def broken(event: object) -> Iterator[commands.Command]:
                raise RuntimeError("broken layer")

            (peer,) = door.heart.peers.by_id.values()
            monkeypatch.setattr(peer.handler.layer, "handle_event", broken)
            writer.write(b"GET / HTTP/1.1\r\n")
            return await ends(reader)

    assert run(main()) == b""

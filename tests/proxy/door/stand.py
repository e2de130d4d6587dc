"""A door within the running loop, with a gateway's heart behind it and a listening origin that
remembers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kidgate.addons import engine
from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings, TierRow
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.listener import Listeners
from kidgate.proxy.resolver import JudgedLoop
from tests.proxy.stand import LIMITS, Kept, gateway, until

NAMES = ("good.example", "bad.example", "other.example")
TIER = TierRow("test", journal=JournalLevel.URL, ways_around={"address_literal": Action.BLOCK})


def rows(port: int) -> PolicyRows:
    """127.0.0.1 is a device that cannot be decrypted, 127.0.0.5 one that can."""
    return PolicyRows(
        settings=Settings(
            ports=(80, 443, port), unknown_tier="test", private_allowed=("127.0.0.0/8",)
        ),
        tiers=(TIER,),
        profiles=(ProfileRow("mai", tier="test"),),
        devices=(
            DeviceRow("console", of="mai", addresses=("127.0.0.1",), trusts_ca=False),
            DeviceRow("tablet", of="mai", addresses=("127.0.0.5",)),
            DeviceRow(
                "phone",
                of="mai",
                login="phone",
                trusts_ca=False,
                # SHA-256 of `secret`
                password_hash="2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
            ),
        ),
        rules=(
            RuleRow(1, "everyone", "bad.example", Action.BLOCK),
            RuleRow(2, "device:phone", "other.example", Action.BLOCK),
        ),
    )


@dataclass
class Site:
    """Takes whatever comes; says `answer` once `wanted` bytes are there."""

    port: int = 0
    wanted: int = 0
    answer: bytes = b""
    seen: list[bytearray] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got = bytearray()
        self.seen.append(got)
        with contextlib.suppress(OSError):
            while more := await reader.read(65536):
                got += more
                if self.answer and len(got) == self.wanted:
                    writer.write(self.answer)
            writer.close()


@dataclass
class Door:
    heart: Gateway
    listeners: Listeners
    site: Site
    port: int

    @property
    def journal(self) -> list[Any]:
        found: list[Any] = self.heart.recorder.entries  # type: ignore[attr-defined]
        return found

    async def dial(
        self, address: str = "127.0.0.1"
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))

    async def say(self, data: bytes, address: str = "127.0.0.1") -> bytes:
        """Send, and read to the end."""
        reader, writer = await self.dial(address)
        writer.write(data)
        found = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return found


@contextlib.asynccontextmanager
async def opened(folder: Path, way: str = "explicit", **limits: Any) -> AsyncIterator[Door]:
    """`folder` has the CA (`ca`) and upstream roots (`roots.pem`)."""
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    hosts = dict.fromkeys(NAMES, ("127.0.0.1",))
    heart = gateway(Kept(), hosts, rows(site.port))
    heart.limits = replace(LIMITS, **limits)
    heart.peers.per_device = heart.limits.connections_per_device
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JudgedLoop)
    loop.resolver = heart.resolver
    options, chain = engine.start(heart, folder / "ca", folder / "roots.pem")
    listeners = Listeners(heart, chain, options)
    sock = socket.create_server(("127.0.0.1", 0))
    sock.setblocking(False)
    port = sock.getsockname()[1]
    listeners.open([(way, sock)])
    try:
        yield Door(heart, listeners, site, port)
    finally:
        listeners.close()
        await listeners.drained(0)
        assert await until(lambda: not heart.peers.by_id)
        assert not heart.open_visits and not heart.peers.counts
        server.close()


def run(main: Awaitable[Any]) -> Any:
    async def whole() -> Any:
        return await main

    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        return runner.run(whole())

"""What the proxy's tests stand on: options, a gateway's heart, layers without sockets."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from mitmproxy import master
from mitmproxy.addons import next_layer, proxyserver, tlsconfig
from mitmproxy.connection import Client, Connection, ConnectionState
from mitmproxy.options import Options
from mitmproxy.proxy import commands, events, layers
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HTTPMode

import kidgate.proxy.lean  # noqa: F401 - before mitmproxy's own addons
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    Settings,
    TierRow,
)
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.limits import Limits
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peers
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.resolver import Resolver

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIERS = (TierRow("plain", age_tier=True),)
ROWS = PolicyRows(
    settings=Settings(
        ports=(80, 443, 8080), private_allowed=("127.0.0.0/8",), unknown_tier="plain"
    ),
    profiles=(ProfileRow("mai", tier="plain"),),
    devices=(DeviceRow("tablet", of="mai", addresses=("127.0.0.1",)),),
    rules=(RuleRow(1, "everyone", "bad.example", Action.BLOCK),),
)
LIMITS = Limits(65_536, 20, 300, 16_384, 10, 10, 50, 100_000, 100_000, 3)


class Kept:
    """A recorder that remembers, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.entries: list[Any] = []
        self.fault = fault

    def next_id(self) -> str:
        return f"id-{len(self.entries)}"

    async def record(self, entry: Any) -> None:
        if self.fault is not None:
            raise self.fault
        self.entries.append(entry)

    note = record


def gateway(recorder: Any = None, hosts: Any = None, rows: PolicyRows = ROWS) -> Gateway:
    """A worker's heart with one blocked name."""
    return Gateway(
        snapshot=compile_snapshot(rows, Builtin(), tiers=TIERS, services=(), id="1"),
        recorder=cast(Recorder, recorder or Kept()),
        resolver=Resolver(hosts or {}),
        pages=Pages(),
        passes=Passes(b"k" * 32),
        peers=Peers(10, 10),
        limits=LIMITS,
        feeds=Path(),
        require_login=False,
        now=lambda: NOW,
    )


def all_options() -> Options:
    """mitmproxy's options with those of the addons that the engine loads."""

    async def made() -> Options:
        root = logging.getLogger()
        before = list(root.handlers)
        options = Options()
        host = master.Master(options)
        host.addons.add(proxyserver.Proxyserver(), next_layer.NextLayer(), tlsconfig.TlsConfig())
        root.handlers[:] = before
        return options

    return asyncio.run(made())


class Bench:
    """HTTP layers fed by hand: no socket, no event loop. `hooks` are called by name, at once."""

    def __init__(
        self, options: Options, hooks: dict[str, Callable[[Any], None]] | None = None
    ) -> None:
        self.client = Client(
            peername=("127.0.0.1", 50_000),
            sockname=("127.0.0.1", 8080),
            timestamp_start=0.0,
            state=ConnectionState.OPEN,
        )
        self.hooks = hooks or {}
        self.called: list[str] = []
        self.sent: dict[Connection, bytes] = {}
        self.dialled: list[Connection] = []
        self.closed: list[Connection] = []
        self.held: list[commands.StartHook] = []
        self.hold = ""  # the hook whose completion waits for `release`
        self._layer = layers.HttpLayer(Context(self.client, options), HTTPMode.regular)
        self._feed(events.Start())

    def _feed(self, event: events.Event) -> None:
        queue = deque([event])
        while queue:
            for command in self._layer.handle_event(queue.popleft()):
                queue.extend(self._obey(command))

    def _obey(self, command: commands.Command) -> list[events.Event]:
        match command:
            case commands.StartHook():
                self.called.append(command.name)
                if command.name == self.hold:
                    self.held.append(command)
                    return []
                self._run(command)
                return [events.HookCompleted(command)] if command.blocking else []
            case commands.OpenConnection():
                command.connection.state = ConnectionState.OPEN
                self.dialled.append(command.connection)
                return [events.OpenConnectionCompleted(command, None)]
            case commands.SendData():
                before = self.sent.get(command.connection, b"")
                self.sent[command.connection] = before + command.data
            case commands.CloseConnection():
                command.connection.state = ConnectionState.CLOSED
                self.closed.append(command.connection)
        return []

    def _run(self, hook: commands.StartHook) -> None:
        found = self.hooks.get(hook.name)
        if found is not None:
            found(hook.args()[0])

    def release(self) -> None:
        """Let the held hook run and complete."""
        hook = self.held.pop()
        self._run(hook)
        self._feed(events.HookCompleted(hook))

    def client_sends(self, data: bytes) -> bytes:
        """Everything that the client has been sent so far."""
        self._feed(events.DataReceived(self.client, data))
        return self.answer

    def origin_sends(self, data: bytes) -> bytes:
        self._feed(events.DataReceived(self.dialled[-1], data))
        return self.answer

    @property
    def answer(self) -> bytes:
        return self.sent.get(self.client, b"")

    @property
    def origin_got(self) -> bytes:
        return self.sent.get(self.dialled[-1], b"") if self.dialled else b""


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> bool:
    """Wait for something that happens in this loop."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.005)
    return True


def waited(work: Awaitable[Any]) -> Any:
    async def main() -> Any:
        return await work

    return asyncio.run(main())

"""One worker process: `python -m kidgate.addons.worker`, its spec on standard input.

Holds the snapshot and the index, never the database. Ends when its channel to the supervisor does.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kidgate.addons import engine
from kidgate.documents.home import Home
from kidgate.documents.name_servers import parse_name_server
from kidgate.documents.spool import Spool
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy import ca, capabilities, control, garbage, host, logs
from kidgate.proxy.clock import clock
from kidgate.proxy.content.house import analysers_of, own_key
from kidgate.proxy.content.pictures import longest
from kidgate.proxy.descriptors import make_room
from kidgate.proxy.dns.given import Given
from kidgate.proxy.door.caller import Inside
from kidgate.proxy.first_seen import FirstSeen
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.guests import turn_away
from kidgate.proxy.link import Link
from kidgate.proxy.listener import Listeners
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peers
from kidgate.proxy.pinned.learned import Pinned
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.reload import Watch, index_of
from kidgate.proxy.resolver import JudgedLoop, Resolver
from kidgate.proxy.spec import WorkerSpec
from kidgate.proxy.time_used.left import Left
from kidgate.proxy.time_used.notes import Notes
from kidgate.proxy.usage import Usage
from kidgate.proxy.who.known import Who
from kidgate.proxy.who.leases import Leases
from kidgate.proxy.who.neighbours import Neighbours
from kidgate.proxy.who.sessions import Sessions
from kidgate.proxy.who.telling import tell

if TYPE_CHECKING:
    from mitmproxy.connection import Connection

    from kidgate.proxy.dns.server import DnsServer
    from kidgate.proxy.dns.upstream import Upstream
    from kidgate.proxy.wireguard.tunnels import Tunnels

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
BEAT_SECONDS = 1.0
SAVE_BEATS = 30
RECHECK_SECONDS = 10.0
FIRST_SECONDS = 30.0


class Worker:
    def __init__(self, spec: WorkerSpec) -> None:
        home = Home(Path(spec.home))
        self.spec = spec
        self.watch = Watch(home.snapshot)
        self.link = Link(home.socket)
        self.upstream = upstream_of(spec)
        self.resolver = Resolver(spec.hosts, timeout=spec.resolver_seconds, servers=self.upstream)
        snapshot = first_snapshot(self.watch)
        first_seen = FirstSeen(home.first_seen)
        pages = Pages(language=spec.language, ca_certificate=(home.ca / ca.PUBLIC).read_bytes())
        spool = Spool(home.spool, f"worker-{spec.slot}", spec.limits.spool_bytes)
        self.gateway = Gateway(
            snapshot=snapshot.with_index(None).with_memory(first_seen).with_web(spec.web_ports),
            first_seen=first_seen,
            usage=Usage(Left(home.minutes), Notes(clock(), spool=home.usage(spec.slot))),
            recorder=Recorder(self.link, spool, wait=spec.limits.journal_wait_ms / 1000),
            resolver=self.resolver,
            pages=pages,
            passes=Passes(bytes.fromhex(spec.pass_key)),
            peers=Peers(spec.limits.connections_per_device, make_room(spec.limits.connections)),
            limits=spec.limits,
            feeds=home.feeds,
            require_login=spec.require_login,
            now=clock(),
            who=Who(
                Neighbours(),
                Leases([*map(Path, spec.leases)]),
                Sessions(home.sessions),
                keeper=self.link,
            ),
            pinned=Pinned(home.pinned),
            analysers=analysers_of(home),
        )
        self.gateway.explicit = explicit_places(spec)
        self.coverage = home.coverage(spec.slot)
        self.gateway.coverage.load(self.coverage)
        self.gateway.usage.notes.take_back()
        self.control = socket.socket(fileno=spec.control)
        self.control.setblocking(False)
        self.ca = home.ca
        self.dns: DnsServer | None = None
        self.tunnels: list[Tunnels] = []
        self.draining: asyncio.Task[None] | None = None
        self.turned_away: set[asyncio.Task[None]] = set()
        self.told_index = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        if isinstance(loop, JudgedLoop):
            loop.resolver = self.resolver
        host.install(
            max_head=self.spec.limits.header_bytes,
            max_held=self.spec.limits.held_bytes,
            error_page=self.gateway.pages.error,
            on_refused=lambda client, why: logger.info("refused a request head: %s", why),
            on_guest=self._turn_away,
            longest=partial(longest, self.gateway),
        )
        options, chain = engine.start(self.gateway, self.ca, Path(self.spec.trusted))
        self.listeners = Listeners(self.gateway, chain, options)
        ended = asyncio.Event()
        loop.add_reader(self.control.fileno(), self._heard, ended)
        tasks = [
            asyncio.create_task(work)
            for work in (
                self.link.run(),
                self._beat(),
                self._recheck(),
                tell(self.gateway.who, self.link),
                self.gateway.first_seen.tell(self.link),
                self.gateway.usage.tell(self.link, lambda: self.gateway.snapshot),
            )
        ]
        await self.told_index.wait()
        # To read the lists beside the first children would make these wait far longer.
        await self.gateway.analysers.look()
        tasks.append(asyncio.create_task(self._look()))
        doors = [(way, socket.socket(fileno=fd)) for way, fd in self.spec.listening]
        self.listeners.open((way, sock) for way, sock in doors if way != "dns")
        await self._open_dns([sock for way, sock in doors if way == "dns"])
        tasks += self._open_tunnels(Inside(self.gateway, chain, options))
        garbage.settle()
        self._say({"ready": True})
        await ended.wait()
        await self.gateway.usage.tell_once(self.link, self.gateway.snapshot, last=True)
        for task in tasks:
            task.cancel()
        if self.gateway.analysers.pictures is not None:
            await self.gateway.analysers.pictures.close()
        self.gateway.coverage.save(self.coverage)

    def _turn_away(self, client: Connection) -> None:
        """mitmproxy closes it already; the journal need not hold that up."""
        peer = self.gateway.peers.by_id.get(client.id)
        if peer is not None:
            task = asyncio.create_task(turn_away(self.gateway, peer, 443 if client.tls else 80))
            self.turned_away.add(task)
            task.add_done_callback(self.turned_away.discard)

    async def _open_dns(self, sockets: list[socket.socket]) -> None:
        if (sockets or self.spec.wireguard) and self.upstream is not None:
            from kidgate.proxy.dns.server import DnsServer
            from kidgate.proxy.dns.stage import Names

            given = self.gateway.given = Given(self.spec.given)
            self.dns = DnsServer(Names(self.gateway, self.upstream, self.spec.dns, given))
            await self.dns.open(sockets)

    def _open_tunnels(self, inside: Inside) -> list[asyncio.Task[None]]:
        if not self.spec.wireguard:
            return []
        from kidgate.proxy.wireguard.keys import server_key
        from kidgate.proxy.wireguard.tunnels import Tunnels

        try:
            key = server_key(Home(Path(self.spec.home)).wireguard)
        except OSError as fault:
            logger.error("no tunnel is opened: %s", fault)
            return []
        self.tunnels = [Tunnels(inside, self.dns, key, *place) for place in self.spec.wireguard]
        return [asyncio.create_task(tunnels.keep()) for tunnels in self.tunnels]

    def _heard(self, ended: asyncio.Event) -> None:
        try:
            message, fds = control.receive(self.control)
        except BlockingIOError:
            return
        except OSError:
            message, fds = None, []
        if message is None:
            ended.set()
        elif "index" in message:
            self._take_index(fds)
        elif "drain" in message:
            self.draining = asyncio.create_task(self._drain(float(message["drain"]), ended))

    def _take_index(self, fds: list[int]) -> None:
        """Without an index, or with a broken one, the gateway opens its doors and blocks."""
        index = index_of(fds) if fds else None
        if index is not None:
            self.gateway.snapshot = self.gateway.snapshot.with_index(index)
        self.told_index.set()

    async def _drain(self, seconds: float, ended: asyncio.Event) -> None:
        self.listeners.close()
        if self.dns is not None:
            self.dns.close()
        for tunnels in self.tunnels:
            tunnels.close()
        await self.listeners.drained(seconds)
        ended.set()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            snapshot = self.watch.load()
            if snapshot is not None:
                self._swap(snapshot)
            self.gateway.pinned.look()
            await self.gateway.analysers.look()
            self.gateway.first_seen.file.look()
            if self.gateway.who.sessions.look() | self.gateway.usage.left.look():
                self.gateway.recheck()

    def _swap(self, snapshot: PolicySnapshot) -> None:
        self.gateway.analysers.own_key = own_key(Home(Path(self.spec.home)))
        held = self.gateway.snapshot
        snapshot = snapshot.with_index(held.index).with_memory(held.new_here)
        self.gateway.snapshot = snapshot.with_web(held.web_ports)
        logger.info("policy version %s is in force", snapshot.id)
        self.gateway.recheck()
        garbage.discard()

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            self.gateway.recheck()

    async def _beat(self) -> None:
        for beat in itertools.count(1):
            self._say({"beat": self._health()})
            if beat % SAVE_BEATS == 0:
                self.gateway.coverage.save(self.coverage)
            await asyncio.sleep(BEAT_SECONDS)

    def _health(self) -> dict[str, Any]:
        return {
            "policy": self.gateway.snapshot.id,
            "policy_fault": self.watch.fault,
            "resolver_fault": self.resolver.fault,
            "keeper": self.link.up,
            "tunnel_fault": " ".join(tunnels.fault for tunnels in self.tunnels if tunnels.fault),
            "connections": len(self.gateway.peers.by_id),
            **asdict(self.gateway.tally),
            "journal": asdict(self.gateway.recorder.counts),
        }

    def _say(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            control.send(self.control, message)


def explicit_places(spec: WorkerSpec) -> tuple[tuple[str, int], ...]:
    """Where the explicit proxy listens: address and port."""
    found = []
    for way, fd in spec.listening:
        if way == "explicit":
            with socket.socket(fileno=os.dup(fd)) as sock:
                found.append(sock.getsockname()[:2])
    return tuple(found)


def upstream_of(spec: WorkerSpec) -> Upstream | None:
    """The name servers of the spec; None: the system's resolver is asked. dnspython is 3 MB, for
    those who want it."""
    if not spec.name_servers:
        return None
    from kidgate.proxy.dns.transports import transport
    from kidgate.proxy.dns.upstream import Upstream

    servers = [parse_name_server(text) for text in spec.name_servers]
    asked = [(server, transport(server, spec.trusted)) for server in servers]
    return Upstream(asked, timeout=spec.resolver_seconds)


def first_snapshot(watch: Watch) -> PolicySnapshot:
    """The keeper may be making it just now. SystemExit when there is none in time."""
    deadline = time.monotonic() + FIRST_SECONDS
    while time.monotonic() < deadline:
        snapshot = watch.load()
        if snapshot is not None:
            return snapshot
        time.sleep(LOOK_SECONDS / 5)
    raise SystemExit(f"no policy could be loaded: {watch.fault}")


def main() -> None:
    capabilities.drop()
    spec = WorkerSpec.load(sys.stdin.buffer.read())
    logs.set_up(f"worker-{spec.slot}", level=spec.log_level, lines=spec.log_lines)
    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        runner.run(Worker(spec).run())


if __name__ == "__main__":
    main()

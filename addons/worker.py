"""One worker process: `python -m kidgate.addons.worker`, its spec on standard input.

Holds the snapshot and the index, never the database. Ends when its channel to the supervisor does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kidgate.addons import engine
from kidgate.documents.home import Home
from kidgate.documents.spool import Spool
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy import ca, control, garbage, host, logs
from kidgate.proxy.clock import clock
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import Link
from kidgate.proxy.listener import Listener
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peers
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.reload import Watch, index_of
from kidgate.proxy.resolver import JudgedLoop, Resolver
from kidgate.proxy.spec import WorkerSpec

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
BEAT_SECONDS = 1.0
RECHECK_SECONDS = 10.0
FIRST_SECONDS = 30.0


class Worker:
    def __init__(self, spec: WorkerSpec) -> None:
        home = Home(Path(spec.home))
        self.spec = spec
        self.watch = Watch(home.snapshot)
        self.link = Link(home.socket)
        self.resolver = Resolver(spec.hosts, timeout=spec.resolver_seconds)
        snapshot = first_snapshot(self.watch)
        pages = Pages(language=spec.language, ca_certificate=(home.ca / ca.PUBLIC).read_bytes())
        spool = Spool(home.spool, f"worker-{spec.slot}", spec.limits.spool_bytes)
        self.gateway = Gateway(
            snapshot=snapshot.with_index(None),
            recorder=Recorder(self.link, spool, wait=spec.limits.journal_wait_ms / 1000),
            resolver=self.resolver,
            pages=pages,
            passes=Passes(bytes.fromhex(spec.pass_key)),
            peers=Peers(spec.limits.connections_per_device, spec.limits.connections),
            limits=spec.limits,
            feeds=home.feeds,
            require_login=spec.require_login,
            now=clock(),
        )
        self.control = socket.socket(fileno=spec.control)
        self.control.setblocking(False)
        self.ca = home.ca
        self.draining: asyncio.Task[None] | None = None
        self.told_index = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        if isinstance(loop, JudgedLoop):
            loop.resolver = self.resolver
        host.install(
            max_head=self.spec.limits.header_bytes,
            error_page=self.gateway.pages.error,
            on_refused=lambda client, why: logger.info("refused a request head: %s", why),
        )
        options, chain = engine.start(self.gateway, self.ca, Path(self.spec.trusted))
        self.listener = Listener(self.gateway, chain, options)
        ended = asyncio.Event()
        loop.add_reader(self.control.fileno(), self._heard, ended)
        tasks = [
            asyncio.create_task(work)
            for work in (self.link.run(), self._look(), self._beat(), self._recheck())
        ]
        await self.told_index.wait()
        await self.listener.open([socket.socket(fileno=fd) for fd in self.spec.listening])
        garbage.settle()
        self._say({"ready": True})
        await ended.wait()
        for task in tasks:
            task.cancel()

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
        index = index_of(fds[0]) if fds else None
        if index is not None:
            self.gateway.snapshot = self.gateway.snapshot.with_index(index)
        self.told_index.set()

    async def _drain(self, seconds: float, ended: asyncio.Event) -> None:
        self.listener.close()
        await self.listener.drained(seconds)
        ended.set()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            snapshot = self.watch.load()
            if snapshot is not None:
                self._swap(snapshot)

    def _swap(self, snapshot: PolicySnapshot) -> None:
        self.gateway.snapshot = snapshot.with_index(self.gateway.snapshot.index)
        logger.info("policy version %s is in force", snapshot.id)
        self.gateway.recheck()
        garbage.discard()

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            self.gateway.recheck()

    async def _beat(self) -> None:
        while True:
            self._say({"beat": self._health()})
            await asyncio.sleep(BEAT_SECONDS)

    def _health(self) -> dict[str, Any]:
        return {
            "policy": self.gateway.snapshot.id,
            "policy_fault": self.watch.fault,
            "resolver_fault": self.resolver.fault,
            "keeper": self.link.up,
            "connections": len(self.gateway.peers.by_id),
            **asdict(self.gateway.tally),
            "journal": asdict(self.gateway.recorder.counts),
        }

    def _say(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            control.send(self.control, message)


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
    spec = WorkerSpec.load(sys.stdin.buffer.read())
    logs.set_up(f"worker-{spec.slot}", level=spec.log_level, lines=spec.log_lines)
    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        runner.run(Worker(spec).run())


if __name__ == "__main__":
    main()

"""`kidgate up`: one keeper, N workers, one place that knows whether they are well.

It owns the listening sockets and the sealed index, restarts what dies or hangs, and writes what it
sees to `run/health.json`. It decides nothing and touches no database.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from kidgate.documents.config import Config
from kidgate.documents.home import Home
from kidgate.lists.faults import IndexFault
from kidgate.lists.seal import Sealed, seal
from kidgate.proxy import renewal
from kidgate.proxy.children import Child
from kidgate.proxy.dns import given
from kidgate.proxy.dns.setup import AsksItself, name_servers_of, settings_of
from kidgate.proxy.limits import Limits
from kidgate.proxy.netfilter.plan import NoGateway, plan_of
from kidgate.proxy.netfilter.table import table_text
from kidgate.proxy.notify import Notify
from kidgate.proxy.sockets import CannotListen, Open, listening_sockets
from kidgate.proxy.spec import WorkerSpec

logger = logging.getLogger(__name__)
KEEPER_SECONDS = 20.0  # how long the first snapshot may take
LOOK_SECONDS = 0.5
DRAIN_SECONDS = 3.0
# Tests put a worker with one broken part in its place.
WORKER = os.environ.get("KIDGATE_WORKER_MODULE", "kidgate.addons.worker")
DASHBOARD = "kidgate.console.web"


class CannotStart(RuntimeError):
    """The gateway cannot come up; the message says what to do."""


class Supervisor:
    def __init__(self, config: Config) -> None:
        self.config = config
        self.home = Home(config.home)
        self.index: Sealed | None = None
        self.index_seen: tuple[int, int, int] | None = None
        self.index_fault = ""
        self.keeper_waited = False  # the keeper had its chance to make an index and a policy
        self.ended = asyncio.Event()
        self.renewal = asyncio.Event()
        self.generation = 0
        self.sockets: list[list[Open]] = []
        self.given_fd = given.make()
        self.pass_key = secrets.token_hex(32)
        self.keeper = Child("keeper", "kidgate.keeper", self._keeper_spec)
        self.workers: list[Child] = []
        self.web: list[Open] = []  # scheme, socket
        self.web_fault = ""
        self.dashboard: Child | None = None
        self.notify = Notify()

    async def run(self, say: Callable[[str], None]) -> None:
        """Until SIGTERM or SIGINT. Raises CannotListen, CannotStart or OSError."""
        self._make_certificates()
        try:
            self.name_servers = tuple(map(str, name_servers_of(self.config)))
        except AsksItself as fault:
            raise CannotStart(str(fault)) from fault
        places = [(listener.way, listener.host, listener.port) for listener in self.config.listen]
        self.sockets = listening_sockets(places, self.config.workers)
        self._open_web()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ended.set)
        if not sys.stdin.isatty():  # there it means that the terminal was closed
            loop.add_signal_handler(signal.SIGHUP, self.renewal.set)
        self._look_at_index()
        self.workers = [self._worker(slot) for slot in range(self.config.workers)]
        tasks = [asyncio.create_task(child.keep()) for child in (self.keeper, *self.workers)]
        try:
            await self._first_snapshot()
            tasks.append(asyncio.create_task(self._look()))
            if self.dashboard is not None:
                tasks.append(asyncio.create_task(self.dashboard.keep()))
            await self._until_ready(say)
            tasks.append(asyncio.create_task(self._renew()))
            await self.ended.wait()
        finally:
            self.notify.say("STOPPING=1")
            for _, sock in (s for slot in (*self.sockets, self.web) for s in slot):
                sock.close()
            others = [self.dashboard] if self.dashboard is not None else []
            await asyncio.gather(*(c.stop(DRAIN_SECONDS) for c in (*self.workers, *others)))
            await self.keeper.stop(1.0)
            for task in tasks:
                task.cancel()
            self.home.health.unlink(missing_ok=True)

    def _open_web(self) -> None:
        places = self.config.dashboard.listen
        if not places:
            return
        try:
            (self.web,) = listening_sockets([(p.scheme, p.host, p.port) for p in places], 1)
        except CannotListen as fault:
            # Children are protected all the same.
            self.web_fault = str(fault)
            logger.error("there is no dashboard: %s", fault)
            return
        self.dashboard = self._new_dashboard()

    def _new_dashboard(self) -> Child:
        inherits = tuple(sock.fileno() for _, sock in self.web)
        return Child("dashboard", DASHBOARD, self._dashboard_spec, inherits, on_link=self._say_link)

    def _say_link(self, path: str) -> None:
        """Where the first owner begins: for the people at the terminal, who see standard error."""
        place = self.config.dashboard.url or str(self.config.dashboard.listen[0])
        print(
            f"Set up Kidgate in a browser: {place.rstrip('/')}{path}", file=sys.stderr, flush=True
        )

    def _dashboard_spec(self, channel: int) -> bytes:
        dashboard = self.config.dashboard
        fields = {
            "home": str(self.home.root),
            "database": self.config.database_url,
            "extra_ca": str(self.config.extra_ca or ""),
            "control": channel,
            "listening": [(scheme, sock.fileno()) for scheme, sock in self.web],
            "hosts": dict(self.config.resolver.hosts),
            "proxy": [str(listener) for listener in self.config.listen],
            "web_ports": [place.port for place in dashboard.listen],
            "allow": dashboard.allow,
            "names": dashboard.names,
            "url": dashboard.url or str(dashboard.listen[0]),
            "log_level": self.config.log.level,
            "log_lines": self.config.log.lines_per_second,
        }
        return json.dumps(fields).encode()

    def _make_certificates(self) -> None:
        # Cryptography is 10 MB: needed once, not for the life of this process.
        target = self.home.run / "upstream-roots.pem"
        extra = [str(self.config.extra_ca)] if self.config.extra_ca else []
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "kidgate.proxy.certificates",
                str(self.home.ca),
                str(target),
                *extra,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotStart(done.stderr.strip() or "the certificates could not be made")
        self.roots = target

    async def _first_snapshot(self) -> None:
        """Wait for the keeper's policy; with a damaged database, go on with the last one
        compiled."""
        events = (self.keeper.ready, self.keeper.failed, self.ended)
        waiting = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(waiting, timeout=KEEPER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        self.keeper_waited = True
        self._look_at_index()
        for worker in self.workers:
            self._hand_index(worker)
        if not self.home.snapshot.exists() and not self.ended.is_set():
            why = self.keeper.fault or "it did not answer"
            raise CannotStart(f"there is no policy, and the keeper cannot make one: {why}")

    async def _until_ready(self, say: Callable[[str], None]) -> None:
        waiting = asyncio.gather(*(w.ready.wait() for w in self.workers))
        ended = asyncio.create_task(self.ended.wait())
        await asyncio.wait((waiting, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not self.ended.is_set():
            self._write_health()
            self.notify.say("READY=1")
            say("ready " + " ".join(str(listener) for listener in self.config.listen))
        else:
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting

    def _worker(self, slot: int) -> Child:
        listening = tuple((way, sock.fileno()) for way, sock in self.sockets[slot])

        def spec(channel: int) -> bytes:
            config = self.config
            return WorkerSpec(
                slot=renewal.place_of(slot, self.generation),
                home=str(self.home.root),
                listening=listening,
                control=channel,
                language=config.locale,
                require_login=config.require_login,
                leases=tuple(map(str, config.who.leases)),
                hosts=dict(config.resolver.hosts),
                resolver_seconds=config.resolver.timeout_seconds,
                name_servers=self.name_servers,
                dns=settings_of(config),
                wireguard=self._wireguard() if slot == 0 else (),
                web_ports=tuple(place.port for place in self.config.dashboard.listen),
                given=self.given_fd,
                trusted=str(self.roots),
                pass_key=self.pass_key,
                log_level=config.log.level,
                log_lines=config.log.lines_per_second,
                limits=Limits(**asdict(config.limits)),
            ).dump()

        inherits = (*(fd for _, fd in listening), self.given_fd)
        return Child(f"worker-{slot}", WORKER, spec, inherits, on_start=self._hand_index)

    def _wireguard(self) -> tuple[tuple[str, int], ...]:
        listeners = self.config.listen
        return tuple((one.host, one.port) for one in listeners if one.way == "wireguard")

    def _keeper_spec(self, channel: int) -> bytes:
        fields = {
            "home": str(self.home.root),
            "database": self.config.database_url,
            "extra_ca": str(self.config.extra_ca or ""),
            "control": channel,
            "session_minutes": self.config.who.session_minutes,
            "dashboard_url": self.config.dashboard.url,
            "is_gateway": bool(self.config.gateway.interfaces),
            "rules": rules_of(self.config),
            "log_level": self.config.log.level,
            "log_lines": self.config.log.lines_per_second,
        }
        return json.dumps(fields).encode()

    # The index: sealed once here, shared by all workers, handed anew to each that starts.

    def _hand_index(self, worker: Child) -> None:
        """What there is; without one a worker opens its doors and blocks all but help lines."""
        if self.index is not None:
            worker.say({"index": True}, self.index)
        elif self.keeper_waited:
            worker.say({"index": False})

    def _look_at_index(self) -> bool:
        """Seal the index anew if its file is another one; the old stays when it is not sound."""
        try:
            stat = self.home.index.stat()
            seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if seen == self.index_seen:
                return False
            self.index_seen = seen
            index = seal(self.home.index)
        except (IndexFault, OSError) as fault:
            if str(fault) != self.index_fault:
                logger.error("the category index is not sound: %s", fault)
            self.index_fault = str(fault)
            return False
        if self.index is not None:
            self.index.close()
        self.index, self.index_fault = index, ""
        return True

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._look_at_index():
                for worker in self.workers:
                    self._hand_index(worker)
            self._write_health()
            if any(worker.ready.is_set() for worker in self.workers):
                self.notify.say("WATCHDOG=1")

    async def _renew(self) -> None:
        """At SIGHUP: every process anew, one after the other, and no connection cut for it."""
        while True:
            await self.renewal.wait()
            self.renewal.clear()
            self.notify.say("RELOADING=1")
            self.generation += 1
            for slot, old in enumerate(self.workers):
                self.workers[slot] = await renewal.replaced(old, self._worker(slot))
                self._hand_index(self.workers[slot])
            # Workers go on without it, and journal to their spools.
            await self.keeper.stop(DRAIN_SECONDS)
            self.keeper = Child("keeper", "kidgate.keeper", self._keeper_spec)
            await renewal.begun(self.keeper)
            if self.dashboard is not None:
                await self.dashboard.stop(DRAIN_SECONDS)
                self.dashboard = self._new_dashboard()
                await renewal.begun(self.dashboard)
            self.notify.say("READY=1")

    def _write_health(self) -> None:
        document = {
            "at": datetime.now(UTC).isoformat(),
            "pid": os.getpid(),
            "listening": [str(listener) for listener in self.config.listen],
            "index_fault": self.index_fault,
            "keeper": self.keeper.health,
            "dashboard": self.dashboard.health if self.dashboard is not None else None,
            "dashboard_fault": self.web_fault,
            "workers": [worker.health for worker in self.workers],
        }
        part = self.home.health.with_suffix(".part")
        try:
            part.write_text(json.dumps(document))
            part.replace(self.home.health)
        except OSError as fault:
            logger.error("the health file cannot be written: %s", fault)


def rules_of(config: Config) -> str:
    """The packet filter, for the keeper to see to; empty where this box is no gateway."""
    try:
        return table_text(plan_of(config, uid=os.geteuid() or None))
    except NoGateway:
        return ""


def run(config: Config) -> None:
    """The whole life of `kidgate up`."""

    def say(line: str) -> None:
        print(line, flush=True)

    async def main() -> None:
        await Supervisor(config).run(say)

    asyncio.run(main())

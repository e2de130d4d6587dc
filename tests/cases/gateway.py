"""One running gateway, seen from outside: started as a process, asked through its own files.

Only processes that this file started are ever signalled, and by their number.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kidgate.documents.home import Home
from tests.cases.world import ROOT

START_SECONDS = 90.0  # of a machine that others use too
STOP_SECONDS = 20.0
JOURNAL = (
    "SELECT first_at, child, device, tier, verdict, reason, category, host, url, source,"
    " address, count"
    " FROM journal"
)


class NotReady(RuntimeError):
    """The gateway did not come up; its log's last lines say why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal."""

    time: str
    child: str
    device: str
    tier: str
    verdict: str
    reason: str
    category: str
    host: str
    url: str
    source: str
    address: str
    count: int


@dataclass
class Gateway:
    """`faults` are arguments of `tests.cases.up`; `files` a limit of descriptors."""

    home: Home
    now: str
    log: Path  # outside of the home: a full disk must not take it
    faults: tuple[str, ...] = ()
    files: int | None = None
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def start(self, *, wait: bool = True) -> None:
        """Start it; with `wait`, until it says that it is ready. Raises NotReady."""
        command = [sys.executable, *self._program()]
        before = self._limit_files if self.files else None
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                preexec_fn=before,
            )
        self.said = []
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        if wait:
            self.until_ready(START_SECONDS)

    def _program(self) -> list[str]:
        config = str(self.home.root / "config.yaml")
        if self.faults:
            return ["-m", "tests.cases.up", config, *self.faults]
        return ["-m", "kidgate", "--config", config, "up"]

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        return {**os.environ, "PYTHONPATH": path, "KIDGATE_CLOCK": self.now}

    def _limit_files(self) -> None:
        assert self.files is not None
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)

    def until_ready(self, seconds: float) -> None:
        ready = until(
            lambda: any(s.startswith("ready") for s in self.said) or not self.alive, seconds
        )
        if not ready or not self.alive:
            tail = self.log.read_text(errors="replace")[-2000:]
            raise NotReady(f"the gateway is not ready: {tail}")

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end; what is left after its time is killed."""
        if self.process is None:
            return
        pids = [*self.pids()]
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in pids:
            if _is_ours(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process = None

    def kill(self, pid: int) -> None:
        """SIGKILL one of its processes."""
        if pid not in self.pids():
            raise ValueError(f"{pid} is no process of this gateway")
        os.kill(pid, signal.SIGKILL)

    def pids(self) -> list[int]:
        """The supervisor and everything it started, as they are now."""
        return [self.process.pid, *_descendants(self.process.pid)] if self.process else []

    def health(self) -> dict[str, Any]:
        """What `kidgate status` reads; empty when there is nothing."""
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads(self.home.health.read_text())
            return found
        return {}

    def worker_pids(self) -> list[int]:
        return [w["pid"] for w in self.health().get("workers", ()) if w["pid"]]

    def keeper_pid(self) -> int | None:
        pid: int | None = self.health().get("keeper", {}).get("pid")
        return pid

    def faults_shown(self) -> str:
        """Everything that is wrong, as far as the gateway says it."""
        health = self.health()
        keeper = health.get("keeper", {})
        texts = [
            health.get("index_fault", ""),
            keeper.get("fault", ""),
            keeper.get("journal_fault", ""),
        ]
        texts += [keeper.get("index_fault", "")]
        for worker in health.get("workers", ()):
            texts += [worker.get("fault", ""), worker.get("policy_fault", "")]
            texts += [worker.get("last_fault", "")]
        return "; ".join(text for text in texts if text)

    def journal(self) -> list[Row]:
        """Every line; the database is only read."""
        uri = f"file:{self.home.database}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5)) as database:
            return [Row(*row) for row in database.execute(JOURNAL)]

    def logged(self) -> int:
        """How many attempts the journal counts."""
        return sum(row.count for row in self.journal())

    def text_log(self) -> str:
        return self.log.read_text(errors="replace")

    def resident(self) -> int:
        """Bytes of memory of all its processes, shared pages counted once (PSS)."""
        return sum(map(_pss, self.pids()))


def until(happened: Callable[[], bool], seconds: float, *, every: float = 0.05) -> bool:
    """Wait for something; whether it happened in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


@contextlib.contextmanager
def running(gateway: Gateway) -> Iterator[Gateway]:
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    return found


def _is_ours(pid: int) -> bool:
    """Whether a process number still belongs to a process of a gateway."""
    with contextlib.suppress(OSError):
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"kidgate" in line or b"tests.cases" in line
    return False


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0

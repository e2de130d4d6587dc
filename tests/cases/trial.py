"""One fault: a gateway of its own, load, probes, and the invariants that must hold."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.cases.answers import Answer
from tests.cases.clients import Device
from tests.cases.context import ALLOWED as ALLOWED
from tests.cases.context import BYSTANDER, Watch, visit
from tests.cases.gateway import Gateway
from tests.cases.house import Houses
from tests.cases.load import Hit, Load, once
from tests.cases.measures import percentile
from tests.cases.stage import Stage
from tests.cases.steps import Step
from tests.cases.world import ROOT, Case

BLOCKED = "blocked.example"
HELPLINE = "helpline.example"
CHILD = "kid-tablet"
MIXED = (ALLOWED, BLOCKED)
STATUS_SECONDS = 30


class CannotPlay(RuntimeError):
    """This machine cannot make the fault; the message says what is missing."""


@dataclass
class Trial:
    """What a scenario makes and measures. Scenarios set what the invariants ask for."""

    case: Case
    stage: Stage
    deep: bool
    gateway: Gateway
    houses: Houses
    note: str = ""
    faults: list[str] = field(default_factory=list)  # found by the scenario itself
    hits: list[Hit] = field(default_factory=list)
    baseline: float = 0.0  # p99 of block answers without the fault
    recovered: float | None = None
    told: str = ""  # what the gateway said of the fault
    cut_after: float | None = None  # seconds until a slow client was cut
    watch: Watch | None = None
    log_size: int = 0
    counted: set[str] | None = None  # what the journal had, when its database is gone already
    device: Callable[[str], Device] = field(init=False)
    visit: Callable[[str], Step] = visit  # how a device asks for a page

    def __post_init__(self) -> None:
        self.device = self.stage.device

    def scaled(self, full: float, short: float) -> float:
        """The case's own size in a deep run, a short one otherwise; said in the note."""
        if not self.deep and short != full:
            self.note = f"{self.note} {short:g} instead of {full:g}".strip()
        return full if self.deep else short

    def start(self) -> None:
        self.gateway.start()
        self.stage.records.forget()

    def measure_baseline(self, count: int = 40) -> None:
        """Block answers before the fault, at 20 a second: what this machine can do now."""
        device = self.device(CHILD)
        hits = []
        for _ in range(count):
            hits.append(once(device, BLOCKED, self.visit))
            time.sleep(0.05)
        self.baseline = percentile([hit.wait for hit in hits], 99)

    @contextlib.contextmanager
    def load(self, hosts: Sequence[str], rate: float) -> Iterator[Load]:
        with Load(self.device(CHILD), hosts, rate, self.visit) as load:
            yield load
        self.hits += load.hits

    @contextlib.contextmanager
    def watching(self) -> Iterator[Watch]:
        """The memory of the gateway and a second device, while it lasts."""
        self.log_size = len(self.gateway.text_log())
        with Watch(self.gateway, self.device(BYSTANDER), memory=True) as self.watch:
            yield self.watch

    def probe(self, host: str, device: str = CHILD, seconds: float = 10.0) -> Answer:
        client = self.device(device)
        client.seconds = seconds
        return once(client, host, self.visit).answer

    def right(self, seconds: float = 2.0) -> bool:
        """Whether an allowed and a blocked name get their verdicts now."""
        allowed = self.probe(ALLOWED, seconds=seconds)
        if "allow" not in allowed.verdicts:
            return False
        return "block" in self.probe(BLOCKED, seconds=seconds).verdicts

    def measure_recovery(self, limit: float) -> None:
        """From now until verdicts are right again; not at all within three times the limit."""
        began = time.monotonic()
        while time.monotonic() - began < 3 * limit:
            if self.right():
                self.recovered = time.monotonic() - began
                return
            time.sleep(0.05)

    def status(self) -> list[dict[str, Any]]:
        """What `kidgate status` finds wrong."""
        command = [sys.executable, "-m", "kidgate", "--home", str(self.gateway.home.root)]
        done = subprocess.run(
            [*command, "status", "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=STATUS_SECONDS,
            check=False,
        )
        with contextlib.suppress(ValueError):
            document = json.loads(done.stdout)
            parts: list[dict[str, Any]] = document["parts"] + document["alerts"]
            return [part for part in parts if not part.get("well", False)]
        return [{"what": f"status failed: {done.stderr[-300:]}"}]

    def listen_for(self, *words: str, seconds: float = 20.0) -> None:
        """Wait until status says something about the fault, in one of these words."""
        deadline = time.monotonic() + seconds
        while True:
            found = json.dumps(self.status()).lower()
            for word in words:
                if word in found:
                    self.told = f"status: {word}"
                    return
            if time.monotonic() > deadline:
                self.faults.append(f"status does not tell of it: {found[:300]}")
                return
            time.sleep(0.5)

    def entries(self) -> set[str]:
        """The number of every attempt that the journal has counted."""
        if self.counted is not None:
            return self.counted
        uri = f"file:{self.gateway.home.database}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=10)) as database:
            return {row[0] for row in database.execute("SELECT id FROM journal_entries")}

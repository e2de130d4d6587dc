"""What is known about one case while it is judged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.cases.answers import Answer
from tests.cases.clients import Device
from tests.cases.gateway import Gateway, Row
from tests.cases.house_net import Packet
from tests.cases.records import Records, Reply
from tests.cases.steps import Attempt, Step
from tests.cases.world import Case, World

ALLOWED = "allowed.example"
BYSTANDER = "teen-phone"
PAUSE = 0.1  # seconds between two requests of the bystander


def visit(host: str, path: str = "/") -> Step:
    raw = f"GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return Step(http1=raw.encode(), methods=("GET",))


@dataclass
class Watch:
    """What goes on beside a case: the gateway's memory, and how a second device fares."""

    gateway: Gateway
    bystander: Device | None = None
    memory: bool = False
    peak: int = 0
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Watch:
        tasks: list[Callable[[], None]] = [self._measure] if self.memory else []
        tasks += [self._browse] if self.bystander else []
        self._threads = [threading.Thread(target=task, daemon=True) for task in tasks]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(30)

    def _measure(self) -> None:
        while True:
            self.peak = max(self.peak, self.gateway.resident())
            if self._ended.wait(0.1):
                return

    def _browse(self) -> None:
        assert self.bystander is not None
        while True:
            began = time.monotonic()
            said = "a fault of the rig"
            try:
                (answer,) = self.bystander.perform(visit(ALLOWED))
                said = "" if "allow" in answer.verdicts else str(answer)
            finally:
                self.waits.append(time.monotonic() - began)
                if said:
                    self.refused.append(said)
            if self._ended.wait(PAUSE):
                return


@dataclass
class Context:
    """`before` is how many attempts the journal counted when the case began."""

    case: Case
    world: World
    gateway: Gateway
    records: Records
    device: Callable[[str], Device]
    before: int
    log_size: int
    watch: Watch
    attempt: Attempt
    answers: list[Answer]
    replies: list[Reply]  # what the origin was to answer, one for each
    rows: list[Row] = field(default_factory=list)
    packets: Callable[[], Sequence[Packet]] = tuple  # of a device, that left the house unproxied

    @property
    def text(self) -> str:
        """Everything that reached the client, as text."""
        parts = [answer.body + answer.after for answer in self.answers]
        return b"\n".join(parts).decode("utf-8", "replace")

    def new_log(self) -> str:
        return self.gateway.text_log()[self.log_size :]

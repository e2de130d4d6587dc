"""Requests at a rate, from one device, and what came of each."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.cases.answers import Answer
from tests.cases.clients import Device
from tests.cases.context import visit
from tests.cases.steps import Step

THREADS = 8
ENTRY = re.compile(rb"\b\d+-[0-9a-f]{8,}-\d+\b")  # the number in the journal, on a block page


@dataclass(frozen=True, slots=True)
class Hit:
    host: str
    at: float  # monotonic, when it began
    wait: float
    answer: Answer

    @property
    def entry(self) -> str:
        """The journal's number of a stopped visit, as its page shows it."""
        found = ENTRY.search(self.answer.body) if self.answer.reason else None
        return found[0].decode() if found else ""


@dataclass
class Load:
    """Use as a context: it runs until the block ends. Each host in turn, `rate` in all a second."""

    device: Device
    hosts: Sequence[str]
    rate: float
    visit: Callable[[str], Step] = visit
    hits: list[Hit] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        for number in range(min(THREADS, max(1, int(self.rate)))):
            thread = threading.Thread(target=self._run, args=(number,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def _run(self, number: int) -> None:
        threads = min(THREADS, max(1, int(self.rate)))
        due = time.monotonic() + number / self.rate
        turn = number
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due += threads / self.rate
            self.hits.append(once(self.device, self.hosts[turn % len(self.hosts)], self.visit))
            turn += threads


def once(device: Device, host: str, visit: Callable[[str], Step] = visit) -> Hit:
    """One visit on a connection of its own."""
    began = time.monotonic()
    (answer,) = device.perform(visit(host))
    return Hit(host, began, time.monotonic() - began, answer)

"""How much of each device's traffic was seen, and how well: numbers alone, by the hour, for a day.

No host, no address of a site, no time finer than an hour: this says what the gateway can do for a
device, never what the device did. One file for each worker slot in the home's run folder; a worker
that starts anew goes on with its own.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

logger = logging.getLogger(__name__)
HOURS = 24
HOUR_SECONDS = 3600
DEVICES = 512  # in one hour; those beyond are counted together
THE_REST = ""


class Seen(StrEnum):
    """What a connection was, or a question for a name. Each connection is one of the first four."""

    OPENED = "opened"  # TLS to be decrypted: each request judged
    PASSED = "passed"  # TLS unopened: by its name alone
    PINNED = "pinned"  # the same, learned of an app that accepts only its own certificate
    PLAIN = "plain"  # HTTP in clear: each request judged
    DISTRUSTED = "distrusted"  # of those opened: the client did not accept our certificate
    NAMES = "names"  # a question to our name server


@dataclass(slots=True)
class Coverage:
    """One worker's counts. `hours`: hour since the epoch -> device key, or address of one that has
    no name -> what was seen -> how often."""

    clock: Callable[[], float] = time.time
    hours: dict[int, dict[str, Counter[str]]] = field(default_factory=dict)

    def count(self, who: str, seen: Seen) -> None:
        hour = int(self.clock()) // HOUR_SECONDS
        devices = self.hours.get(hour)
        if devices is None:
            devices = self.hours[hour] = {}
            self._forget(hour)
        counts = devices.get(who)
        if counts is None:
            if len(devices) >= DEVICES:
                who = THE_REST
            counts = devices.setdefault(who, Counter())
        counts[seen.value] += 1

    def save(self, path: Path) -> None:
        """Whole or not at all; a fault is logged: nothing may stop for want of a figure."""
        try:
            part = path.with_suffix(".part")
            part.write_text(json.dumps(self.hours))
            part.replace(path)
        except OSError as fault:
            logger.error("how much was seen cannot be written: %s", fault)

    def load(self, path: Path) -> None:
        """Go on where the worker before ended; a file that is missing or broken holds nothing."""
        self.hours = read(path)
        self._forget(int(self.clock()) // HOUR_SECONDS)

    def _forget(self, hour: int) -> None:
        for old in [h for h in self.hours if not hour - HOURS < h <= hour]:
            del self.hours[old]


def read(path: Path) -> dict[int, dict[str, Counter[str]]]:
    """What a worker wrote."""
    try:
        tree = json.loads(path.read_text())
        return {
            int(hour): {str(who): _counts(counts) for who, counts in devices.items()}
            for hour, devices in tree.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _counts(counts: Mapping[str, object]) -> Counter[str]:
    return Counter({str(what): int(str(number)) for what, number in counts.items()})


def total(files: Iterable[Path], now: float) -> dict[str, Counter[str]]:
    """Counts of the last day of all workers, by device."""
    found: dict[str, Counter[str]] = {}
    this = int(now) // HOUR_SECONDS
    for path in files:
        for hour, devices in read(path).items():
            if this - HOURS < hour <= this:
                for who, counts in devices.items():
                    found.setdefault(who, Counter()).update(counts)
    return found

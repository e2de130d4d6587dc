"""What was learned of pinned apps: the keeper writes the file, workers read it.

A file that is missing or broken holds nothing: every connection is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kidgate.documents.watched import Watched


class BrokenFile(ValueError):
    """The file of pinned apps is none."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One device may have one name unopened, until then."""

    device: str  # key
    name: str  # canonical
    since: datetime  # aware, as is `until`
    until: datetime


def dump(pins: Iterable[Pin]) -> bytes:
    rows = [
        {
            "device": pin.device,
            "name": pin.name,
            "since": pin.since.astimezone(UTC).isoformat(),
            "until": pin.until.astimezone(UTC).isoformat(),
        }
        for pin in pins
    ]
    return json.dumps({"pinned": rows}).encode()


def load(data: bytes) -> tuple[Pin, ...]:
    """Raises BrokenFile."""
    try:
        return tuple(_pin(row) for row in json.loads(data)["pinned"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise BrokenFile(f"the file of pinned apps cannot be read: {fault!r}") from None


def _pin(row: dict[str, str]) -> Pin:
    since, until = (datetime.fromisoformat(row[key]) for key in ("since", "until"))
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("a time has no zone")
    return Pin(str(row["device"]), str(row["name"]), since, until)


@dataclass(slots=True)
class Pinned:
    """A worker's view: the file, and which devices have shown that they trust us."""

    path: Path | None = None
    file: Watched[tuple[Pin, ...]] = field(init=False)
    _until: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _trusting: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.file = Watched(self.path, load, (), "pinned apps are not known")

    def look(self) -> None:
        """Read the file anew when it is another one. Never raises."""
        if self.file.look():
            self._until = {(pin.device, pin.name): pin.until for pin in self.file.value}

    def holds(self, device: str, name: str, at: datetime) -> bool:
        """Whether a device has a canonical name unopened at a moment."""
        until = self._until.get((device, name))
        return until is not None and at < until

    def was_opened(self, device: str) -> None:
        """A request came inside TLS under our certificate."""
        self._trusting.add(device)

    def trusts(self, device: str) -> bool:
        """Whether this worker has seen the device accept a certificate of ours: one that never does
        has not installed our CA, which is no reason to stop looking."""
        return device in self._trusting

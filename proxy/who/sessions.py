"""Who has signed in with a PIN on a shared device: the keeper writes the file, workers read it.

A file that is missing or broken holds no session: the device is nobody's, and judged as such.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kidgate.documents.watched import Watched


class BrokenFile(ValueError):
    """The file of sessions is none."""


@dataclass(frozen=True, slots=True)
class Session:
    device: str  # key
    child: str  # key
    until: datetime  # aware


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`pins`: the profiles that have a PIN, and may sign in."""

    sessions: tuple[Session, ...] = ()
    pins: tuple[str, ...] = ()


def dump(signed_in: SignedIn) -> bytes:
    sessions = [
        {"device": s.device, "child": s.child, "until": s.until.astimezone(UTC).isoformat()}
        for s in signed_in.sessions
    ]
    return json.dumps({"pins": list(signed_in.pins), "sessions": sessions}).encode()


def load(data: bytes) -> SignedIn:
    """Raises BrokenFile."""
    try:
        document = json.loads(data)
        return SignedIn(_sessions(document["sessions"]), tuple(map(str, document["pins"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise BrokenFile(f"the file of sessions cannot be read: {fault!r}") from None


def _sessions(found: Iterable[dict[str, str]]) -> tuple[Session, ...]:
    read = [Session(s["device"], s["child"], datetime.fromisoformat(s["until"])) for s in found]
    if any(s.until.tzinfo is None for s in read):
        raise ValueError("a time has no zone")
    return tuple(read)


@dataclass(slots=True)
class Sessions:
    """A worker's view of the file; `look` reads it anew when it is another one."""

    path: Path | None = None
    file: Watched[SignedIn] = field(init=False)
    pins: tuple[str, ...] = ()
    _by_device: dict[str, Session] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = Watched(self.path, load, SignedIn(), "nobody is signed in on a shared device")

    def look(self) -> bool:
        """Whether something changed. Never raises."""
        if not self.file.look():
            return False
        found = self.file.value
        self.pins = found.pins
        self._by_device = {session.device: session for session in found.sessions}
        return True

    def on(self, device: str, at: datetime) -> Session | None:
        """The session that holds on a device at a moment."""
        session = self._by_device.get(device)
        return session if session is not None and at < session.until else None

    def child_on(self, device: str, at: datetime) -> str:
        """Whose session holds there; empty: nobody's."""
        session = self.on(device, at)
        return session.child if session is not None else ""

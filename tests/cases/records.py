"""What an origin saw: every connection, every request, every byte; and what it is told to
answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

# In every answer of an origin, so that no page of the gateway can be taken for one.
MARK_HEADER = "X-Rig-Origin"
MARK = "origin-content-7f3a"
# What stands behind ports that no browser asks for: an admin page, a service on the gateway.
SECRET = "secret-of-a-service-5d1c"
KEPT = 1 << 20  # bytes of one connection


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as an origin read it."""

    address: str  # where it arrived
    port: int
    tls: bool
    sni: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: int = 0  # bytes

    @property
    def host(self) -> str:
        """The host it asks for, lower case, without port or trailing dot."""
        named = next((v for n, v in self.headers if n in ("host", ":authority")), "")
        return named.rpartition(":")[0].lower() if named.count(":") == 1 else named.lower()

    def values(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name.lower()]


@dataclass(slots=True)
class Connection:
    """One connection from the gateway; `data` is what came inside TLS, or without it."""

    address: str
    port: int
    tls: bool = False
    sni: str = ""
    data: bytearray = field(default_factory=bytearray)
    total: int = 0
    switched: bytearray = field(default_factory=bytearray)  # after a 101

    def took(self, data: bytes) -> None:
        self.total += len(data)
        self.data += data[: KEPT - len(self.data)]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an origin answers."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html; charset=utf-8"),)
    body: bytes | None = None  # None: a page with the mark
    chunked: bool = False  # `body` is chunk-coded already
    raw: bytes = b""  # instead of all that: exact bytes
    closes: bool = False  # nothing follows, whatever was promised


DEFAULT = Reply()


class Records:
    """Shared by all listeners; thread-safe. A case begins with `forget`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: list[Connection] = []
        self._seen: list[Seen] = []
        self.reply = DEFAULT

    def forget(self) -> None:
        with self._lock:
            self._connections.clear()
            self._seen.clear()
            self.reply = DEFAULT

    def opened(self, connection: Connection) -> None:
        with self._lock:
            self._connections.append(connection)

    def asked(self, seen: Seen) -> None:
        with self._lock:
            self._seen.append(seen)

    @property
    def connections(self) -> list[Connection]:
        with self._lock:
            return list(self._connections)

    @property
    def seen(self) -> list[Seen]:
        with self._lock:
            return list(self._seen)

    @property
    def spoken_to(self) -> list[Connection]:
        """Connections that carried application data."""
        return [c for c in self.connections if c.total]

    def asked_for(self, hosts: Iterable[str]) -> list[Seen]:
        wanted = {host.lower() for host in hosts}
        return [seen for seen in self.seen if seen.host.rstrip(".") in wanted or seen.sni in wanted]

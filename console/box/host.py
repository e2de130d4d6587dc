"""The machine: its clock, its open files, its ports, the certificate's key."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kidgate.console.box.check import Check, ok, warn, wrong

if TYPE_CHECKING:
    from kidgate.console.app import App
    from kidgate.documents.config import Config, Listener

YEARS = (2025, 2060)  # of a clock that has been set
SLACK = timedelta(minutes=10)  # of a file written by a machine whose clock is right
PROC = Path("/proc")
LISTENING = "0A"  # state of a TCP socket in /proc/net/tcp (include/net/tcp_states.h)
UNCONNECTED = "07"  # of a UDP socket that waits
NEEDED_FILES = 256, 2  # for the house, for each connection (`proxy.descriptors`)


def clock(app: App) -> Iterator[Check]:
    """Bedtimes and certificates go by it. Small boxes lose it with the power."""
    now = app.now().astimezone(UTC)
    if not YEARS[0] <= now.year <= YEARS[1]:
        yield wrong("clock", "clock_year", now=f"{now:%Y-%m-%d %H:%M}")
        return
    newest = _newest(app.home.root)
    if newest is not None and newest > now + SLACK:
        minutes = int((newest - now).total_seconds() // 60)
        yield wrong("clock", "clock_back", now=f"{now:%Y-%m-%d %H:%M}", minutes=minutes)
        return
    yield ok("clock", "clock_ok", now=f"{now:%Y-%m-%d %H:%M}")


def _newest(root: Path) -> datetime | None:
    """When Kidgate last wrote a file of its own."""
    names = ("kidgate.db", "kidgate.db-wal", "snapshot.json", "index.kgx", "run/health.json")
    times = [path.stat().st_mtime for name in names if (path := root / name).is_file()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def key(app: App) -> Iterator[Check]:
    """Whether the private key is that of the certificate on the devices. `health` sees to mode and
    end."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from kidgate.proxy.ca import PRIVATE, PUBLIC

    try:
        public = x509.load_pem_x509_certificate((app.home.ca / PUBLIC).read_bytes())
        private = serialization.load_pem_private_key((app.home.ca / PRIVATE).read_bytes(), None)
    except PermissionError:
        yield warn("certificate", "key_unseen", path=app.home.ca / PRIVATE)
        return
    except FileNotFoundError:
        return  # said by health
    except (ValueError, TypeError, OSError):
        yield wrong("certificate", "key_damaged", path=app.home.ca / PRIVATE)
        return
    if private.public_key() != public.public_key():
        yield wrong("certificate", "key_other", path=app.home.ca)
    elif not isinstance(private, ec.EllipticCurvePrivateKey):
        yield warn("certificate", "key_slow")
    else:
        yield ok("certificate", "key_ok")


def open_files(app: App) -> Iterator[Check]:
    """What the running workers were granted, against what config.yaml lets in."""
    from kidgate.proxy.health_file import read_health

    seen = read_health(app.home.health)
    if seen is None:
        return
    wanted = NEEDED_FILES[0] + NEEDED_FILES[1] * app.config.limits.connections
    limits = [found for w in seen["workers"] if (found := _limit(w.get("pid"))) is not None]
    if limits and min(limits) < wanted:
        yield warn("open files", "files_few", limit=min(limits), wanted=wanted)
    elif limits:
        yield ok("open files", "files_ok", limit=min(limits))


def _limit(pid: int | None) -> int | None:
    try:
        text = (PROC / str(pid) / "limits").read_text()
    except OSError:
        return None
    line = next((line for line in text.splitlines() if line.startswith("Max open files")), "")
    words = line.split()
    return int(words[4]) if len(words) > 4 and words[4].isdecimal() else None


def ports(app: App) -> Iterator[Check]:
    """Whether we hear where config.yaml says; or, while we do not run, whether we could."""
    from kidgate.proxy.health_file import running

    if running(app.home.health):
        held = _held()
        for listener in app.config.listen:
            if not _hears(listener, held):
                yield wrong("ports", "port_deaf", place=listener)
    else:
        for listener in app.config.listen:
            if why := _bind_fault(listener):
                yield wrong("ports", "port_taken", place=listener, why=why)
    yield from _reached(app.config)


def _reached(config: Config) -> Iterator[Check]:
    """Listeners on loopback alone serve nobody but this box."""
    if all(p.host.startswith("127.") or p.host == "::1" for p in config.listen):
        yield warn("ports", "ports_loopback")
    else:
        yield ok("ports", "ports_ok", places=", ".join(map(str, config.listen)))


def _hears(listener: Listener, held: set[tuple[str, int]]) -> bool:
    kind = "udp" if listener.way in ("dns", "wireguard") else "tcp"
    return (kind, listener.port) in held


def _held() -> set[tuple[str, int]]:
    """Ports that anybody on this box waits on."""
    found = set()
    for kind, state in (("tcp", LISTENING), ("udp", UNCONNECTED)):
        for name in (kind, kind + "6"):
            found |= {(kind, port) for port in waiting(_lines(PROC / "net" / name), state)}
    return found


def waiting(lines: Iterable[str], state: str) -> Iterator[int]:
    """Local ports of the sockets in a state; proc_pid_net(5)."""
    for line in lines:
        words = line.split()
        if len(words) > 3 and words[3] == state:
            yield int(words[1].rpartition(":")[2], 16)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()[1:]
    except OSError:
        return []


def _bind_fault(listener: Listener) -> str:
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    kind = socket.SOCK_DGRAM if listener.way in ("dns", "wireguard") else socket.SOCK_STREAM
    with socket.socket(family, kind) as sock:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((listener.host, listener.port))
        except OSError as fault:
            return os.strerror(fault.errno) if fault.errno else str(fault)
    return ""

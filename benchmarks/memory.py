"""Memory: the proportional share (PSS) of each process, idle and with a crowd of connections."""

from __future__ import annotations

import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.feeds import prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.processes import memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import Site, site
from tests.e2e.house import House

WORKER_MB, WHOLE_MB = 100, 300


def run(profile: Profile) -> Report:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        report = Report("memory", {"lists": len(feeds.sources), "connections": profile.crowd})
        house = stack.enter_context(gateway(Path(name), feeds, origin.authority, origin.port))
        time.sleep(profile.settle)
        _read(report, house, "idle")
        crowd = [stack.enter_context(_visit(house, origin)) for _ in range(profile.crowd)]
        time.sleep(profile.settle)
        _read(report, house, f"{len(crowd)} connections")
    return report


def _visit(house: House, origin: Site) -> socket.socket:
    """A connection that has fetched a page and stays open."""
    sock = house.connect()
    head = f"GET http://{HOST}:{origin.port}/ HTTP/1.1\r\nHost: {HOST}:{origin.port}\r\n\r\n"
    sock.sendall(head.encode())
    if not sock.recv(65536).startswith(b"HTTP/1.1 200"):
        raise RuntimeError("the page did not come")
    return sock


def _read(report: Report, house: House, when: str) -> None:
    found = {name: memory(pid).pss / 1e6 for name, pid in processes(house).items()}
    for name, size in found.items():
        most = WORKER_MB if name.startswith("worker") else None
        report.add(f"{when}: {name}", size, "MB", at_most=most)
    report.add(f"{when}: the whole", sum(found.values()), "MB", at_most=WHOLE_MB)

"""The dashboard of a large school: how long each page takes, and the searches of its journal.

The real application behind its server on loopback, 500 children and 100,000 lines of the journal;
every page that an owner and a teacher may read, again and again. The first look at a page after a
start is told apart. Beside it, in the same run, an empty page through the same server.
"""

from __future__ import annotations

import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from benchmarks.processes import Talker, cpu_seconds, memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.school import CHILD, CLOCK, DEVICE, GROUP, TIER, school
from kidgate.policies.people import Need, Role, may

AIM, FIRST_AIM = 200.0, 500.0  # milliseconds
MEMORY_AIM = 200.0  # MB
MILLI, MEGA = 1e3, 1e-6
VALUES = {"key": CHILD, "tier": TIER, "device": DEVICE, "group": GROUP, "number": "2"}
# Pages that say more, or look for longer, when they are asked for something.
MORE = {
    "today.index": ("/?page=3", f"/?group={GROUP}"),
    "journal.index": (
        f"/journal?child={CHILD}",
        f"/journal?device={DEVICE}",
        "/journal?reason=security",
        "/journal?category=vpn&verdict=warn",
        "/journal?days=1",
        "/journal?text=site42.example",
        "/journal?text=site4999",
        "/journal?text=nowhere-at-all",
        f"/journal?text=nowhere-at-all&child={CHILD}",
        "/journal?text=nowhere-at-all&days=7&reason=quota",
        "/journal?text=%25&limit=200",
    ),
    "tester.index": (f"/try?child={CHILD}&url={quote('https://www.site7.example/', safe='')}",),
    "reports.index": ("/reports?days=30", f"/reports?child={CHILD}", f"/reports?group={GROUP}"),
    "alerts.index": ("/alerts?state=handled",),
    "audit.index": ("/audit?object=4999", "/audit?user=the-teacher&act=login", "/audit?days=1"),
    "people.one": ("/people/one?name=the-teacher",),
    "rules.new": (f"/rules/new?scope=child:{CHILD}",),
    "feeds.catalogue": ("/feeds/catalogue?category=porn",),
}


@dataclass
class Visitor:
    """A browser with a session's key and one connection."""

    connection: HTTPConnection
    server: int  # its process
    key: str = ""

    def look(self, path: str) -> tuple[float, int]:
        """Seconds until the whole answer was there, and its status."""
        headers = {"Cookie": f"kidgate={self.key}; language=vi"} if self.key else {}
        started = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        return time.perf_counter() - started, answer.status


@dataclass
class Looks:
    """At one page, by one role, in seconds."""

    name: str
    first: float
    rest: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of the server

    @property
    def p95(self) -> float:
        return sorted(self.rest)[round(0.95 * (len(self.rest) - 1))]


def run(profile: Profile) -> Report:
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    settings = {
        "children": profile.children,
        "journal lines": profile.attempts,
        "looks": profile.looks,
        "load before": load,
    }
    report = Report("dashboard", settings)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        house = school(Path(folder) / "home", profile)
        os.environ["KIDGATE_CLOCK"] = CLOCK
        stack.callback(os.environ.pop, "KIDGATE_CLOCK")
        empty = stack.enter_context(Talker("benchmarks.dashboard_served", {}))
        served = stack.enter_context(
            Talker("benchmarks.dashboard_served", {"home": str(house.home.root)})
        )
        begun = memory(served.pid).rss
        nothing = _looks(_visitor(stack, empty), ["/"], "an empty page", profile.looks)
        found = [
            look
            for role, key in house.keys.items()
            for look in _looks(
                _visitor(stack, served, key), _paths(served, role), role, profile.looks
            )
        ]
        _tell(report, nothing[0], found)
        report.add("memory before the first page", begun * MEGA, "MB")
        report.add("memory after all", memory(served.pid).rss * MEGA, "MB", at_most=MEMORY_AIM)
    return report


def _visitor(stack: ExitStack, served: Talker, key: str = "") -> Visitor:
    connection = HTTPConnection("127.0.0.1", served.ready["port"], timeout=60)
    return Visitor(stack.enter_context(closing(connection)), served.pid, key)


def _paths(served: Talker, role: str) -> list[str]:
    """Every page that a role may read, and what else is asked of some."""
    return [
        path
        for rule, endpoint, need in served.ready["pages"]
        if may(Role(role), Need(need))
        for path in _asked(rule, endpoint)
    ]


def _asked(rule: str, endpoint: str) -> Iterator[str]:
    yield re.sub(r"<(?:\w+:)?(\w+)>", lambda match: VALUES[match[1]], rule)
    yield from MORE.get(endpoint, ())


def _looks(visitor: Visitor, paths: list[str], who: str, count: int) -> list[Looks]:
    """Round by round: what slows one page for a while slows its neighbours too."""
    found = []
    for path in paths:
        seconds, status = visitor.look(path)
        if status >= 500 or status == 302:
            raise RuntimeError(f"`{path}` answered {status} to {who}")
        found.append((path, Looks(f"{who}: {path} {_word(status)}".strip(), seconds)))
    for _ in range(count):
        for path, looks in found:
            begun = cpu_seconds(visitor.server)
            looks.rest.append(visitor.look(path)[0])
            looks.cpu.append(cpu_seconds(visitor.server) - begun)
    return [looks for _, looks in found]


def _word(status: int) -> str:
    return "" if status == 200 else f"({status})"


def _tell(report: Report, nothing: Looks, found: list[Looks]) -> None:
    """The worst first."""
    ordered = sorted(found, key=lambda look: -look.p95)
    report.add("pages", len(found), "")
    report.add("worst page, p95", ordered[0].p95 * MILLI, "ms", at_most=AIM)
    report.add(
        "worst first look", max(look.first for look in found) * MILLI, "ms", at_most=FIRST_AIM
    )
    for name, value in (("median", statistics.median(nothing.rest)), ("p95", nothing.p95)):
        report.add(f"empty page: {name}", value * MILLI, "ms")
    for look in ordered:
        report.add(f"{look.name}: p95", look.p95 * MILLI, "ms", at_most=AIM)
        report.add(f"{look.name}: median", statistics.median(look.rest) * MILLI, "ms")
        report.add(f"{look.name}: CPU", statistics.median(look.cpu) * MILLI, "ms")
        report.add(f"{look.name}: first look", look.first * MILLI, "ms")

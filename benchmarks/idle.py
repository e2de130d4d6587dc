"""Page loads of one child while others idle, or attack: 10,000 connections that say no more, then
a thousand slow clients beside them. One worker holds as many as its open files allow; beyond that,
who has least takes the place of who has most.

A page load is a new opened HTTPS connection with one request, from its first byte to the last of
the answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.feeds import own_name, prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.load import Job
from benchmarks.processes import Talker, memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import site
from tests.e2e.house import House

MILLI, MEGA, KILO = 1e3, 1e-6, 1e-3
AIM = 2.0  # times the p99 without them
EACH_DEVICE = 250  # connections: fewer than a device may have
ATTACKERS = ["127.0.9.1", "127.0.9.2", "127.0.9.3", "127.0.9.4"]
CLIENTS = 2  # at a time


def run(profile: Profile) -> Report:
    report = Report("idle", {"idle": profile.idle, "slow": profile.slow, "loads": profile.loads})
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        room = profile.idle + profile.slow + 1000
        house = stack.enter_context(
            gateway(Path(name), feeds, origin.authority, origin.tls_port, connections=room)
        )
        worker = processes(house)["worker 0"]
        load = stack.enter_context(Talker("benchmarks.load", {}))
        job = Job(house.port, [HOST], origin.tls_port, profile.loads, CLIENTS, tls=True, kept=False)
        _measure(Report("warm-up"), "warm-up", job, load)
        alone = _measure(report, "alone", job, load)
        before = memory(worker).pss
        devices = [f"127.0.{8}.{n + 1}" for n in range(-(-profile.idle // EACH_DEVICE))]
        told = {"proxy": house.port, "host": own_name(1)}
        idle = told | {"kind": "idle", "count": profile.idle, "sources": devices}
        standing = stack.enter_context(Talker("benchmarks.crowd", idle)).ready["open"]
        report.add("idle connections", standing, "")
        report.add("connections held", _room(house), "")
        held = memory(worker).pss - before
        report.add("memory of an idle connection", held / max(1, standing) * KILO, "kB")
        busy = _measure(report, "beside idle ones", job, load)
        report.add("beside idle ones / alone, p99", busy / alone, "x", at_most=AIM)
        slow = told | {"kind": "slow", "count": profile.slow, "sources": ATTACKERS}
        stack.enter_context(Talker("benchmarks.crowd", slow))
        attacked = _measure(report, "attacked by slow ones too", job, load)
        report.add("attacked by slow ones too / alone, p99", attacked / alone, "x", at_most=AIM)
        again = _measure(report, "attacked, once more", job, load)
        report.add("attacked, once more / alone, p99", again / alone, "x", at_most=AIM)
        report.add("worker, memory", memory(worker).pss * MEGA, "MB")
    return report


def _room(house: House) -> int:
    """How many its worker said that it holds."""
    found: int = house.health()["workers"][0]["connections"]
    return found


def _measure(report: Report, title: str, job: Job, load: Talker) -> float:
    """The p99 in seconds. RuntimeError when an answer was not the page."""
    seen = load.ask(asdict(job))
    if seen["statuses"] != {"200": job.requests}:
        raise RuntimeError(f"the gateway answered {seen['statuses']}")
    report.add(f"{title}: p50", _part(seen["times"], 0.5) * MILLI, "ms")
    p99 = _part(seen["times"], 0.99)
    report.add(f"{title}: p99", p99 * MILLI, "ms")
    return p99


def _part(times: Sequence[float], part: float) -> float:
    return times[min(len(times) - 1, int(len(times) * part))]

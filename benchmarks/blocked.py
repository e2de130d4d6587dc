"""A stopped visit: the time from request to whole block page, with the journal's commit in it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.feeds import own_name, prepare
from benchmarks.gateway import gateway
from benchmarks.load import Job
from benchmarks.processes import Talker
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import site
from tests.e2e.house import House
from tests.e2e.origin import wait_until

WARM_UP, CLIENTS = 2, (1, 16)
MILLI = 1e3
TOLD_SECONDS = 10.0  # a worker tells its counts every second


def run(profile: Profile) -> Report:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        report = Report("blocked", {"lists": len(feeds.sources), "requests": profile.blocked})
        house = stack.enter_context(gateway(Path(name), feeds, origin.authority, origin.port))
        load = stack.enter_context(Talker("benchmarks.load", {}))
        for turn, clients in enumerate((WARM_UP, *CLIENTS)):
            # Each a site of its own, so that no two entries of the journal fold into one.
            first = turn * profile.blocked
            names = [own_name(first + number) for number in range(profile.blocked)]
            job = Job(house.port, names, origin.port, profile.blocked, clients)
            _measure(report if turn else Report("warm-up"), house, load, job)
    return report


def _measure(report: Report, house: House, load: Talker, job: Job) -> None:
    """RuntimeError when something else than a block page came."""
    before = _journal(house)
    seen = load.ask(asdict(job))
    wait_until(
        lambda: sum(_journal(house).values()) - sum(before.values()) >= job.requests, TOLD_SECONDS
    )
    if seen["statuses"] != {"403": job.requests}:
        raise RuntimeError(f"the gateway answered {seen['statuses']}")
    after, times = _journal(house), seen["times"]
    title = f"{job.connections} client{'s' if job.connections > 1 else ''}"
    report.add(f"{title}: p50", _part(times, 0.50) * MILLI, "ms")
    report.add(f"{title}: p99", _part(times, 0.99) * MILLI, "ms")
    report.add(f"{title}: speed", job.requests / seen["seconds"], "blocks/s")
    for kind in ("committed", "spooled", "dropped"):
        report.add(f"{title}: {kind}", after[kind] - before[kind], "")


def _journal(house: House) -> dict[str, int]:
    """What became of the worker's entries."""
    found: dict[str, Any] = house.health()["workers"][0]
    counts: dict[str, int] = found["journal"]
    return counts


def _part(times: Sequence[float], part: float) -> float:
    """Of sorted times, the one that this part does not exceed."""
    return times[min(len(times) - 1, int(len(times) * part))]

"""A blocked answer: from the request's first byte to the block page's last, journal commit
included."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.feeds import own_name, prepare
from benchmarks.gateway import gateway
from benchmarks.load import Job
from benchmarks.processes import Talker
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import site

CLIENTS = (1, 16)


def run(profile: Profile) -> Report:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        report = Report("blocked", {"lists": len(feeds.sources), "requests": profile.blocked})
        house = stack.enter_context(gateway(Path(name), feeds, origin.authority, origin.port))
        load = stack.enter_context(Talker("benchmarks.load", {}))
        # Each a site of its own, so that no two entries fold into one.
        names = [own_name(number) for number in range(min(profile.blocked, profile.generated))]
        for clients in CLIENTS:
            job = Job(house.port, names, origin.port, profile.blocked, clients)
            seen = load.ask(asdict(job))
            if seen["statuses"] != {"403": profile.blocked}:
                raise RuntimeError(f"not every answer was a block page: {seen['statuses']}")
            times = seen["times"]
            report.add(f"{clients} clients: p50", times[len(times) // 2] * 1000, "ms")
            report.add(f"{clients} clients: p99", times[len(times) * 99 // 100] * 1000, "ms")
            report.add(f"{clients} clients: rate", profile.blocked / seen["seconds"], "pages/s")
        health = house.health()["workers"][0]["journal"]
        report.add("entries that had to be spooled", health["spooled"], "")
        report.add("entries lost", health["dropped"], "", at_most=0)
    return report

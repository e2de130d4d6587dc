"""Memory: the proportional set size of each process of a gateway, idle and under load.

All real lists are in. Under load: kept connections, half of them HTTPS, that ask without pause.
"""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.feeds import prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.load import Job
from benchmarks.processes import Talker, memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import Site, site

MEGA = 1e-6
WORKER_AIM, WHOLE_AIM = 100.0, 300.0
REQUESTS_EACH = 10  # of each connection
LOOK_SECONDS = 0.25


def run(profile: Profile) -> Report:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        house = stack.enter_context(
            gateway(Path(name), feeds, origin.authority, origin.port, origin.tls_port)
        )
        settings = {
            "workers": house.workers,
            "lists": len(feeds.sources),
            "index MB": round(feeds.index.stat().st_size * MEGA, 1),
            "connections": profile.crowd,
        }
        report = Report("memory", settings)
        found = processes(house)
        time.sleep(profile.settle)
        _tell(report, "idle", {name: memory(pid).pss for name, pid in found.items()})
        loads = [stack.enter_context(Talker("benchmarks.load", {})) for _ in range(2)]
        _tell(report, "under load", _highest(found, loads, _jobs(profile, house.port, origin)))
        time.sleep(profile.settle)
        _tell(report, "after", {name: memory(pid).pss for name, pid in found.items()})
    return report


def _jobs(profile: Profile, proxy: int, origin: Site) -> list[Job]:
    each = profile.crowd // 2
    return [
        Job(
            proxy=proxy,
            hosts=[HOST],
            port=origin.tls_port if tls else origin.port,
            requests=each * REQUESTS_EACH,
            connections=each,
            tls=tls,
        )
        for tls in (False, True)
    ]


def _highest(found: dict[str, int], loads: list[Talker], jobs: list[Job]) -> dict[str, int]:
    """The highest PSS of each process while the jobs run. RuntimeError when one went wrong."""
    answers: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda t=load, j=job: answers.append(t.ask(asdict(j))))
        for load, job in zip(loads, jobs, strict=True)
    ]
    for thread in threads:
        thread.start()
    highest = dict.fromkeys(found, 0)
    while any(thread.is_alive() for thread in threads):
        highest = {name: max(highest[name], memory(pid).pss) for name, pid in found.items()}
        time.sleep(LOOK_SECONDS)
    wrong = [a["statuses"] for a in answers if set(a["statuses"]) != {"200"}]
    if wrong or len(answers) != len(jobs):
        raise RuntimeError(f"the gateway answered {wrong}")
    return highest


def _tell(report: Report, moment: str, sizes: dict[str, int]) -> None:
    for name, size in sizes.items():
        aim = WORKER_AIM if name.startswith("worker") else None
        report.add(f"{moment}: {name}", size * MEGA, "MB", at_most=aim)
    report.add(f"{moment}: all", sum(sizes.values()) * MEGA, "MB", at_most=WHOLE_AIM)

"""Memory: the proportional set size of each process of a gateway, idle and under load.

All real lists are in. Under load: kept connections, half of them HTTPS, that ask without pause.
Then fewer ask for long: what a worker has after all of it is compared with what it had after half.
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

MEGA, IDLE = 1e-6, "idle"
WORKER_AIM, WHOLE_AIM = 100.0, 300.0  # idle
BUSY_AIM = 512.0  # the whole of a small box, whatever comes
REQUESTS_EACH = 10  # of each connection
LOOK_SECONDS = 0.25
STEADY = 32  # connections of the long run
GROWTH_AIM = 5.0  # per cent, in the second half of the long run


def run(profile: Profile) -> Report:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        house = stack.enter_context(
            gateway(
                Path(name),
                feeds,
                origin.authority,
                origin.port,
                origin.tls_port,
                connections_per_device=2 * profile.crowd,
            )
        )
        settings = {
            "workers": house.workers,
            "lists": len(feeds.sources),
            "index MB": round(feeds.index.stat().st_size * MEGA, 1),
            "connections": profile.crowd,
            "requests": profile.soak,
        }
        report = Report("memory", settings)
        found = processes(house)
        time.sleep(profile.settle)
        _tell(report, IDLE, {name: memory(pid).pss for name, pid in found.items()})
        loads = [stack.enter_context(Talker("benchmarks.load", {})) for _ in range(2)]
        _tell(report, "under load", _highest(found, loads, _jobs(profile, house.port, origin)))
        time.sleep(profile.settle)
        _tell(report, "after", {name: memory(pid).pss for name, pid in found.items()})
        sizes = []
        for half in ("half", "all"):
            _highest(found, loads, _steady(profile, house.port, origin))
            time.sleep(profile.settle)
            sizes.append(memory(found["worker 0"]).pss)
            report.add(f"after {half} of the long run: worker 0", sizes[-1] * MEGA, "MB")
        growth = (sizes[1] / sizes[0] - 1) * 100
        report.add("growth in the second half: worker 0", growth, "%", at_most=GROWTH_AIM)
    return report


def _jobs(profile: Profile, proxy: int, origin: Site) -> list[Job]:
    each = profile.crowd // 2
    return [_job(proxy, origin, each * REQUESTS_EACH, each, tls=tls) for tls in (False, True)]


def _steady(profile: Profile, proxy: int, origin: Site) -> list[Job]:
    """Half of the long run."""
    requests, each = profile.soak // 4, min(STEADY, profile.crowd) // 2
    return [_job(proxy, origin, requests, each, tls=tls) for tls in (False, True)]


def _job(proxy: int, origin: Site, requests: int, connections: int, *, tls: bool) -> Job:
    port = origin.tls_port if tls else origin.port
    return Job(proxy, [HOST], port, requests, connections, tls=tls)


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
        aim = WORKER_AIM if moment == IDLE and name.startswith("worker") else None
        report.add(f"{moment}: {name}", size * MEGA, "MB", at_most=aim)
    whole = WHOLE_AIM if moment == IDLE else BUSY_AIM
    report.add(f"{moment}: all", sum(sizes.values()) * MEGA, "MB", at_most=whole)

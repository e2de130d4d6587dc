"""From one worker to two: requests a second of opened HTTPS, and the CPU that a request costs.

Two gateways, one of each kind, are asked in turn for a fixed time. As it comes, the client and the
origin take their share of this machine's processors too, and a second worker finds none to spare:
so the same is measured with a fixed part of a processor for each worker (`shares.py`), which tells
whether anything but the processor holds workers back. The CPU of a request, in workers, keeper and
supervisor, says what a machine of N processors can do; see docs/scale.md.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import shares
from benchmarks.feeds import prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.load import Job
from benchmarks.processes import Talker, cpu_seconds
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import site

PART = 0.25  # of a processor, for each worker
AIM = 1.8  # times the requests a second
COUNTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Cost:
    rate: float  # requests a second
    workers: float  # CPU seconds for 1,000 requests, of all workers
    others: float  # of keeper and supervisor


def run(profile: Profile) -> Report:
    settings = {"connections": profile.spread, "turns": profile.scale_turns, "share": PART}
    report = Report("scale", settings)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        found: dict[int, dict[str, int]] = {}
        jobs: dict[int, Job] = {}
        for count in COUNTS:
            folder = Path(name) / f"workers-{count}"
            folder.mkdir()
            house = stack.enter_context(
                gateway(folder, feeds, origin.authority, origin.tls_port, workers=count)
            )
            found[count] = processes(house)
            jobs[count] = Job(
                proxy=house.port,
                hosts=[HOST],
                port=origin.tls_port,
                requests=0,
                connections=profile.spread,
                tls=True,
                seconds=profile.scale_seconds,
            )
        load = stack.enter_context(Talker("benchmarks.load", {}))
        for kept in (True, False):
            title = "kept" if kept else "new"
            turn = {count: _of(job, kept=kept) for count, job in jobs.items()}
            _compare(report, profile, f"{title}, as it comes", turn, found, load)
            if shares.available():
                with _shared(found):
                    _compare(report, profile, f"{title}, fixed share", turn, found, load, AIM)
    return report


def _of(job: Job, *, kept: bool) -> Job:
    return Job(**(asdict(job) | {"kept": kept}))


@contextmanager
def _shared(found: Mapping[int, Mapping[str, int]]) -> Iterator[None]:
    with ExitStack() as stack:
        for pids in found.values():
            for pid in _workers(pids):
                stack.enter_context(shares.share(pid, PART))
        yield


def _compare(
    report: Report,
    profile: Profile,
    title: str,
    jobs: Mapping[int, Job],
    found: Mapping[int, Mapping[str, int]],
    load: Talker,
    aim: float | None = None,
) -> None:
    costs: dict[int, list[Cost]] = {count: [] for count in COUNTS}
    for turn in range(profile.scale_turns):
        for count in COUNTS if turn % 2 == 0 else reversed(COUNTS):
            costs[count].append(_measure(jobs[count], found[count], load))
    for count in COUNTS:
        name = f"{title}: {count} worker{'s' if count > 1 else ''}"
        report.add(name, statistics.median(c.rate for c in costs[count]), "requests/s")
        report.add(f"{name}, CPU", statistics.median(c.workers for c in costs[count]), "s/1000")
        report.add(
            f"{name}, CPU beside", statistics.median(c.others for c in costs[count]), "s/1000"
        )
    pairs = list(zip(costs[1], costs[2], strict=True))
    ratio = statistics.median(two.rate / one.rate for one, two in pairs)
    report.add(f"{title}: 2 workers / 1, speed", ratio, "x", at_least=aim)
    price = statistics.median(two.workers / one.workers for one, two in pairs)
    report.add(f"{title}: 2 workers / 1, CPU", price, "x", at_most=2 / AIM)


def _workers(pids: Mapping[str, int]) -> list[int]:
    return [pid for name, pid in pids.items() if name.startswith("worker")]


def _measure(job: Job, pids: Mapping[str, int], load: Talker) -> Cost:
    """RuntimeError when an answer was not the page."""
    workers = _workers(pids)
    others = [pid for pid in pids.values() if pid not in workers]
    before = [sum(map(cpu_seconds, group)) for group in (workers, others)]
    seen = load.ask(asdict(job))
    after = [sum(map(cpu_seconds, group)) for group in (workers, others)]
    if set(seen["statuses"]) != {"200"}:
        raise RuntimeError(f"the gateway answered {seen['statuses']}")
    count = seen["statuses"]["200"]
    spent = [(then - now) / count * 1000 for now, then in zip(before, after, strict=True)]
    return Cost(count / seen["seconds"], *spent)

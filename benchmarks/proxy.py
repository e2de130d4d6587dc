"""The proxy: CPU seconds for 1,000 requests and requests a second, beside mitmproxy itself.

Three proxies run at the same time and are asked in turn: our gateway's worker; mitmproxy embedded
in the same way without our stages (`bare.py`); and `mitmdump -q` as it comes. Where squid is
installed, it opens HTTPS beside them. A ratio is the median over turns that lie beside each other:
what slows one slows the other.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import squid
from benchmarks.feeds import prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.load import Job
from benchmarks.processes import Talker, cpu_seconds
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.site import PAGE_BYTES, Site, site
from tests.e2e.house import House, free_port

OURS, BARE, STOCK, SQUID = "gateway", "bare mitmproxy", "mitmdump -q", "squid"
AIMS = {BARE: 1.10, STOCK: 0.5}
CPU_AIMS = {"HTTPS, kept": 0.8, "HTTPS, new": 3.9}  # seconds for 1,000
STARTS_SECONDS = 60.0
WARM_UP = 100  # requests


@dataclass(frozen=True, slots=True)
class Proxy:
    name: str
    pid: int
    port: int
    host: str  # what the origin is called there


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask."""

    name: str
    tls: bool
    kept: bool
    requests: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run."""

    cpu: float  # seconds for 1,000 requests
    rate: float  # requests a second


def ways(profile: Profile) -> tuple[Way, ...]:
    return (
        Way("HTTP, kept", False, True, profile.kept),
        Way("HTTP, new", False, False, profile.new_http),
        Way("HTTPS, kept", True, True, profile.kept),
        Way("HTTPS, new", True, False, profile.new_https),
    )


def run(profile: Profile) -> Report:
    report = Report(
        "proxy",
        {
            "connections": profile.connections,
            "page bytes": PAGE_BYTES,
            "turns": profile.turns,
            "requests a turn": "/".join(str(way.requests) for way in ways(profile)),
        },
    )
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        origin = stack.enter_context(site(Path(name)))
        feeds = prepare(profile)
        house = stack.enter_context(
            gateway(Path(name), feeds, origin.authority, origin.port, origin.tls_port)
        )
        proxies = (
            Proxy(OURS, processes(house)["worker 0"], house.port, HOST),
            stack.enter_context(bare(house)),
            stack.enter_context(stock(Path(name), origin)),
        )
        load = stack.enter_context(Talker("benchmarks.load", {}))
        others = (stack.enter_context(bumping(Path(name), origin)),) if squid.available() else ()
        for way in ways(profile):
            beside = others if way.tls else ()
            _compare(report, profile, way, (*proxies, *beside), origin, load)
    return report


@contextmanager
def bare(house: House, *, closed: bool = False) -> Iterator[Proxy]:
    port = free_port()
    told = {
        "ca": str(house.home.ca),
        "trusted": str(house.home.run / "upstream-roots.pem"),
        "hosts": {HOST: "127.0.0.1"},
        "port": port,
        "closed": closed,
    }
    with Talker("benchmarks.bare", told) as process:
        yield Proxy(BARE, process.pid, port, HOST)


@contextmanager
def stock(folder: Path, origin: Site) -> Iterator[Proxy]:
    """It has no names of its own: the origin is `localhost` to it."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("mitmdump")),
        *("-q", "--mode", "regular", "-p", str(port), "--listen-host", "127.0.0.1"),
        *("--set", f"confdir={folder / 'mitmdump'}"),
        *("--set", f"ssl_verify_upstream_trusted_ca={origin.authority.pem}"),
    ]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield Proxy(STOCK, process.pid, port, "localhost")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def bumping(folder: Path, origin: Site) -> Iterator[Proxy]:
    with squid.squid(folder, origin.authority, opens=True) as (pid, port):
        wait_for(port)
        yield Proxy(SQUID, pid, port, HOST)


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + STARTS_SECONDS
    while (process is None or process.poll() is None) and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


def _compare(
    report: Report,
    profile: Profile,
    way: Way,
    proxies: Sequence[Proxy],
    origin: Site,
    load: Talker,
) -> None:
    found: dict[str, list[Cost]] = {proxy.name: [] for proxy in proxies}
    jobs = {proxy.name: _job(profile, way, proxy, origin) for proxy in proxies}
    for proxy in proxies:
        few = min(WARM_UP, way.requests)
        _measure(proxy, replace(jobs[proxy.name], requests=few), load)
    for number in range(profile.turns):
        for proxy in proxies if number % 2 == 0 else reversed(proxies):
            found[proxy.name].append(_measure(proxy, jobs[proxy.name], load))
    for name, costs in found.items():
        aim = CPU_AIMS.get(way.name) if name == OURS else None
        cpu = statistics.median([c.cpu for c in costs])
        report.add(f"{way.name}: {name}, CPU", cpu, "s/1000", at_most=aim)
        report.add(
            f"{way.name}: {name}, speed", statistics.median([c.rate for c in costs]), "requests/s"
        )
    for other in (BARE, STOCK):
        # Of runs beside each other, so that what slows a round slows both.
        pairs = zip(found[OURS], found[other], strict=True)
        ratio = statistics.median([ours.cpu / theirs.cpu for ours, theirs in pairs])
        aim = AIMS[other] if other == BARE or way.kept else None
        report.add(f"{way.name}: {OURS} / {other}, CPU", ratio, "x", at_most=aim)


def _job(profile: Profile, way: Way, proxy: Proxy, origin: Site) -> Job:
    return Job(
        proxy=proxy.port,
        hosts=[proxy.host],
        port=origin.tls_port if way.tls else origin.port,
        requests=way.requests,
        connections=profile.connections,
        tls=way.tls,
        kept=way.kept,
    )


def _measure(proxy: Proxy, job: Job, load: Talker) -> Cost:
    """RuntimeError when an answer was not the page."""
    before = cpu_seconds(proxy.pid)
    seen = load.ask(asdict(job))
    cpu = cpu_seconds(proxy.pid) - before
    if seen["statuses"] != {"200": job.requests}:
        raise RuntimeError(f"{proxy.name} answered {seen['statuses']}")
    return Cost(cpu / job.requests * 1000, job.requests / seen["seconds"])

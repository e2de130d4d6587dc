"""What is only passed through: CPU of a new connection, of a request on a kept one, of 100 MB.

Beside our gateway's worker: mitmproxy embedded as we embed it, relaying TLS in its own way
(`bare.py`); and where they are installed haproxy, which reads the server name, looks it up in a map
of a million and relays, and squid, which splices by a list as long. haproxy is no proxy to its
clients, and is spared the CONNECT that the others answer; so are the bare relays (`relays.py`),
which read no name and judge nothing: they say what the relay alone costs, and what others would.
Turns alternate; every connection is real TLS.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import squid
from benchmarks.feeds import prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import CLOSED_ADDRESS, HOST
from benchmarks.load import Job
from benchmarks.processes import Talker, cpu_seconds
from benchmarks.profile import Profile
from benchmarks.proxy import BARE, OURS, Proxy, bare, wait_for
from benchmarks.relays import WAYS as RELAYS
from benchmarks.report import Report
from benchmarks.site import Site, site
from tests.e2e.house import free_port

HAPROXY, SQUID = "haproxy", "squid"
BIG_BYTES = 10_000_000
AIMS = {"new connection": 1.0, "request on a kept one": 0.06, "100 MB": 0.05}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to use a connection. `factor`: from CPU seconds a request to the unit."""

    name: str
    unit: str
    port: int  # of the origin
    requests: int
    kept: bool
    factor: float


def run(profile: Profile) -> Report:
    report = Report("door", {"turns": profile.turns, "haproxy": _version()})
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, big_folder = Path(name), Path(name) / "big"
        big_folder.mkdir()
        origin = stack.enter_context(site(folder))
        big = stack.enter_context(site(big_folder, page_bytes=BIG_BYTES))
        feeds = prepare(profile)
        ports = (origin.tls_port, big.tls_port)
        house = stack.enter_context(gateway(folder, feeds, origin.authority, *ports))
        load = stack.enter_context(Talker("benchmarks.load", {}))
        ours = Proxy(OURS, processes(house)["worker 0"], house.port, HOST)
        theirs = stack.enter_context(bare(house, closed=True))
        for way in _ways(profile, *ports):
            proxies = [ours, theirs]
            with ExitStack() as turn:
                if shutil.which(HAPROXY):
                    proxies.append(turn.enter_context(haproxy(folder, way.port, profile.mapped)))
                if squid.available():
                    proxies.append(turn.enter_context(spliced(folder, way, origin, profile.mapped)))
                proxies += [turn.enter_context(relay(name, way.port)) for name in _relays()]
                _compare(report, profile, way, proxies, load)
    return report


def _ways(profile: Profile, port: int, big_port: int) -> tuple[Way, ...]:
    share = 100_000_000 / BIG_BYTES
    return (
        Way("new connection", "ms", port, profile.passed_new, False, 1000),
        Way("request on a kept one", "ms", port, profile.passed_kept, True, 1000),
        Way("100 MB", "s", big_port, profile.bulk, True, share),
    )


@contextmanager
def haproxy(folder: Path, origin: int, names: int) -> Iterator[Proxy]:
    """One thread, TLS passed on by its server name unless the map has it."""
    port, table, config = free_port(), folder / "names.map", folder / "haproxy.cfg"
    if not table.exists():
        with table.open("w") as file:
            file.writelines(f"name{number}.example 1\n" for number in range(names))
    config.write_text(f"""
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen door
  bind 127.0.0.1:{port}
  tcp-request inspect-delay 5s
  tcp-request content reject if {{ req.ssl_sni,lower,map({table}) -m found }}
  tcp-request content accept if {{ req.ssl_hello_type 1 }}
  server origin 127.0.0.1:{origin}
""")
    process = subprocess.Popen([HAPROXY, "-db", "-q", "-f", str(config)])
    try:
        wait_for(port, process)
        yield Proxy(HAPROXY, process.pid, port, HOST)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def spliced(folder: Path, way: Way, origin: Site, names: int) -> Iterator[Proxy]:
    place = folder / way.name.replace(" ", "-")
    place.mkdir()
    with squid.squid(place, origin.authority, opens=False, names=names) as (pid, port):
        wait_for(port)
        yield Proxy(SQUID, pid, port, HOST)


@contextmanager
def relay(way: str, origin: int) -> Iterator[Proxy]:
    port = free_port()
    with Talker("benchmarks.relays", {"way": way, "port": port, "origin": origin}) as process:
        yield Proxy(f"relay of {way}", process.pid, port, HOST)


def _relays() -> list[str]:
    """Those that can be had here."""
    return [way for way in RELAYS if way != "uvloop" or importlib.util.find_spec(way)]


def _version() -> str:
    if not shutil.which(HAPROXY):
        return "not installed"
    said = subprocess.run([HAPROXY, "-v"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


def _compare(
    report: Report, profile: Profile, way: Way, proxies: Sequence[Proxy], load: Talker
) -> None:
    jobs = {proxy.name: _job(profile, way, proxy) for proxy in proxies}
    found: dict[str, list[float]] = {proxy.name: [] for proxy in proxies}
    for proxy in proxies:
        _measure(proxy, replace(jobs[proxy.name], requests=profile.connections), load)
    for turn in range(profile.turns):
        for proxy in proxies if turn % 2 == 0 else reversed(proxies):
            cpu = _measure(proxy, jobs[proxy.name], load)
            found[proxy.name].append(cpu / way.requests * way.factor)
    for name, costs in found.items():
        aim = AIMS[way.name] if name == OURS else None
        report.add(f"{way.name}: {name}, CPU", statistics.median(costs), way.unit, at_most=aim)
    others = [statistics.median(found[name]) for name in (HAPROXY, SQUID) if name in found]
    if others:
        ratio = statistics.median(found[OURS]) / min(others)
        report.add(f"{way.name}: gateway / the better of both, CPU", ratio, "x", at_most=1.0)


def _job(profile: Profile, way: Way, proxy: Proxy) -> Job:
    return Job(
        proxy=proxy.port,
        hosts=[HOST],
        port=way.port,
        requests=way.requests,
        connections=profile.connections,
        tls=True,
        kept=way.kept,
        source=CLOSED_ADDRESS,
        direct=proxy.name not in (OURS, BARE, SQUID),
    )


def _measure(proxy: Proxy, job: Job, load: Talker) -> float:
    """CPU seconds. RuntimeError when an answer was not the page."""
    before = cpu_seconds(proxy.pid)
    seen = load.ask(asdict(job))
    if seen["statuses"] != {"200": job.requests}:
        raise RuntimeError(f"{proxy.name} answered {seen['statuses']}")
    return cpu_seconds(proxy.pid) - before

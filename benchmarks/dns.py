"""Names a second, and how long an answer takes, with the same list, beside dnsmasq and unbound.

Asked for are names of a list of our own (blocked) and one that is allowed, which each server has at
hand. A household asks 1,000 a second at most; the other runs ask as fast as answers come. The CPU
of an answer is that of all the server's processes; our client's is counted to nobody.
"""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dns_load import question
from benchmarks.feeds import Feeds, own_name, prepare
from benchmarks.household import ADDRESS, CLOCK, HOST, household
from benchmarks.processes import Talker, cpu_seconds, memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from kidgate.lists.names_file import NamesFile
from tests.e2e.house import House, free_port

WINDOW, HOUSEHOLD_RATE = 32, 1000
QUIET = 0.03  # CPU seconds in one: a server that uses less has read all it needs
QUIET_SECONDS = 60.0
MILLI, MICRO, MEGA = 1e3, 1e6, 1e-6


def run(profile: Profile) -> Report:
    feeds = prepare(profile)
    report = Report("dns", {"window": WINDOW, "workers": 1})
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        listed = list(_names(feeds))
        report.add("names in each server", len(listed), "")
        servers = {"Kidgate": _kidgate(folder, feeds)}
        if shutil.which("dnsmasq"):
            servers["dnsmasq"] = _dnsmasq(folder, listed)
        if shutil.which("unbound"):
            servers["unbound"] = _unbound(folder, listed)
        for title, server in servers.items():
            with server as (port, pids):
                if profile.settle:
                    _settle(pids)
                _measure(report, profile, title, port, pids)
                report.add(f"{title}, memory", memory(pids[0]).pss * MEGA, "MB")
    return report


def _settle(pids: Sequence[int]) -> None:
    """Wait until a server has nothing to do but answer."""
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        before = _cpu(pids)
        time.sleep(1)
        if _cpu(pids) - before < QUIET:
            return


def _cpu(pids: Sequence[int]) -> float:
    return sum(map(cpu_seconds, pids))


def _measure(report: Report, profile: Profile, title: str, port: int, pids: Sequence[int]) -> None:
    count = profile.look_ups
    chosen = random.Random(7)
    fresh = chosen.sample(range(profile.generated), min(2 * count, profile.generated))
    blocked = [own_name(number) for number in fresh[: len(fresh) // 2]]
    others = (own_name(number) for number in fresh[len(fresh) // 2 :])
    mixed = [HOST if chosen.random() < 0.75 else name for name in others]
    for what, names, window, rate in (
        ("allowed", [HOST] * count, WINDOW, 0),
        ("blocked, each another name", blocked, WINDOW, 0),
        ("a household's 1,000/s", mixed, 1000, HOUSEHOLD_RATE),
    ):
        told = {"names": names, "window": window, "rate": rate, "port": port, "source": ADDRESS}
        before = _cpu(pids)
        with Talker("benchmarks.dns_load", {**told, "apart": HOST}) as client:
            found = client.ready
        used = (_cpu(pids) - before) / len(names)
        where = f"{title}, {what}"
        report.add(where, found["rate"], f"a second ({found['lost']} lost)")
        report.add(f"{where}: CPU of an answer", used * MICRO, "us")
        aim = 5.0 if rate and title == "Kidgate" else None
        report.add(f"{where}: p99", found["p99"] * MILLI, "ms", at_most=aim)
        if rate:
            report.add(f"{where}: p99 of allowed", found["p99_apart"] * MILLI, "ms")
            report.add(f"{where}: p99 of blocked", found["p99_others"] * MILLI, "ms")


@contextmanager
def _kidgate(folder: Path, feeds: Feeds) -> Iterator[tuple[int, Sequence[int]]]:
    port, proxy = free_port(), free_port()
    house = House(
        folder / "home",
        household(),
        {HOST: "203.0.113.7"},
        more={
            "listen": [f"dns://127.0.0.1:{port}", f"127.0.0.1:{proxy}"],
            "resolver": {"hosts": {HOST: "203.0.113.7"}, "servers": ["127.0.0.1:9"]},
            "dns": {"page_addresses": ["127.0.0.1"]},
        },
        env={"KIDGATE_CLOCK": CLOCK},
    )
    house.home.make()
    for source in feeds.sources:
        shutil.copyfile(source.path, house.home.feeds / f"{source.name}.names")
    shutil.copyfile(feeds.index, house.home.index)
    with house:
        health = house.health()
        yield port, (health["workers"][0]["pid"], health["keeper"]["pid"])


@contextmanager
def _dnsmasq(folder: Path, names: list[str]) -> Iterator[tuple[int, Sequence[int]]]:
    port, conf = free_port(), folder / "dnsmasq.conf"
    lines = [f"address=/{name}/127.0.0.1" for name in names]
    head = [f"port={port}", "listen-address=127.0.0.1", "bind-interfaces", "no-resolv", "no-hosts"]
    conf.write_text("\n".join([*head, f"address=/{HOST}/203.0.113.7", "cache-size=10000", *lines]))
    command = ["dnsmasq", "--no-daemon", f"--conf-file={conf}", "--user=root"]
    yield from _serving(command, port)


@contextmanager
def _unbound(folder: Path, names: list[str]) -> Iterator[tuple[int, Sequence[int]]]:
    port, conf = free_port(), folder / "unbound.conf"
    head = f"""server:
  interface: 127.0.0.1
  port: {port}
  do-daemonize: no
  use-syslog: no
  chroot: ""
  username: ""
  pidfile: ""
  num-threads: 1
  access-control: 127.0.0.0/8 allow
  local-data: "{HOST}. A 203.0.113.7"
"""
    zones = (f'  local-zone: "{name}." always_nxdomain\n' for name in names)
    conf.write_text(head + "".join(zones))
    yield from _serving(["unbound", "-d", "-c", str(conf)], port)


def _serving(command: list[str], port: int) -> Iterator[tuple[int, Sequence[int]]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port, (process.pid,)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    """Until it answers; a million names take their time to be read."""
    deadline = time.monotonic() + 300
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        while time.monotonic() < deadline:
            try:
                sock.connect(("127.0.0.1", port))
                sock.send(question(1, HOST))
                sock.recv(500)
                return
            except OSError:
                time.sleep(0.2)
    raise RuntimeError(f"nothing answers on port {port}")


def _names(feeds: Feeds) -> Iterator[str]:
    """Every listed name once."""
    seen: set[str] = set()
    for source in feeds.sources:
        with NamesFile(source.path) as file:
            for listed in file:
                if listed.mode == "t" and listed.key not in seen:
                    seen.add(listed.key)
                    yield listed.key

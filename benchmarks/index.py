"""The category index at scale, and in the same run what else could hold the same names.

Five million made-up names in 72 categories that overlap; every way to hold them is measured in a
process of its own. The real lists beside the checkout, where they are, are built in as well.
"""

from __future__ import annotations

import heapq
import importlib.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks import feeds, resolver, synthetic
from benchmarks.contenders import WAYS
from benchmarks.processes import Talker
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.timing import alternated, each, median_of_each
from kidgate.lists.build import FeedSource
from kidgate.lists.names_file import NamesFile
from kidgate.lists.seal import Sealed, from_fds, seal

MICRO, MILLI, MEGA = 1e6, 1e3, 1e-6
BUILD_AIM, PEAK_AIM, BYTES_AIM, LOOK_AIM, RELOAD_AIM = 60.0, 600.0, 13.0, 3.0, 50.0


@dataclass(frozen=True, slots=True)
class Hosts:
    """Below listed names, and as many below names that are not."""

    hits: list[str]
    misses: list[str]


def run(profile: Profile) -> Report:
    made = synthetic.make(feeds.CACHE, profile.indexed, profile.look_ups)
    hosts = Hosts([f"www.{n}" for n in made.listed], [f"www.not-{n}" for n in made.listed])
    settings: dict[str, object] = {
        "names": profile.indexed,
        "categories": len(made.sources),
        "hosts": len(hosts.hits),
    }
    report = Report("index", settings)
    with tempfile.TemporaryDirectory(dir=feeds.CACHE) as name:
        folder = Path(name)
        names = _merged(made.sources, folder / "names.tsv")
        _importing(report, names, folder)
        _building(report, "", folder / "index.kgx", made.sources)
        _looking_up(report, profile, folder / "index.kgx", hosts)
        _comparing(report, settings, names, folder, hosts)
        if profile.real:
            sources = (*made.sources, *feeds.prepare(profile).sources)
            _building(report, "with real lists: ", folder / "real.kgx", sources)
    return report


def _merged(sources: Sequence[FeedSource], path: Path) -> Path:
    """All names once, sorted, each with the number of its set of feeds."""
    numbers: dict[tuple[int, ...], int] = {}
    everything = heapq.merge(*(_numbered(feed, s.path) for feed, s in enumerate(sources)))
    with path.open("w") as file:
        for name, group in groupby(everything, key=lambda pair: pair[0]):
            found = tuple(feed for _, feed in group)
            file.write(f"{name.decode()}\t{numbers.setdefault(found, len(numbers))}\n")
    return path


def _numbered(feed: int, path: Path) -> Iterator[tuple[bytes, int]]:
    with NamesFile(path) as names:
        for raw in names.raw():
            yield raw.partition(b"\t")[0], feed


def _importing(report: Report, names: Path, folder: Path) -> None:
    """All names as one list of domains."""
    told = {"list": str(folder / "list.txt"), "names": str(folder / "list.names")}
    with names.open() as file, (folder / "list.txt").open("w") as list_:
        list_.writelines(line.partition("\t")[0] + "\n" for line in file)
    with Talker("benchmarks.building", told) as process:
        report.add("import as one list", process.ready["seconds"], "s")
        report.add("import as one list: processor", process.ready["processor"], "s")
        peak = process.ready["peak"] * MEGA
        report.add("import as one list: peak memory", peak, "MB", at_most=PEAK_AIM)


def _building(report: Report, title: str, path: Path, sources: Sequence[FeedSource]) -> None:
    listed = [{"name": s.name, "category": s.category, "path": str(s.path)} for s in sources]
    with Talker("benchmarks.building", {"index": str(path), "feeds": listed}) as process:
        built = process.ready
    report.add(f"{title}names", built["keys"], "")
    report.add(f"{title}build", built["seconds"], "s", at_most=BUILD_AIM)
    report.add(f"{title}build: processor", built["processor"], "s")
    report.add(f"{title}build: peak memory", built["peak"] * MEGA, "MB", at_most=PEAK_AIM)
    each_name = built["resident"] / built["keys"]
    report.add(f"{title}bytes a name in memory", each_name, "", at_most=BYTES_AIM)
    report.add(f"{title}bytes a name on disk", built["size"] / built["keys"], "")


def _looking_up(report: Report, profile: Profile, path: Path, hosts: Hosts) -> None:
    sealed = seal(path)
    try:
        found = alternated(
            {
                f"{title}{kind}": lambda a=asked, m=moment: _timed(sealed, a, m)
                for title, moment in (
                    ("", "new"),
                    ("known host: ", "known"),
                    ("texts not in memory: ", "cold"),
                )
                for kind, asked in (("hit", hosts.hits), ("miss", hosts.misses))
            },
            profile.rounds,
        )
        for name, value in found.items():
            report.add(name, value * MICRO, "us", at_most=LOOK_AIM if ":" not in name else None)
        _sharing(report, profile, sealed, hosts)
    finally:
        sealed.close()


def _timed(sealed: Sealed, hosts: list[str], moment: str) -> float:
    """The median in seconds, on a newly opened index."""
    if moment == "cold":  # one host for each: their neighbours' texts come with them
        hosts = hosts[:: max(1, len(hosts) // 500)]
        os.posix_fadvise(sealed.file, 0, 0, os.POSIX_FADV_DONTNEED)
    index = from_fds(sealed)
    if moment == "known":
        each(index.find, hosts)
    return median_of_each(index.find, hosts)


def _sharing(report: Report, profile: Profile, sealed: Sealed, hosts: Hosts) -> None:
    """What another process pays for the shared index; this one maps it too, as a worker would."""
    mapped = from_fds(sealed)
    told = {"fds": sealed, "hosts": hosts.hits + hosts.misses}
    with Talker("benchmarks.mapped", told, sealed) as process:
        for moment, name in (("opened", "second reader"), ("used", "second reader, hosts known")):
            for kind, size in process.ready[moment].items():
                report.add(f"{name}: {kind} memory", size * MEGA, "MB")
    assert len(mapped) > 0

    def take(_: int) -> None:
        from_fds(sealed)

    found = alternated(
        {"reload": lambda: each(take, range(profile.reloads)) * MILLI}, profile.rounds
    )
    report.add("reload", found["reload"], "ms", at_most=RELOAD_AIM)


def _comparing(
    report: Report, settings: dict[str, object], names: Path, folder: Path, hosts: Hosts
) -> None:
    for way in WAYS:
        if way == "LMDB" and importlib.util.find_spec("lmdb") is None:
            settings["LMDB"] = "not installed"
            continue
        own = folder / way.replace(" ", "-")
        own.mkdir()
        told = {"way": way, "names": str(names), "folder": str(own), **asdict(hosts)}
        with Talker("benchmarks.contenders", told | {"step": "make"}) as process:
            making = process.ready["seconds"]
        with Talker("benchmarks.contenders", told | {"step": "use"}) as process:
            _tell(report, way, making, process.ready)
    if resolver.installed():
        report.add("dnsmasq: memory", resolver.rss(names, folder) * MEGA, "MB")
    else:
        settings["dnsmasq"] = "not installed"


def _tell(report: Report, way: str, making: float, found: dict[str, Any]) -> None:
    report.add(f"{way}: hit", found["hits"] * MICRO, "us")
    report.add(f"{way}: miss", found["misses"] * MICRO, "us")
    report.add(f"{way}: build", making, "s")
    report.add(f"{way}: open", found["seconds"], "s")
    report.add(f"{way}: memory", found["memory"] * MEGA, "MB")
    report.add(f"{way}: memory of each process", found["own"] * MEGA, "MB")
    if found["file"]:
        report.add(f"{way}: file", found["file"] * MEGA, "MB")

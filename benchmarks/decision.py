"""The decision: how long `decide` takes, with and without the index, and what the index costs."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks.feeds import build, prepare, with_large
from benchmarks.household import CHILD, CLOCK, DEVICE, HOST, RULES, household
from benchmarks.processes import Talker
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.timing import alternated, each
from kidgate.documents.builtin import load_builtin
from kidgate.lists.build import FeedSource
from kidgate.lists.index import open_index
from kidgate.lists.names_file import NamesFile
from kidgate.lists.seal import Sealed, from_fds, seal
from kidgate.policies.decide import decide
from kidgate.policies.model import CategoryIndex, Facts, Verdict, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.snapshot import NoFeeds, PolicySnapshot
from kidgate.policies.snapshot_file import Document, dump_snapshot
from kidgate.proxy.reload import Watch

MICRO, MILLI, MEGA = 1e6, 1e3, 1e-6
DECISION_AIM, BYTES_AIM, RELOAD_AIM = 15.0, 13.0, 50.0
PLAIN = re.compile(r"(?!xn--)[a-z0-9-]{1,40}\.[a-z]{2,12}")  # with room for what we put before it
CACHED_HOSTS = 500  # asked again and again; fewer than any cache holds


@dataclass(frozen=True, slots=True)
class Asked:
    """Hosts of three labels, none twice."""

    hits: list[str]
    misses: list[str]


def run(profile: Profile) -> Report:
    feeds = prepare(profile)
    asked = hosts(feeds.sources, profile.look_ups)
    snapshot = document().compile()
    settings = {
        "child": "9-12",
        "rules": RULES,
        "lists": len(feeds.sources),
        "hosts": len(asked.misses),
        "runs": profile.rounds,
    }
    report = Report("decision", settings)
    _deciding(report, profile, snapshot, feeds.index, asked)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _reloading(report, profile, folder)
        _indexing(report, "real", folder, feeds.sources, profile, asked)
        if profile.large:
            _indexing(report, "large", folder, with_large(feeds), profile, asked)
    return report


def document() -> Document:
    """The benchmark's policy with everything built in."""
    tiers, services, builtin = load_builtin()
    return Document("1", household(), builtin, tiers, services)


def hosts(sources: Sequence[FeedSource], count: int) -> Asked:
    """Listed and unlisted hosts, taken evenly from all lists."""
    names = list(_two_labels(sources))
    step = max(1, len(names) // count)
    taken = names[::step][:count]
    hits, misses = [f"www.{n}" for n in taken], [f"www.not-listed-{n}" for n in taken]
    return Asked(list(dict.fromkeys(hits)), list(dict.fromkeys(misses)))


def _two_labels(sources: Sequence[FeedSource]) -> Iterator[str]:
    for source in sources:
        with NamesFile(source.path) as names:
            for raw in names.raw():
                key = raw.partition(b"\t")[0].decode()
                if PLAIN.fullmatch(key) or key.endswith(".blocked.example"):
                    yield key


def visit(host: str) -> Visit:
    """A page of a host, as the proxy asks for it: resolved, its whole address known."""
    return Visit(
        parse_url(f"https://{host}/wiki/page?id=7"),
        datetime.fromisoformat(CLOCK),
        child=CHILD,
        device=DEVICE,
        other_names=(host, host),
        facts=Facts(addresses=("93.184.215.14",)),
    )


def _deciding(
    report: Report, profile: Profile, snapshot: PolicySnapshot, path: Path, asked: Asked
) -> None:
    usual = [visit(HOST)] * len(asked.misses)
    fresh = [visit(host) for host in asked.misses]
    some = asked.misses[:CACHED_HOSTS]
    again = [visit(host) for host in itertools.islice(itertools.cycle(some), len(fresh))]
    assert decide(usual[0], snapshot).verdict is Verdict.ALLOW

    def deciding(visits: list[Visit], index: Callable[[], CategoryIndex], *, warm: bool) -> float:
        policy = snapshot.with_index(index())  # a new one: its caches are empty
        if warm:
            each(partial(decide, snapshot=policy), visits)
        return each(partial(decide, snapshot=policy), visits) * MICRO

    opened = partial(open_index, path)
    found = alternated(
        {
            "decide, no index": lambda: deciding(usual, NoFeeds, warm=True),
            "decide with look-up, known hosts": lambda: deciding(again, opened, warm=True),
            "decide with look-up, new hosts": lambda: deciding(fresh, opened, warm=False),
        },
        profile.rounds,
    )
    for name, value in found.items():
        report.add(name, value, "us", at_most=DECISION_AIM)


def _reloading(report: Report, profile: Profile, folder: Path) -> None:
    path = folder / "snapshot.json"
    path.write_bytes(dump_snapshot(document()))

    def once(watch: Watch) -> None:
        snapshot = watch.load()
        assert snapshot is not None, watch.fault
        snapshot.with_index(None)

    def reload() -> float:
        return each(once, [Watch(path) for _ in range(profile.reloads)]) * MILLI

    found = alternated({"policy reload": reload}, profile.rounds)
    report.add("policy reload", found["policy reload"], "ms", at_most=RELOAD_AIM)
    report.add("snapshot file", path.stat().st_size * MEGA, "MB")


def _indexing(
    report: Report,
    title: str,
    folder: Path,
    sources: Sequence[FeedSource],
    profile: Profile,
    asked: Asked,
) -> None:
    path = folder / f"{title}.kgx"
    seconds, built = build(path, sources)
    report.add(f"{title} index: names", built["keys"], "")
    report.add(f"{title} index: file", built["size"] * MEGA, "MB")
    per_name = built["resident"] / built["keys"]
    report.add(f"{title} index: bytes a name", per_name, "", at_most=BYTES_AIM)
    report.add(f"{title} index: build", seconds, "s")
    _looking_up(report, title, path, profile, asked)
    sealed = seal(path)
    try:
        _mapping(report, title, sealed, profile, asked)
    finally:
        sealed.close()


def _looking_up(report: Report, title: str, path: Path, profile: Profile, asked: Asked) -> None:
    """Each on a newly opened index, whose caches are empty."""

    def fresh(hosts: list[str]) -> float:
        return each(open_index(path).find, hosts) * MICRO

    def again(hosts: list[str]) -> float:
        index, some = open_index(path), hosts[:CACHED_HOSTS]
        each(index.find, some)
        return each(index.find, some * max(1, len(hosts) // len(some))) * MICRO

    found = alternated(
        {
            "hit": lambda: fresh(asked.hits),
            "miss": lambda: fresh(asked.misses),
            "hit, cached": lambda: again(asked.hits),
            "miss, cached": lambda: again(asked.misses),
        },
        profile.rounds,
    )
    for name, value in found.items():
        report.add(f"{title} index: {name}", value, "us")


def _mapping(report: Report, title: str, sealed: Sealed, profile: Profile, asked: Asked) -> None:
    """What a worker pays for the shared index; this process maps it too, as a second worker
    would."""
    mapped = from_fds(sealed)
    hosts = asked.hits + asked.misses
    told = {"fds": sealed, "hosts": hosts}
    with Talker("benchmarks.mapped", told, sealed) as process:
        for moment, name in (("opened", "mapped"), ("used", f"after {len(hosts)} hosts")):
            for kind, size in process.ready[moment].items():
                report.add(f"{title} index: {name}, {kind}", size * MEGA, "MB")
    assert len(mapped) > 0

    def take(_: int) -> None:
        from_fds(sealed)

    found = alternated(
        {"reload": lambda: each(take, range(profile.reloads)) * MILLI}, profile.rounds
    )
    report.add(f"{title} index: reload", found["reload"], "ms", at_most=RELOAD_AIM)

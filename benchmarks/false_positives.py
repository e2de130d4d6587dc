"""Whom the default tier 9-12 stops with security and adult lists on, among sites that many use.

Visits are judged as the gateway judges them: built-in policy, real lists, look-alikes. Every stop
is printed with its reason and list; on the top lists most are what the lists say (adult sites are
popular), so only banks, schools and what security lists stop there speak of mistakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import feeds as lists
from benchmarks.feeds import REAL
from benchmarks.lookalike import INNOCENT, hosts_of
from benchmarks.profile import Profile
from benchmarks.report import Report
from kidgate.content.lookalike import with_lookalikes
from kidgate.documents.builtin import load_builtin
from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.importing import import_feed
from kidgate.lists.index import open_index
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import Decision, Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import PolicyRows, ProfileRow, Settings
from kidgate.policies.snapshot import PolicySnapshot

LISTS = ("Tranco 10k", "Majestic 10k", ".vn names", "banks", "schools")
UT1 = "domains/ut1/ut1-blacklists.tar.gz"
# What a family's gateway would take of the catalogue; (file, member, category).
FEEDS = (
    ("domains/hostsvn/adult-hosts.gz", "", "adult"),
    ("domains/hostsvn/adult-filter-VN.txt", "", "adult"),
    ("domains/shadowwhisperer/Adult.txt.gz", "", "adult"),
    ("domains/sinfonietta/pornography-hosts.gz", "", "adult"),
    ("domains/hagezi/adblock-tif.normal.txt.gz", "", "malware"),
    ("domains/blocklistproject/phishing-nl.txt.gz", "", "phishing"),
    (UT1, "phishing", "phishing"),
    (UT1, "malware", "malware"),
    ("security/chongluadao/urls.txt.gz", "", "scam"),
    ("security/durablenapkin-hosts.txt", "", "scam"),
    ("security/polkadot-phishing-all.json.gz", "", "phishing"),
)
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)  # in Viet Nam


def run(profile: Profile) -> Report:
    feeds = [feed for feed in FEEDS if profile.real and (REAL / feed[0]).exists()]
    snapshot = _snapshot(feeds)
    report = Report("false_positives", {"tier": "9-12", "lists": len(feeds)})
    for title in LISTS:
        stops = [(host, found) for host in _hosts(title) if (found := _judge(host, snapshot)).stops]
        for host, found in stops:
            print(f"{title}: {host}: {found.reason} {found.category} ({found.source})")
        total = max(len(_hosts(title)), 1)
        by_reason = Counter(_kind(found) for _, found in stops)
        for kind, count in sorted(by_reason.items()):
            report.add(f"{title}, {kind}", 10_000 * count / total, "in 10,000")
        report.add(
            f"{title}, all", 10_000 * len(stops) / total, f"in 10,000 ({len(stops)} of {total})"
        )
    return report


def _kind(found: Decision) -> str:
    who = "list" if found.source.kind == "feed" else found.source.kind
    return f"{found.reason} {found.category or '-'} by {who}"


def _hosts(title: str) -> list[str]:
    files = [REAL / file for file in INNOCENT[title]]
    if not all(file.exists() for file in files):
        return ["site.example"]
    return sorted({host for file in files for host in hosts_of(file)})


def _judge(host: str, snapshot: PolicySnapshot) -> Decision:
    return decide(Visit(Url("https", host, 443, "/"), NOON, child="mai"), snapshot)


def _snapshot(feeds: list[tuple[str, str, str]]) -> PolicySnapshot:
    tiers, services, builtin = load_builtin()
    rows = PolicyRows(
        settings=Settings(zone="Asia/Ho_Chi_Minh"), profiles=(ProfileRow("mai", tier="9-12"),)
    )
    compiled = compile_snapshot(rows, builtin, tiers=tiers, services=services, id="bench")
    folder = lists.CACHE / "false_positives"
    folder.mkdir(parents=True, exist_ok=True)
    sources = list(_sources(feeds, folder))
    build_index(folder / "index.kgx", sources)
    return with_lookalikes(compiled).with_index(open_index(folder / "index.kgx"))


def _sources(feeds: list[tuple[str, str, str]], folder: Path) -> Iterator[FeedSource]:
    for file, member, category in feeds:
        name = f"{Path(file).name.partition('.')[0]}-{member}".strip("-").lower()
        path = folder / f"{name}.names"
        import_feed(REAL / file, path, member=member)
        yield FeedSource(name, category, path)

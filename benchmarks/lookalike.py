"""The look-alike check: whom it hits by mistake, what it catches, what a host costs.

Innocent hosts are those of the top lists, the registered `.vn` names, banks, schools, universities
and directories of ordinary sites; nothing is taken off them, and the exemptions of the gateway
(services, banks never decrypted) are not used. Every hit is printed. Scam lists count where they
name a brand of the registry: folded as a reader would, a label of the host holds one of its
spellings, or has a common one as a whole word between hyphens and digits. Pages on a brand's own
hosting are left out: no name can tell them.

The weights were set with one half of each list, by a hash of the name; a host stands in one half
everywhere. `unseen` is the other half. What the registry knows of single names (a brand's own
hosts, namesakes, innocent words) was mended later by the hits of both. `new here`: blocked by a
house that meets the site for the first time, as it does each one in its first week.
"""

from __future__ import annotations

import csv
import gc
import gzip
import hashlib
import json
import random
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.feeds import REAL
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.timing import alternated, each
from kidgate.content.lookalike import score
from kidgate.content.lookalike_brands import START, Brands
from kidgate.content.lookalike_letters import read, shape
from kidgate.documents.builtin import load_builtin
from kidgate.policies.deciders import THREAT_BLOCKS, THREAT_WARNS
from kidgate.policies.names import InvalidName, canonical_host, parents
from kidgate.policies.suffixes import Suffixes

MICRO, MILLI, MEGA = 1e6, 1e3, 1e-6
PER = 10_000  # hosts; the aim is at most one hit in so many
SHOWN_MISSES = 12
INNOCENT = {
    "Tranco 10k": ("topsites/tranco10k.txt.gz",),
    "Majestic 10k": ("topsites/majestic10k.txt.gz",),
    ".vn names": ("topsites/vn-domains-a.txt.gz",),
    "banks": ("allow/misp-bank-website.txt",),
    "schools": (
        "allow/swot-vn.csv",
        "allow/swot-world-a.csv.gz",
        "allow/misp-university_domains.txt.gz",
    ),
    "UT1 ordinary": ("domains/ut1/ut1-blacklists.tar.gz",),
    "Cloudflare 100k": ("measure-only/cloudflare-top100k.txt.gz",),
}
NO_AIM = ("UT1 ordinary", "Cloudflare 100k")  # fakes of all kinds are among them
# Directories of sites that are what they are, many with names of several labels.
ORDINARY = frozenset(
    [
        *("press", "blog", "shopping", "sports", "liste_bu", "liste_blanche", "child", "cooking"),
        *("educational_games", "games", "audio-video", "social_networks", "webmail", "cleaning"),
        *("update", "forums", "financial", "bank", "manga", "celebrity", "mobile-phone"),
        *("translation", "ai", "filehosting", "radio"),
    ]
)
SCAMS = {
    "ChongLuaDao": (
        "security/chongluadao/urls.txt.gz",
        "security/malware-filter/vn-badsite-filter-domains.txt.gz",
    ),
    "phishing": ("domains/blocklistproject/phishing-nl.txt.gz",),
    "crypto phishing": ("security/polkadot-phishing-all.json.gz",),
    "scam shops": ("security/durablenapkin-hosts.txt",),
}
MADE_UP_INNOCENT = ("site.example", "tsa.gov", "mtb.com", "ual.com", "pineapple.example")
MADE_UP_SCAMS = ("vietcombank-login.example", "bocongan-gov.vn.example", "tiki88.example")


@dataclass(frozen=True, slots=True)
class Lists:
    innocent: dict[str, list[str]]
    scams: dict[str, list[str]]


def run(profile: Profile) -> Report:
    brands = registry()
    lists = real() if profile.real else made_up()
    hosts = [host for found in lists.innocent.values() for host in found][: profile.look_ups]
    report = Report("lookalike", {"brands": len(brands.rows), "hosts timed": len(hosts)})
    for name, found in lists.innocent.items():
        _mistakes(report, name, found, brands)
    for name, found in lists.scams.items():
        _catches(report, name, found, brands)
    _cost(report, profile, brands, hosts)
    return report


def registry() -> Brands:
    """The registry as a worker has it, not compiled yet."""
    _, _, builtin = load_builtin()
    return Brands(
        builtin.brands,
        builtin.lookalike,
        Suffixes(builtin.suffixes),
        frozenset(builtin.shared_hosting),
    )


def unseen(host: str) -> bool:
    """Whether a host is in the half that no weight was set with."""
    return hashlib.sha256(b"kidgate" + host.encode()).digest()[0] & 1 == 1


def names_a_brand(host: str, brands: Brands) -> bool:
    """Whether a host holds a spelling of the registry, as a reader sees it."""
    if not brands.trusted.isdisjoint(parents(host)):
        return False
    texts = [read(label).text for label in host.split(".")]
    joined = [text.replace("-", "") for text in texts]
    return (
        any(_holds(text, brands.starts) for text in joined)
        or any(_holds(shape(text), brands.shape_starts) for text in joined)
        or any(word in brands.common for text in texts for word in _words(text))
    )


def _holds(text: str, starts: Mapping[str, tuple[str, ...]]) -> bool:
    return any(
        text.startswith(token, at)
        for at in range(len(text) - START + 1)
        for token in starts.get(text[at : at + START], ())
    )


def _words(text: str) -> list[str]:
    return "".join(c if c.isalpha() else " " for c in text).split()


def _mistakes(report: Report, name: str, hosts: list[str], brands: Brands) -> None:
    hits = []
    for host in hosts:
        found = score(host, brands)
        if found is not None and found.score >= THREAT_WARNS:
            hits.append(host)
            why = ", ".join(f"{e.feature} {e.said} {e.weight:+.0f}" for e in found.evidence)
            print(f"  hit in {name}: {host}: {found.brand} {found.score:.0f} ({why})")
    blocked = [h for h in hits if _score(h, brands) >= THREAT_BLOCKS]
    fresh = [host for host in hosts if unseen(host)]
    fresh_hits = [host for host in hits if unseen(host)]
    report.add(f"{name}: hosts", len(hosts), "")
    aim = None if name in NO_AIM else 1.0
    report.add(f"{name}: hits", PER * len(hits) / len(hosts), "in 10,000", at_most=aim)
    if fresh:
        report.add(f"{name}: hits, unseen", PER * len(fresh_hits) / len(fresh), "in 10,000")
    report.add(f"{name}: blocked", PER * len(blocked) / len(hosts), "in 10,000")
    first = [host for host in hits if _score(host, brands, new_here=True) >= THREAT_BLOCKS]
    report.add(f"{name}: blocked, new here", PER * len(first) / len(hosts), "in 10,000")


def _catches(report: Report, name: str, hosts: list[str], brands: Brands) -> None:
    naming = [host for host in hosts if names_a_brand(host, brands)]
    report.add(f"{name}: hosts that name a brand", len(naming), f"of {len(hosts):,}")
    for half, some in (("", naming), (", unseen", [host for host in naming if unseen(host)])):
        if some:
            scores = [_score(host, brands) for host in some]
            for word, limit in (("warned or blocked", THREAT_WARNS), ("blocked", THREAT_BLOCKS)):
                caught = sum(value >= limit for value in scores)
                report.add(f"{name}: {word}{half}", 100 * caught / len(some), "%")
            caught = sum(_score(h, brands, new_here=True) >= THREAT_BLOCKS for h in some)
            report.add(f"{name}: blocked, new here{half}", 100 * caught / len(some), "%")
    missed = [h for h in naming if unseen(h) and _score(h, brands) < THREAT_WARNS]
    for host in random.Random(1).sample(missed, min(SHOWN_MISSES, len(missed))):
        print(f"  missed in {name}: {host} ({_score(host, brands):.0f})")


def _score(host: str, brands: Brands, *, new_here: bool = False) -> float:
    """`new_here`: as `policies.deciders` counts it, of sites that are worth a warning."""
    found = score(host, brands)
    if found is not None and new_here and found.score >= THREAT_WARNS:
        found = found.first_seen()
    return found.score if found is not None else 0.0


def _cost(report: Report, profile: Profile, brands: Brands, hosts: list[str]) -> None:
    def scoring() -> float:
        return each(partial(score, brands=brands), hosts) * MICRO

    def compiling() -> float:
        def once(_: int) -> None:
            _score("www.not-listed.example", replace(brands))

        return each(once, range(profile.reloads)) * MILLI

    found = alternated({"one host": scoring, "registry compiled": compiling}, profile.rounds)
    report.add("one host", found["one host"], "us")
    report.add("registry compiled", found["registry compiled"], "ms")
    report.add("registry, memory", _memory(brands) * MEGA, "MB")


def _memory(brands: Brands) -> float:
    """Bytes of the compiled tables."""
    gc.collect()
    tracemalloc.start()
    fresh = replace(brands)
    _score("xn--pple-43d.example", fresh)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(used)


def real() -> Lists:
    """The lists beside the checkout."""
    return Lists(_all(INNOCENT), _all(SCAMS))


def made_up() -> Lists:
    """A few names: shows that everything works."""
    return Lists({"made up": list(MADE_UP_INNOCENT)}, {"made up": list(MADE_UP_SCAMS)})


def _all(named: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {
        name: list(dict.fromkeys(h for path in paths for h in hosts_of(REAL / path)))
        for name, paths in named.items()
    }


def hosts_of(path: Path) -> Iterator[str]:
    """Canonical hosts of a list; lines that name none are left out."""
    for text in _reader(path)(path):
        try:
            yield canonical_host(text.partition("/")[0].partition(":")[0].lstrip("."))
        except InvalidName:
            continue


def _reader(path: Path) -> Callable[[Path], Iterator[str]]:
    name = path.name.removesuffix(".gz")
    readers = {".csv": _first_column, ".json": _denied, ".tar": _ordinary}
    return readers.get(Path(name).suffix, _last_words)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")


def _last_words(path: Path) -> Iterator[str]:
    """Domains, hosts or URLs, one in a line."""
    for line in _text(path).splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split()[-1]


def _first_column(path: Path) -> Iterator[str]:
    return (row[0] for row in csv.reader(_text(path).splitlines()) if row)


def _ordinary(path: Path) -> Iterator[str]:
    with tarfile.open(path) as archive:
        for member in archive:
            folder, name = Path(member.name).parts[-2:] if "/" in member.name else ("", "")
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and name == "domains" and folder in ORDINARY:
                yield from file.read().decode("utf-8", "replace").split()


def _denied(path: Path) -> Iterator[str]:
    yield from json.loads(_text(path))["deny"]

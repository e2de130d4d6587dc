"""Rules of filter lists: how long a URL takes among 50,000 of them, beside other ways to do it.

Two sets: one made up here, and where it lies beside the checkout, EasyList with requests that other
people recorded (asked of tables in memory, never sent). Beside it: the same rules as one regular
expression of Python's `re`, and Brave's engine (the package `adblock`), if it is installed.
"""

from __future__ import annotations

import gzip
import importlib
import json
import random
import re
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.feeds import REAL
from benchmarks.profile import Profile
from benchmarks.report import Report
from kidgate.lists.adblock import AdblockParser
from kidgate.lists.entries import Entries, Entry, Mode
from kidgate.lists.report import Passed
from kidgate.lists.rules.table import RuleTable, build
from kidgate.lists.shared_hosts import bundled
from kidgate.policies.model import Asked
from kidgate.policies.names import InvalidName, Url, parse_url

MICRO, MEGA = 1e6, 1e-6
RULES, AIM = 50_000, 25.0
RE_RULES, RE_URLS = 2000, 100  # one expression of all rules takes too long to be waited for
ADBLOCK = REAL / "vectors" / "adblock"
RESOURCES = {"script": "script", "image": "image", "xhr": "empty", "stylesheet": "style"}
NAMED_THERE = {"xhr": "xmlhttprequest"}


@dataclass(frozen=True, slots=True)
class Request:
    url: Url
    page: str
    kind: str  # as Adblock lists name it

    @property
    def asked(self) -> Asked:
        url = self.url
        return Asked(url.scheme, url.port, parse_url(self.page).host, RESOURCES[self.kind])


def run(profile: Profile) -> Report:
    count = RULES if profile.look_ups > 1000 else 500
    report = Report("rules", {"rounds": profile.rounds, "urls": profile.look_ups // 10})
    lines = made_up_lines(count)
    _measured(report, profile, "made up", lines, made_up_requests(profile.look_ups // 10, count))
    if profile.real and ADBLOCK.is_dir():
        text = gzip.decompress((ADBLOCK / "easylist-2018.txt.gz").read_bytes()).decode()
        _measured(report, profile, "EasyList", text.split("\n"), recorded(profile.look_ups // 10))
    return report


def made_up_lines(count: int) -> list[str]:
    """Half names with conditions, the rest paths, words and a few expressions."""
    lines = []
    for n in range(count):
        lines.append(
            (
                f"||s{n:05}.example^$third-party",
                f"||s{n:05}.example/ads/{n % 7}_",
                f"||t{n:05}.example^$script,domain=~u{n:05}.example",
                f"/w{n:05}-banner-",
                f"||v{n:05}.example^$image",
                f"&z{n:05}=$~document",
                f"||x{n:05}*.example^",
                f"/y{n:05}/*/promo.js",
                f"||w{n:05}.example^$third-party",
                rf"/q{n:05}[0-9]+\.(gif|png)/",
            )[n % 10]
        )
    return lines


def made_up_requests(count: int, rules: int) -> list[Request]:
    """One in ten for a listed name; paths and queries of usual lengths."""
    pick = random.Random(11)
    words = [
        "assets",
        "main",
        "js",
        "css",
        "img",
        "news",
        "2026",
        "v2",
        "api",
        "user",
        "banner",
        "x1",
    ]
    kinds = list(RESOURCES)
    made = []
    for n in range(count):
        listed = pick.randrange(rules)
        host = f"s{listed:05}.example" if n % 10 == 0 else f"cdn{n % 400}.site{n % 900}.example"
        path = "/".join(pick.choices(words, k=pick.randint(1, 6)))
        query = "&".join(f"{w}={pick.randrange(10**6)}" for w in pick.choices(words, k=n % 5))
        url = parse_url(f"https://{host}/{path}.{pick.choice(words)}?{query}")
        made.append(Request(url, f"https://www.site{n % 90}.example/", kinds[n % 4]))
    return made


def recorded(count: int) -> list[Request]:
    """Requests of real pages, taken evenly from all of them."""
    with zipfile.ZipFile(ADBLOCK / "requests.json.zip").open("requests.json") as file:
        rows = [json.loads(line) for line in file]
    found = []
    for row in rows[:: max(1, len(rows) // count // 2)]:
        if row["cpt"] not in RESOURCES:
            continue
        try:
            parse_url(row["frameUrl"])
            found.append(Request(parse_url(row["url"]), row["frameUrl"], row["cpt"]))
        except InvalidName:
            continue  # `data:`, `blob:`
    return found[:count]


def rules_of(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines that are rules of their own, and their canonical texts."""
    read = AdblockParser(Entries(bundled()))
    kept: list[str] = []
    texts: list[str] = []
    for line in lines:
        said = read(line)
        found = () if isinstance(said, Passed) else said
        new = [e.key for e in found if isinstance(e, Entry) and e.mode is Mode.RULE]
        texts += new
        kept += [line] * bool(new)
    return kept, texts


def _measured(
    report: Report, profile: Profile, name: str, lines: Sequence[str], requests: Sequence[Request]
) -> None:
    started = time.perf_counter()
    kept, texts = rules_of(lines)
    report.add(f"{name}: rules", len(texts), "")
    report.add(f"{name}: read", (time.perf_counter() - started) / len(lines) * MICRO, "us a line")
    started = time.perf_counter()
    blob = build((0, text) for text in texts)
    report.add(f"{name}: build", time.perf_counter() - started, "s")
    report.add(f"{name}: bytes a rule", len(blob) / len(texts), "")
    started = time.perf_counter()
    table = RuleTable(memoryview(blob))
    report.add(f"{name}: open", (time.perf_counter() - started) * 1000, "ms")
    visits = [(r.url.host, r.url.target, r.asked) for r in requests]
    found = _each(lambda visit: table.find(*visit), visits, profile.rounds)
    report.add(f"{name}: find, median", statistics.median(found) * MICRO, "us", at_most=AIM)
    report.add(f"{name}: find, 95 of 100", statistics.quantiles(found, n=20)[-1] * MICRO, "us")
    blocked = [bool(table.find(*visit).blocked) for visit in visits]
    report.add(f"{name}: stopped", sum(blocked) / len(blocked) * 100, "%")
    hosts = [host for host, _, _ in visits]
    found = _each(table.find, hosts, profile.rounds)
    report.add(f"{name}: find by host, median", statistics.median(found) * MICRO, "us")
    _beside_re(report, name, texts, requests)
    _beside_brave(report, profile, name, kept, requests, blocked)


def _beside_re(
    report: Report, name: str, texts: Sequence[str], requests: Sequence[Request]
) -> None:
    """The patterns alone, without their conditions, as one expression."""
    bare = (text.partition("$")[0] for text in texts if text.startswith(("||", "*")))
    patterns = [pattern for pattern in bare if len(pattern) > 4][:RE_RULES]
    signs = {"*": ".*?", "^": r"(?:[^\w.%-]|$)", "|": ""}
    bodies = ("".join(signs.get(c, re.escape(c)) for c in p) for p in patterns)
    one = re.compile("|".join(bodies))
    urls = [str(r.url) for r in requests[:RE_URLS]]
    found = statistics.median(_each(one.search, urls, 1))
    report.add(f"{name}: re, {len(patterns)} rules, median", found * MICRO, "us")


def _beside_brave(
    report: Report,
    profile: Profile,
    name: str,
    lines: Sequence[str],
    requests: Sequence[Request],
    blocked: Sequence[bool],
) -> None:
    try:
        adblock = importlib.import_module("adblock")
    except ImportError:
        print("the package adblock is not installed: not compared with it", file=sys.stderr)
        return
    filters = adblock.FilterSet()
    filters.add_filters(list(lines))
    check = adblock.Engine(filters).check_network_urls
    asked = [(str(r.url), r.page, NAMED_THERE.get(r.kind, r.kind)) for r in requests]
    found = _each(lambda request: check(*request), asked, profile.rounds)
    report.add(f"{name}: Brave's engine, median", statistics.median(found) * MICRO, "us")
    same = sum(check(*a).matched is b for a, b in zip(asked, blocked, strict=True))
    report.add(f"{name}: verdicts as Brave's", same / len(asked) * 100, "%")


def _each[T](call: Callable[[T], object], inputs: Sequence[T], rounds: int) -> list[float]:
    """Seconds of each call: its fastest of some, for others use this machine too."""
    best = [float("inf")] * len(inputs)
    for _ in range(max(2, rounds)):
        for at, one in enumerate(inputs):
            started = time.perf_counter()
            call(one)
            best[at] = min(best[at], time.perf_counter() - started)
    return best

"""Other people's rules and requests, where they lie beside the checkout. None of them is sent."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.lists.adblock import AdblockParser
from kidgate.lists.entries import Entries, Entry, Mode
from kidgate.lists.report import Passed, Skip
from kidgate.lists.rules.matching import Matcher, Question
from kidgate.lists.rules.table import RuleTable, build
from kidgate.lists.rules.text import parse
from kidgate.lists.shared_hosts import bundled
from kidgate.lists.url_keys import url_keys
from kidgate.policies.model import Asked
from kidgate.policies.names import InvalidName, parents, parse_url

pytestmark = [pytest.mark.shared, pytest.mark.timeout(300)]

SEEN = {
    "document": "document",
    "fetch": "empty",
    "font": "font",
    "image": "image",
    "main_frame": "document",
    "media": "video",
    "other": "manifest",
    "script": "script",
    "stylesheet": "style",
    "subdocument": "iframe",
    "xhr": "empty",
}


@pytest.fixture(scope="module")
def vectors(shared: Path) -> Path:
    return shared / "data" / "vectors" / "adblock"


def question(url: str, source: str, kind: str) -> Question:
    """Raises InvalidName for a URL that no browser sends through a proxy."""
    visited = parse_url(url)
    try:
        page = parse_url(source).host
    except InvalidName:
        page = "elsewhere.invalid"  # `https://`: some other site
    said = Asked(visited.scheme, visited.port, page, SEEN[kind])
    return Question(visited.host, visited.target, said)


def holds(entry: Entry, asked: Question) -> bool:
    if entry.mode is Mode.URL:
        return any(
            name + end == entry.key
            for name in parents(asked.host)
            for end in url_keys(asked.target)
        )
    if entry.mode is not Mode.RULE:
        return entry.key in parents(asked.host)
    matcher = Matcher(parse(entry.key))
    return matcher.needle in asked.lower and matcher.holds(asked)


def test_rules_hold_for_the_requests_that_they_are_known_to_match(vectors: Path):
    read = AdblockParser(Entries(bundled()))
    counted: Counter[str] = Counter()
    wrong = []
    for known in json.loads(
        gzip.decompress((vectors / "matching-requests-a.json.gz").read_bytes())
    ):
        if known["url"].endswith("?"):
            continue  # cut by who made the vectors; a canonical URL has no empty query
        try:
            asked = question(known["url"], known["sourceUrl"], known["type"])
        except InvalidName:
            continue
        for line in known["filters"]:
            said = read(line)
            taken = [outcome for outcome in said if isinstance(outcome, Entry)]
            if not taken:
                counted.update(said)
                continue
            counted["holds"] += 1
            if not any(holds(entry, asked) for entry in taken):
                wrong.append((line, known["url"]))
    # A fetch(), which is no XMLHttpRequest there; browsers tell filters that it is.
    assert [line for line, _ in wrong] == ["||tcog.news.com.au^$~xmlhttprequest"]
    assert counted == {"holds": 4567, "modifier": 21, "too_general": 2, "top_level": 1}


def outcomes(path: Path) -> Iterator[tuple[str, Entry | Skip]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    read = AdblockParser(Entries(bundled()))
    for line in text.split("\n"):
        said = read(line)
        if not isinstance(said, Passed):
            for outcome in said:
                yield line, getattr(outcome, "entry", outcome)


@pytest.mark.parametrize(
    ("name", "skipped"),
    [
        ("adguard_regexp_pattern_network_rules.txt", {"modifier": 26, "regex_feature": 31}),
        ("adguard_sdn_filter.txt.gz", {"too_general": 1}),
        ("adguardhome-dns.txt.gz", {}),
        (
            "easylist-2018.txt.gz",
            {"modifier": 128, "scheme": 5, "too_general": 2, "regex_feature": 1, "top_level": 1},
        ),
    ],
)
def test_lines_of_real_lists_are_taken_or_skipped_with_a_reason(
    name: str, skipped: dict[str, int], vectors: Path
):
    reasons: Counter[str] = Counter()
    for _, outcome in outcomes(vectors / name):
        if isinstance(outcome, Skip):
            reasons[outcome] += 1
        elif outcome.mode is Mode.RULE:
            assert str(parse(outcome.key)) == outcome.key
    del reasons[Skip.COSMETIC], reasons[Skip.PATTERN]
    assert reasons == skipped


@pytest.fixture(scope="module")
def easylist(vectors: Path) -> tuple[list[str], RuleTable]:
    """The lines that are taken, and a table of them in which names and URLs are rules too."""
    taken = outcomes(vectors / "easylist-2018.txt.gz")
    kept = [(line, entry) for line, entry in taken if isinstance(entry, Entry)]
    table = RuleTable(memoryview(build((0, as_rule(entry)) for _, entry in kept)))
    return [line for line, _ in kept], table


def as_rule(entry: Entry) -> str:
    if entry.mode is Mode.RULE:
        return entry.key
    if entry.mode is Mode.URL:
        return f"||{entry.key.lower()}"
    return f"{'@@' * (entry.mode is Mode.EXCEPT)}||{entry.key}^"


def requests(vectors: Path) -> Iterable[dict[str, Any]]:
    with zipfile.ZipFile(vectors / "requests.json.zip").open("requests.json") as file:
        yield from map(json.loads, file)


def test_verdicts_are_those_of_another_engine(vectors: Path, easylist: tuple[list[str], RuleTable]):
    """Brave's, of sub-requests: of a page that is opened it thinks otherwise (`text.py`), and of
    addresses that are not canonical it sees another spelling."""
    adblock = pytest.importorskip("adblock", reason="the package adblock is not installed")
    lines, table = easylist
    filters = adblock.FilterSet()
    filters.add_filters(lines)
    engine = adblock.Engine(filters)
    compared: Counter[bool] = Counter()
    for request in list(requests(vectors))[::5]:
        kind, url, page = request["cpt"], request["url"], request["frameUrl"]
        try:
            visited, _ = parse_url(url), parse_url(page)
        except InvalidName:
            continue
        if kind not in SEEN or kind in ("document", "other") or str(visited) != url:
            continue
        asked = question(url, page, kind)
        said = Asked(visited.scheme, visited.port, asked.initiator, SEEN[kind])
        ours = bool(table.find(visited.host, visited.target, said).blocked)
        theirs = {"xhr": "xmlhttprequest", "fetch": "xmlhttprequest"}.get(kind, kind)
        assert ours is engine.check_network_urls(url, page, theirs).matched, (url, page)
        compared[ours] += 1
    assert compared[True] > 300
    assert compared[False] > 2000


def test_known_regressions_of_another_engine_are_not_ours(
    vectors: Path, easylist: tuple[list[str], RuleTable]
):
    _, *rows = (vectors / "regressions.tsv").read_text(encoding="utf-8").splitlines()
    for row in rows:
        url, source, kind, blocked = row.split("\t")
        visited = parse_url(url)
        said = Asked(visited.scheme, visited.port, parse_url(source).host, SEEN[kind])
        hits = easylist[1].find(visited.host, visited.target, said)
        assert bool(hits.blocked) is (blocked == "true"), url

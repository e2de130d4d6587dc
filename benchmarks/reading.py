"""Reading pages: what a page of 100 KB costs by itself, and through the whole gateway.

The page is HTML around texts of Wikipedia (Vietnamese and English) that lie beside the checkout, so
that almost nothing of it is found and all of it is read. Through the gateway: HTTPS, opened, on
kept connections, plain and gzip, with the same phrases, beside mitmproxy embedded in the same way
without our stages and, where it is installed, e2guardian with the lists of its own package.
"""

from __future__ import annotations

import gzip
import itertools
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks import e2guardian
from benchmarks.feeds import REAL, prepare
from benchmarks.gateway import gateway, processes
from benchmarks.household import HOST
from benchmarks.processes import Talker
from benchmarks.profile import Profile
from benchmarks.proxy import OURS, Proxy, Way, _job, _measure, bare, wait_for
from benchmarks.report import Report
from benchmarks.site import site
from benchmarks.timing import each
from kidgate.console.phrase_import import read_lists
from kidgate.content.page_text import page_text
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.loading import analyser
from kidgate.content.phrases.score import score
from kidgate.content.text.read import read_page
from kidgate.documents.imported_phrases import ImportedList, dump
from kidgate.documents.phrases import own_phrases
from kidgate.policies.phrases import Phrase

PAGE = 100_000  # bytes
TEXTS = ("wikipedia-paragraphs-vi-a.jsonl.gz", "wikipedia-paragraphs-en-a.jsonl.gz")
LISTS = REAL / "phrases" / "e2guardian-lists.tar.gz"
E2GUARDIAN = "e2guardian"
HTML = "text/html; charset=utf-8"
MILLI = 1e3


def run(profile: Profile) -> Report:
    page = html(profile)
    phrases = analyser(rows(profile))
    report = Report("reading", {"page bytes": len(page), "phrases": len(phrases.phrases)})
    _alone(report, profile, page, phrases)
    for name, body in (("plain", page), ("gzip", gzip.compress(page))):
        _through(report, profile, name, body)
    return report


def rows(profile: Profile) -> Iterator[Phrase]:
    """Our own phrases, and e2guardian's of all languages where they lie beside the checkout."""
    yield from own_phrases()
    if profile.real:
        yield from read_lists(LISTS, "", "")[0]


def html(profile: Profile) -> bytes:
    """A page of some 100 KB: paragraphs with links, lists and attributes, as pages have."""
    paragraphs = list(_paragraphs()) if profile.real else ["Tre xanh mọc quanh làng."]
    parts = ["<!doctype html><html lang=vi><head><title>Bách khoa</title></head><body>"]
    size, wanted = 0, PAGE if profile.real else 2000
    for number, text in enumerate(itertools.cycle(paragraphs)):
        part = (
            f'<h2 id="s{number}">{text[:40]}</h2><p class="text" data-n="{number}">{text} <a '
            f'href="/wiki/{number}" title="{text[:30]}">{text[:20]}</a>&nbsp;<b>{number}</b></p>\n'
        )
        parts.append(part)
        size += len(part.encode())
        if size >= wanted:
            break
    return "".join([*parts, "</body></html>"]).encode()


def _paragraphs() -> list[str]:
    found = []
    for name in TEXTS:
        with gzip.open(REAL / "text" / name, "rt", encoding="utf-8") as lines:
            found += [str(json.loads(line)["text"]) for line in lines]
    return found


def _alone(report: Report, profile: Profile, page: bytes, phrases: Automaton) -> None:
    times = range(20 if profile.real else 2)
    read, packed = read_page(page, HTML), gzip.compress(page)
    works = {
        "whole": lambda _: page_text(page, HTML, "", phrases),
        "text of it": lambda _: read_page(page, HTML),
        "score of it": lambda _: score(read, phrases),
        "whole, gzip": lambda _: page_text(packed, HTML, "gzip", phrases),
    }
    for name, work in works.items():
        cost = statistics.median(each(work, times) for _ in range(profile.rounds)) * MILLI
        report.add(f"alone: {name}", cost, "ms", at_most=5.0 if name == "whole" else None)


def _through(report: Report, profile: Profile, name: str, body: bytes) -> None:
    requests = max(4, profile.kept // 7)
    kept = Way(f"through, {name}", tls=True, kept=True, requests=requests)
    new = replace(kept, name=f"{kept.name}, new connections", kept=False)
    beside = profile.real and e2guardian.available()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder)
        (path / "page").write_bytes(body)
        tls_port = e2guardian.TLS_PORT if beside else 0
        origin = stack.enter_context(site(path, page=path / "page", tls_port=tls_port))
        ports = (origin.port, origin.tls_port)
        lists = _imported(path) if profile.real else None
        house = stack.enter_context(
            gateway(path, prepare(profile), origin.authority, *ports, phrases=lists)
        )
        ours = Proxy(OURS, processes(house)["worker 0"], house.port, HOST)
        runs = [(kept, ours), (kept, stack.enter_context(bare(house))), (new, ours)]
        if beside:  # it closes an opened connection behind each answer
            other = stack.enter_context(e2guardian.e2guardian(path, origin.authority))
            wait_for(other.port)
            runs.append((new, Proxy(E2GUARDIAN, other.pid, other.port, e2guardian.HOST)))
            report.add(f"{new.name}: {E2GUARDIAN}, phrases", other.phrases, "")
        load = stack.enter_context(Talker("benchmarks.load", {}))
        found: dict[str, list[float]] = {f"{way.name}: {proxy.name}": [] for way, proxy in runs}
        for number in range(profile.turns + 1):
            for way, proxy in runs if number % 2 else reversed(runs):
                cost = _measure(proxy, _job(profile, way, proxy, origin), load)
                if number:  # the first turn warms up
                    found[f"{way.name}: {proxy.name}"].append(cost.cpu)
        for told, costs in found.items():
            aim = 4.0 if told == f"{kept.name}: {OURS}" else None
            report.add(f"{told}, CPU", statistics.median(costs), "s/1000", at_most=aim)


def _imported(folder: Path) -> Path:
    """The lists beside the checkout as `kidgate phrases import` keeps them."""
    path = folder / f"{E2GUARDIAN}.json"
    path.write_bytes(dump(ImportedList(E2GUARDIAN, read_lists(LISTS, "", "")[0])))
    return path

"""Every benchmark runs in its smallest form and tells all its figures. How large they are is not
asked: this machine is busy with tests."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import feeds
from benchmarks.__main__ import NAMES, benchmark
from benchmarks.profile import TINY
from benchmarks.report import Report

KEYS = {
    "decision": {
        "decide, no index",
        "decide with look-up, known hosts",
        "decide with look-up, new hosts",
        "policy reload",
        "real index: bytes a name",
        "real index: build",
        "real index: hit",
        "real index: miss, cached",
        "real index: mapped, private",
        "real index: mapped, shared",
        "real index: reload",
    },
    "index": {
        "names",
        "import as one list: peak memory",
        "build",
        "build: peak memory",
        "bytes a name in memory",
        "bytes a name on disk",
        "hit",
        "miss",
        "known host: hit",
        "texts not in memory: hit",
        "second reader: private memory",
        "reload",
        "Python dict: memory",
        "SQLite: hit",
    },
    "rules": {
        "made up: rules",
        "made up: build",
        "made up: bytes a rule",
        "made up: find, median",
        "made up: find by host, median",
    },
    "proxy": {
        f"{way}: gateway / {other}, CPU"
        for way in ("HTTP, kept", "HTTP, new", "HTTPS, kept", "HTTPS, new")
        for other in ("bare mitmproxy", "mitmdump -q")
    },
    "reading": {
        "alone: whole",
        "alone: whole, gzip",
        "through, plain: gateway, CPU",
        "through, gzip: bare mitmproxy, CPU",
    },
    "memory": {
        f"{moment}: {name}"
        for moment in ("idle", "under load", "after")
        for name in ("supervisor", "keeper", "worker 0", "all")
    }
    | {"after half of the long run: worker 0", "growth in the second half: worker 0"},
    "scale": {
        f"{way}, as it comes: {figure}"
        for way in ("kept", "new")
        for figure in ("1 worker", "2 workers", "2 workers / 1, speed", "2 workers / 1, CPU")
    },
    "idle": {
        "alone: p99",
        "idle connections",
        "memory of an idle connection",
        "beside idle ones / alone, p99",
        "attacked by slow ones too / alone, p99",
        "worker, memory",
    },
    "door": {
        f"{way}: {name}, CPU"
        for way in ("new connection", "request on a kept one", "100 MB")
        for name in ("gateway", "bare mitmproxy")
    },
    "lookalike": {
        "made up: hits",
        "made up: blocked",
        "made up: warned or blocked",
        "one host",
        "registry compiled",
        "registry, memory",
    },
    "false_positives": {"Tranco 10k, all", "banks, all", "schools, all"},
    "accuracy": {
        "caught: all, 9-12",
        "caught: first round, held out, 9-12",
        "caught: untouched round, 9-12",
        "caught: all, marks taken off, 9-12",
        "missed: all, 9-12",
        "wrongly stopped: ours, first round, 9-12",
        "wrongly stopped: ours, untouched round, 9-12",
    },
    "dns": {
        f"Kidgate, {what}{figure}"
        for what in ("allowed", "blocked, each another name", "a household's 1,000/s")
        for figure in ("", ": p99")
    },
    "images": {
        "decode JPEG, 320 px",
        "PDQ, 320 px",
        "PDQ look-up, listed",
        "PDQ look-up, not listed",
        "SHA-256 look-up",
        "compiled, bytes a pair",
        "no list, no model: a picture",
        "hashes: a picture of a page",
    },
    "personal_data": {
        "found, all",
        "hit, made-up forms",
        "hit, their sentences",
        "hit, queries of real pages",
        "4 KB, JSON of forms",
        "100 KB, Vietnamese text",
        "a short query",
    },
    "dashboard": {
        "worst page, p95",
        "worst first look",
        "empty page: p95",
        "memory after all",
        "owner: /journal: p95",
        "owner: /journal?text=nowhere-at-all: first look",
        "teacher: /classes/c00: median",
    },
    "blocked": {
        f"{clients}: {figure}"
        for clients in ("1 client", "16 clients")
        for figure in ("p50", "p99", "speed", "committed", "spooled", "dropped")
    },
}
# Each starts gateways and others' proxies; what they share is tried by `proxy` and `dns`.
LONG = {"reading", "door", "false_positives", "dashboard", "scale", "idle", "blocked", "memory"}


def test_every_benchmark_is_tried() -> None:
    assert set(KEYS) == set(NAMES)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.deep] if n in LONG else []) for n in NAMES]
)
def test_benchmark_tells_its_figures_when_tiny(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "CACHE", tmp_path / "cache")
    report = benchmark(name)(TINY)
    assert report.figures.keys() >= KEYS[name]
    assert all(math.isfinite(value) for value in report.figures.values())
    written = json.loads(report.write(tmp_path / "results").read_text())
    assert {row["name"]: row["value"] for row in written["rows"]} == report.figures
    assert {"processor", "kernel", "python", "date", "command"} <= written["machine"].keys()


def test_aims_are_shown_and_not_enforced() -> None:
    report = Report("some")
    report.add("small", 1.0, "us", at_most=2)
    report.add("large", 3.0, "us", at_most=2)
    report.add("free", 3.0, "us")
    small, large, free = report.table().splitlines()[-3:]
    assert small.endswith("aim <= 2: met")
    assert large.endswith("aim <= 2: NOT met")
    assert "aim" not in free

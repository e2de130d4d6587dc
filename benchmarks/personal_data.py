"""What the search for personal data finds in requests that tell some, and in those that tell none.

Positives are made up: every shape in every body, in fields with names and in sentences. Negatives
are made up too (orders, prices, moments, identifiers, drawings, schoolwork), and every text of the
corpora beside the checkout, sentence by sentence as somebody would post it. Every miss and every
hit is printed. Costs are CPU time of one request, with a child's own data to compare.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.feeds import REAL
from benchmarks.personal_forms import SHAPES, Sent, harmless, personal
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.timing import each
from kidgate.content.personal_data.find import Found, find, find_message
from kidgate.content.personal_data.own import OwnData, own_data, sealed

TEXTS = REAL / "text"
REQUESTS = REAL / "vectors/adblock/requests.json.zip"
KEY = bytes(range(32))
CHILD = {
    "name": "Nguyễn Thị Mai",
    "parent": "Trần Văn Hùng",
    "phone": "0912345678",
    "birthday": "2016-05-01",
    "school": "Trường Tiểu học Nguyễn Du",
    "address": "12 ngõ 5 Đường Láng, Đống Đa, Hà Nội",
}
ROUNDS = 4  # of made-up requests and of timings, for each round of the profile
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def run(profile: Profile) -> Report:
    report = Report("personal_data", {"shapes": len(SHAPES), "texts": profile.real})
    own = own_data((sealed(kind, value, KEY) for kind, value in CHILD.items()), KEY)
    rounds = profile.rounds * ROUNDS if profile.real else 1
    _positives(report, rounds)
    _negatives(report, rounds)
    _corpora(report, own, real=profile.real)
    _costs(report, own, rounds)
    return report


def _positives(report: Report, rounds: int) -> None:
    asked, found = Counter[str](), Counter[str]()
    for way, sent in personal(rounds):
        hit = sent.kind in _look(sent).kinds
        if not hit:
            print(f"missed: {sent.kind} in {way}: {sent.value}")
        for group in ("all", sent.kind):
            asked[group] += 1
            found[group] += hit
    for group in ("all", *SHAPES):
        share = 100 * found[group] / asked[group]
        report.add(f"found, {group}", share, f"% of {asked[group]}")


def _negatives(report: Report, rounds: int) -> None:
    asked = hits = 0
    for name, sent in harmless(rounds):
        asked += 1
        if kinds := _look(sent).kinds:
            hits += 1
            print(f"hit: {name}: {sent.value}: {', '.join(kinds)}")
    report.add("hit, made-up forms", 100 * hits / asked, f"% of {asked}", at_most=0.1)


def _corpora(report: Report, own: OwnData | None, *, real: bool) -> None:
    """As whole posts, and sentence by sentence."""
    whole, sentences, hits = Counter[str](), Counter[str](), Counter[str]()
    files = sorted(TEXTS.glob("*.gz")) if real else []
    for path in files:
        for text in _texts(path):
            whole["all"] += 1
            whole["hit"] += bool(_post(text, own).kinds)
            for sentence in filter(None, _SENTENCE.split(text)):
                sentences["all"] += 1
                if kinds := _post(sentence, own).kinds:
                    sentences["hit"] += 1
                    hits[path.name] += 1
                    print(f"hit: {path.name}: {sentence[:200]}: {', '.join(kinds)}")
    _queries(report, own, real=real)
    for title, found in (("texts", whole), ("their sentences", sentences)):
        share = 100 * found["hit"] / max(found["all"], 1)
        at_most = 0.1 if title != "texts" else None
        report.add(f"hit, {title}", share, f"% of {found['all']}", at_most=at_most)


def _queries(report: Report, own: OwnData | None, *, real: bool) -> None:
    """Of addresses that real pages asked for: mostly advertisement and measurement."""
    asked = hits = 0
    for query in _asked() if real else ():
        asked += 1
        if kinds := find(b"", "", query, own).kinds:
            hits += 1
            print(f"hit: query {query[:300]}: {', '.join(kinds)}")
    share = 100 * hits / max(asked, 1)
    report.add("hit, queries of real pages", share, f"% of {asked}", at_most=0.1)


def _asked() -> Iterator[str]:
    with zipfile.ZipFile(REQUESTS) as archive, archive.open(archive.namelist()[0]) as lines:
        for line in lines:
            if query := urlsplit(json.loads(line).get("url", "")).query:
                yield query


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"] if ".jsonl" in path.name else line.strip()


def _post(text: str, own: OwnData | None) -> Found:
    body = json.dumps({"message": text, "at": 1763870000123, "lang": "vi"}).encode()
    return find(body, "application/json", "", own)


def _look(sent: Sent) -> Found:
    if sent.socket:
        return find_message(sent.body.decode())
    return find(sent.body, sent.content_type, sent.query)


def _costs(report: Report, own: OwnData | None, rounds: int) -> None:
    for title, size in (("4 KB", 4096), ("100 KB", 102_400)):
        bodies = {
            "JSON of forms": (_form(size), "application/json"),
            "JSON of telemetry": (_telemetry(size), "application/json"),
            "Vietnamese text": (_essay(size), "text/plain"),
        }
        for what, (body, kind) in bodies.items():
            seconds = min(
                each(lambda sent, kind=kind: find(sent, kind, "", own), [body])
                for _ in range(rounds)
            )
            report.add(f"{title}, {what}", seconds * 1000, "ms")
    seconds = each(lambda text: find(b"", "", text, own), ["v=2&lang=vi&q=con+meo&page=3"] * 200)
    report.add("a short query", seconds * 1e6, "us")


def _form(size: int) -> bytes:
    return _filled(
        lambda n: {"id": n, "title": f"Bài tập tuần {n}", "answer": f"{n} + 30 = {n + 30}"}, size
    )


def _telemetry(size: int) -> bytes:
    return _filled(
        lambda n: {"t": 1763870000123 + n, "e": "scroll", "x": 120.5 + n, "s": f"9f8a7c6b{n:08x}"},
        size,
    )


def _filled(entry: Callable[[int], dict[str, object]], size: int) -> bytes:
    entries: list[dict[str, object]] = []
    while size > 0:
        entries.append(entry(len(entries)))
        size -= len(json.dumps(entries[-1], ensure_ascii=False).encode()) + 2
    return json.dumps({"items": entries}, ensure_ascii=False).encode()


def _essay(size: int) -> bytes:
    said = "Hôm nay em được đi chơi với bố mẹ, trời rất đẹp và có {} con vịt trên hồ. "
    return "".join(said.format(n) for n in range(size // 90)).encode()[:size]

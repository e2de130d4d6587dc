"""The report that a school shows: facts of a span of days -> tables in one language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kidgate.documents.digest.alerts import category_about, category_title, shown
from kidgate.documents.digest.week import reason_title
from kidgate.documents.sentences import Sentences, load_sentences

type Counts = Sequence[tuple[str, int]]
MOST_ROWS = 2000  # of one table


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a pupil."""

    at: datetime
    pupil: str
    target: str
    state: str  # open | approved | denied | expired
    by: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One visit of a filtering check."""

    run: str
    at: datetime
    by: str
    tier: str
    what: str  # category:K, help:HOST, feed:K
    url: str
    expected: str
    result: str
    passed: bool


@dataclass(frozen=True, slots=True)
class School:
    """What a report tells; counts have the most first."""

    first: date
    last: date
    zone: ZoneInfo
    made_at: datetime
    made_by: str
    version: str  # of the program
    policy: str  # version of the policy
    by_day: Sequence[tuple[date, int]] = ()
    categories: Counts = ()
    reasons: Counts = ()
    tiers: Counts = ()
    pupils: Counts = ()
    requests: Sequence[Asked] = ()
    checks: Sequence[Checked] = ()
    pseudonymous: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()  # columns of numbers


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    lines: Sequence[str]  # below the title
    tables: Sequence[Table]
    language: str


def pseudonym(key: bytes) -> Callable[[str], str]:
    """A stable other name for each pupil, which nobody without the key can turn back."""

    def of(name: str) -> str:
        digest = hashlib.blake2b(name.encode(), key=key, digest_size=4)
        return f"P-{digest.hexdigest()}" if name else ""

    return of


def school_report(facts: School, language: str) -> Report:
    """The whole report, as text in cells; nothing in it acts when it is shown."""
    words = load_sentences(__package__ or "", language)
    days = {"from": facts.first.isoformat(), "to": facts.last.isoformat()}
    lines = [
        words.fill("period", **days, zone=facts.zone.key),
        words.fill(
            "made",
            at=_local(facts.made_at, facts.zone),
            by=shown(facts.made_by),
            version=facts.version,
            policy=facts.policy,
        ),
    ]
    if facts.pseudonymous:
        lines.append(words("pseudonymous"))
    return Report(words("title"), lines, list(_tables(facts, words)), words.language)


def _tables(facts: School, words: Sentences) -> Iterator[Table]:
    language = words.language

    def table(name: str, columns: str, rows: Sequence[Sequence[object]]) -> Table:
        heads = columns.split()
        cells = [[shown(cell) for cell in row] for row in rows[:MOST_ROWS]]
        numbers = frozenset(n for n, head in enumerate(heads) if head == "count")
        return Table(words("tables", name), [words("columns", h) for h in heads], cells, numbers)

    yield table("summary", "what count", _summary(facts, words))
    yield table("days", "day count", [(day.isoformat(), count) for day, count in facts.by_day])
    categories = [
        (category_title(key, language), category_about(key, language), count)
        for key, count in facts.categories
    ]
    yield table("categories", "category about count", categories)
    reasons = [(reason_title(key, language), count) for key, count in facts.reasons]
    yield table("reasons", "reason count", reasons)
    yield table("tiers", "tier count", facts.tiers)
    yield table("pupils", "pupil count", facts.pupils)
    requests = [
        (
            _local(row.at, facts.zone),
            row.pupil,
            row.target,
            words.get("state", row.state, default=row.state),
            row.by,
        )
        for row in facts.requests
    ]
    yield table("requests", "time pupil target state by", requests)
    yield table("checks", "time by tier url expected result passed", _checks(facts, words))


def _summary(facts: School, words: Sentences) -> list[tuple[str, int]]:
    passed = sum(check.passed for check in facts.checks)
    counts = {
        "total": sum(count for _, count in facts.by_day),
        "requests": len(facts.requests),
        "approved": sum(row.state == "approved" for row in facts.requests),
        "runs": len({check.run for check in facts.checks}),
        "passed": passed,
        "failed": len(facts.checks) - passed,
    }
    return [(words("summary", name), count) for name, count in counts.items()]


def _checks(facts: School, words: Sentences) -> list[tuple[str, ...]]:
    language = words.language

    def tried(check: Checked) -> str:
        kind, _, name = check.what.partition(":")
        title = category_title(name, language) if kind in ("category", "feed") else name
        return f"{title} ({check.url})" if check.url and kind == "category" else title

    return [
        (
            _local(check.at, facts.zone),
            check.by,
            check.tier,
            tried(check),
            words.get("expected", check.expected, default=check.expected),
            _result(check.result, words),
            words("yes") if check.passed else words("no"),
        )
        for check in facts.checks
    ]


def _result(text: str, words: Sentences) -> str:
    """`block category` -> blocked: its topic; `no list` -> the words for it."""
    verdict, _, reason = text.partition(" ")
    said = words.get("verdict", verdict, default="")
    if said and reason:
        return f"{said}: {reason_title(reason, words.language)}"
    return words.get("result", text, default=text)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

"""The score as the README of the cases asks for it: a table for people, JSON for programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tests.cases.results import FAILED, NOT_COVERED, PASSED, Result
from tests.cases.world import Case

LAYERS = ("dns", "tls", "http", "net", "content", "search", "identity", "admin", "failure")
# Invariants of the failure layer that an open filter must break.
CLOSED = frozenset(("fail-closed", "no-policy-loosening", "no-event-lost"))
AIMS = "aims: critical 100 %, block rate 95 %, over-block at most 2 %"


def table(results: Sequence[Result]) -> str:
    lines = [f"{'layer':10}{'passed':>8}{'run':>6}{'not covered':>13}"]
    for layer in LAYERS:
        found = [r for r in results if r.case.layer == layer]
        if found:
            lines.append(_row(layer, found))
    lines += [_row("all", results), "", *_rates(results)]
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result]) -> str:
    count = Counter(r.status for r in results)
    ran = count[PASSED] + count[FAILED]
    return f"{name:10}{count[PASSED]:>8}{ran:>6}{count[NOT_COVERED]:>13}"


def rates(results: Iterable[Result]) -> dict[str, tuple[int, int]]:
    """What was right of what was run: block, over-block (wrong ones), critical, low, resilience."""
    found: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        if result.status == NOT_COVERED:
            continue
        case, passed = result.case, result.status == PASSED
        if case.severity == "low":
            found["low"].append(passed)
            continue
        if case.severity == "critical":
            found["critical"].append(passed)
        match case.kind:
            case "bypass" | "bad-input":
                found["block"].append(passed)
            case "overblock":
                found["over-block"].append(not passed)
            case _:
                found["resilience"].append(passed)
    return {name: (sum(values), len(values)) for name, values in found.items()}


def _rates(results: Sequence[Result]) -> list[str]:
    words = {
        "block": "block rate (bypass, bad-input)",
        "over-block": "over-block rate (wrongly stopped)",
        "resilience": "resilience",
        "critical": "critical",
        "low": "low (limits of the whole field, apart)",
    }
    found = rates(results)
    lines = [
        f"{text:38}{found[name][0]:>4} of {found[name][1]:<4}{_percent(*found[name])}"
        for name, text in words.items()
        if name in found
    ]
    return [*lines, AIMS]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.1f} %"


def families(results: Iterable[Result]) -> str:
    """By layer and family: passed of run."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        count[f"{result.case.layer}/{result.case.family}"][result.status] += 1
    shown = [
        f"{name} {c[PASSED]}/{c[PASSED] + c[FAILED]}"
        for name, c in sorted(count.items())
        if c[PASSED] + c[FAILED]
    ]
    return "by family: " + ", ".join(shown)


def not_covered(results: Iterable[Result]) -> str:
    """Ids by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for result in results:
        if result.status == NOT_COVERED:
            by_reason["; ".join(result.why)].append(result.case.id)
    return "\n".join(
        f"not covered: {reason} ({len(ids)})\n  {' '.join(ids)}"
        for reason, ids in by_reason.items()
    )


def failures(results: Iterable[Result]) -> str:
    lines = []
    for result in results:
        if result.status == FAILED:
            case = result.case
            lines.append(f"FAILED {case.id} [{case.severity} {case.kind}] {case.title}")
            lines += [f"       {why}" for why in result.why]
    return "\n".join(lines)


def self_test(results: Sequence[Result], bare: Sequence[Result]) -> tuple[str, bool]:
    """For the allow-all filter: what should have failed and did not; whether the rig is sound.

    `bare` are the results of what was refused for everyone, played against bare mitmproxy.
    """
    must_fail = [r for r in results if must_be_stopped(r.case) and r.status != NOT_COVERED]
    passed = [r for r in must_fail if r.status == PASSED]
    suspicious = [r.case.id for r in passed if not r.everyone]
    everyone = [r.case.id for r in passed if r.everyone]
    refused = [r.case.id for r in bare if r.status == PASSED]
    harmless = [r for r in results if r.case.kind == "overblock" and "allow" in r.case.accepted]
    stopped = [r.case.id for r in harmless if r.status == FAILED]
    lines = [
        f"allow-all: {len(must_fail) - len(passed)} of {len(must_fail)} block cases fail,"
        " as they must",
        f"refused whatever the policy ({len(everyone)}): {_ids(everyone)}",
        f"  of these {len(bare) - len(refused)} fail against bare mitmproxy, as they must;"
        f" it refuses too ({len(refused)}): {_ids(refused)}",
        f"suspicious ({len(suspicious)}): {_ids(suspicious)}",
        f"harmless and stopped all the same ({len(stopped)}): {_ids(stopped)}",
    ]
    return "\n".join(lines), not suspicious and not stopped


def _ids(ids: Iterable[str]) -> str:
    return " ".join(ids) or "none"


def must_be_stopped(case: Case) -> bool:
    """Whether something has to be stopped or changed, fault or no fault."""
    if case.layer == "failure":
        return bool(CLOSED & {text.partition(":")[0] for text in case.invariants})
    return not {"allow", "survive"} & case.accepted


def as_json(results: Sequence[Result], *, filter_name: str, deep: bool) -> dict[str, object]:
    return {
        "filter": filter_name,
        "deep": deep,
        "rates": {name: {"count": a, "of": b} for name, (a, b) in rates(results).items()},
        "cases": [result.as_json() for result in results],
    }

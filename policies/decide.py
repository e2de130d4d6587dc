"""The order of decision. The first check that answers wins.

`CHECKS` is the whole pipeline (DESIGN 4). A check is a short function in `deciders.py` that returns
a `Ruling` or passes with None; a `lift` (a grant, an allow rule) silences later checks by order.
The proxy, `kidgate check`, the dashboard's tester, the policy tests and the replay all come here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kidgate.policies import deciders
from kidgate.policies.case import Case, Ruling
from kidgate.policies.model import Decision, Facts, Reason, Source, Stage, Step, Verdict, Visit
from kidgate.policies.snapshot import PolicySnapshot


@dataclass(frozen=True, slots=True)
class Check:
    order: int
    name: str
    decide: Callable[[Case], Ruling | None]


CHECKS: tuple[Check, ...] = (
    # 0 before all: what cannot be judged by its name must not be judged by its name.
    Check(0, "malformed", deciders.malformed),
    Check(
        0, "destination", deciders.destination
    ),  # else a safe harbour's name rebinds to the router
    Check(0, "port", deciders.port),
    # 1 before everything an adult can set: no grant, role or safe harbour opens illegal material.
    Check(1, "illegal", deciders.illegal),
    # 2 before pause and bedtime: a child in need is never told to wait.
    Check(2, "safe_harbour", deciders.safe_harbour),
    Check(3, "own_page", deciders.own_page),
    # 3 after help lines and own pages: they alone stay open when the category index is lost.
    Check(3, "index", deciders.index),
    # 4 before grants: an approved site does not shorten the night.
    Check(4, "pause", deciders.pause),
    Check(4, "bedtime", deciders.bedtime),
    # 4 after pause and bedtime: a lesson that nobody ended does not open the night. Before grants:
    # the game that home approved for today is no way out of class. What it opens it opens as an
    # allow rule, so that no teacher lifts a list of security or a parent's deny.
    Check(4, "lesson", deciders.lesson),
    # 5 before security, for it alone can tell whether an adult confirmed twice.
    Check(5, "grant", deciders.grant),
    # 6 before rules: "allow my bank" must not open its phishing twin on a compromised host.
    Check(6, "security", deciders.security),
    # 7 before rules: an allowed translator is no door to what it translates.
    Check(7, "way_around", deciders.way_around),
    Check(8, "deny_rule", deciders.deny_rule),
    Check(9, "allow_rule", deciders.allow_rule),
    Check(10, "service", deciders.service),
    Check(10, "category", deciders.category),
    Check(10, "content_type", deciders.content_type),
    Check(11, "quota", deciders.quota),
    Check(12, "allow_list", deciders.allow_list),
    # 13 before terms: the words are judged as sent to a safe search.
    Check(13, "safe_search", deciders.safe_search),
    Check(14, "search_term", deciders.search_term),
    Check(15, "video", deciders.video),
    Check(15, "page", deciders.page),
    # Last of 15: what was read and found bad has the better reason.
    Check(15, "unjudged", deciders.unjudged),
    Check(16, "going_out", deciders.going_out),
)

_ORDER = tuple((check.order, check.decide) for check in CHECKS)
DEEPEST = 4  # pages inside each other: an address can hold hundreds, Python's stack cannot
STRICTNESS = (Verdict.ALLOW, Verdict.UNDECIDED, Verdict.WARN, Verdict.ASK, Verdict.BLOCK)


def decide(visit: Visit, snapshot: PolicySnapshot, *, trace: bool = False) -> Decision:
    """The verdict for one visit under one snapshot; with `trace`, each check's word too."""
    if not all(name == visit.url.host for name in visit.other_names):
        return _names_disagree(visit, snapshot, trace=trace)
    return _nested(visit, snapshot, depth=0, trace=trace)


def _nested(visit: Visit, snapshot: PolicySnapshot, *, depth: int, trace: bool = False) -> Decision:
    """`depth`: in how many front ends, one inside the other, the page of this visit lies."""
    if depth > DEEPEST:
        nested = Facts(malformed=f"more than {DEEPEST} pages inside each other")
        visit = replace(visit, facts=nested)
    case = Case(visit, snapshot, lambda inner: _nested(inner, snapshot, depth=depth + 1))
    return _run(case, trace=trace)


def _names_disagree(visit: Visit, snapshot: PolicySnapshot, *, trace: bool) -> Decision:
    """Each name is judged alone and the strictest wins; even if all pass, the visit is refused."""
    hosts = dict.fromkeys((visit.url.host, *visit.other_names))
    verdicts = [
        decide(
            replace(visit, url=replace(visit.url, host=host), other_names=()), snapshot, trace=trace
        )
        for host in hosts
    ]
    worst = max(verdicts, key=lambda d: STRICTNESS.index(d.verdict))
    if worst.verdict is Verdict.BLOCK:
        return worst
    names = ", ".join(hosts)
    return replace(
        worst,
        verdict=Verdict.BLOCK,
        reason=Reason.NAMES_DISAGREE,
        source=Source("gateway", "names", names),
        rewrite=None,
        decrypt=True,
        rule_id=None,
        exception_rule_id=None,
        steps=(*worst.steps, Step(0, "names_disagree", "block", names)) if trace else (),
    )


def _run(case: Case, *, trace: bool) -> Decision:
    if trace:
        return _traced(case)
    for order, check in _ORDER:
        if order not in case.lifted:
            ruling = check(case)
            if ruling is not None:
                return _answer(case, ruling)
    return _answer(case, deciders.tier_default(case))


def _traced(case: Case) -> Decision:
    """As `_run`, and what each check said."""
    steps: list[Step] = []
    ruling = None
    for check in CHECKS:
        if check.order in case.lifted:
            steps.append(Step(check.order, check.name, "lifted", str(case.lifted[check.order])))
            continue
        excused = len(case.excused)
        ruling = check.decide(case)
        if ruling is None and len(case.excused) > excused:
            why = ", ".join(map(str, [*case.excused.values()][excused:]))
            steps.append(Step(check.order, check.name, "lifted", why))
        else:
            steps.append(_step(check.order, check.name, ruling))
        if ruling is not None:
            break
    else:
        ruling = deciders.tier_default(case)
        steps.append(_step(17, "tier_default", ruling))
    assert ruling is not None
    return replace(_answer(case, ruling), steps=tuple(steps))


def _step(order: int, name: str, ruling: Ruling | None) -> Step:
    said = ruling.verdict.value if ruling else "pass"
    return Step(order, name, said, str(ruling.source) if ruling else "")


def _answer(case: Case, ruling: Ruling) -> Decision:
    verdict = _undecided(case, ruling)
    return Decision(
        verdict=verdict,
        reason=ruling.reason,
        source=ruling.source,
        category=ruling.category or case.category,
        rule_id=ruling.rule_id,
        exception_rule_id=case.exception_rule_id,
        snapshot_id=case.snapshot.id,
        tier=case.tier.row.key,
        rewrite=case.rewrite if verdict is Verdict.ALLOW else None,
        resolve_as=case.resolve_as,
        decrypt=not (verdict is Verdict.ALLOW and deciders.stays_closed(case)),
        watch=case.watch,
        notice=case.notice,
        until=ruling.until,
        likeness=ruling.likeness,
        new_here=case.new_here,
    )


def _undecided(case: Case, ruling: Ruling) -> Verdict:
    """At a stage that knows the name alone, a verdict that the path may still change is none."""
    if case.visit.stage >= Stage.REQUEST or not ruling.depends_on_url:
        return ruling.verdict
    if case.may_depend_on_url:
        return Verdict.UNDECIDED
    # A feed's URL stops no whole site where nobody will look inside the connection, nor is that a
    # reason to look.
    allowed = ruling.verdict is Verdict.ALLOW and not deciders.stays_closed(case)
    return Verdict.UNDECIDED if allowed and case.feeds_wait_for_url else ruling.verdict

"""Conformance cases: who goes where and when, and what must come of it. YAML in `policies/cases/`.

    policies:                       named policies, each in the shape of a policy file
      home: {profiles: {mai: {born: 2016-05-01}}}
    index:                          names in categories, for every case that has none of its own
      games: [games.example]
    cases:
      - case: games wait for an adult
        uses: home                  or `policy: {...}`, a policy of its own
        visits:
          - {who: mai, url: games.example, at: 2026-11-23T16:00+07:00,
             expect: {verdict: block, reason: category, category: games}}

`load_cases` reads them, `run_cases` decides them; pytest and `kidgate policy test` show the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from kidgate.documents.builtin import load_builtin
from kidgate.documents.case_index import CaseIndex, entry
from kidgate.documents.faults import Fault, Faults
from kidgate.documents.policy_file import policy_rows
from kidgate.documents.row_types import NARROWER
from kidgate.documents.strict_yaml import Mapping, Sequence, read
from kidgate.documents.typed import BAD, Decoder, Parsed
from kidgate.policies.compile import PolicyFaults, compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import NO_FACTS, Decision, Facts, Reason, Rewrite, Stage, Verdict, Visit
from kidgate.policies.names import Url, canonical_host, parse_url
from kidgate.policies.rows import PolicyRows
from kidgate.policies.snapshot import PolicySnapshot

Equip = Callable[[PolicySnapshot], PolicySnapshot]
Index = AbstractMapping[str, tuple[Annotated[str, Parsed(entry)], ...]]


def _stage(text: str) -> Stage:
    if text.upper() not in Stage.__members__:
        words = ", ".join(f"`{stage.name.lower()}`" for stage in Stage)
        raise ValueError(f"`{text}` is no stage; write one of {words}")
    return Stage[text.upper()]


@dataclass(frozen=True, slots=True)
class ExpectedRewrite:
    """What a request must be changed to; `rewrite: {}` says that it is left as it is."""

    query: AbstractMapping[str, str] = field(default_factory=dict)
    headers: AbstractMapping[str, str] = field(default_factory=dict)
    cookies: AbstractMapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a decision must be; what is None is not looked at."""

    verdict: Verdict
    reason: Reason | None = None
    source: str | None = None  # as `str(decision.source)` writes it
    category: str | None = None
    rule: int | None = None
    exception_rule: int | None = None
    tier: str | None = None
    rewrite: ExpectedRewrite | None = None
    decrypt: bool | None = None
    watch: bool | None = None
    until: datetime | None = None

    def misses(self, decision: Decision) -> tuple[str, ...]:
        """Where a decision is not as expected, in words; empty when it is."""
        rewrite = decision.rewrite or Rewrite()
        got = {
            "verdict": decision.verdict,
            "reason": decision.reason,
            "source": str(decision.source),
            "category": decision.category,
            "rule": decision.rule_id,
            "exception_rule": decision.exception_rule_id,
            "tier": decision.tier,
            "rewrite": ExpectedRewrite(
                dict(rewrite.query), dict(rewrite.headers), dict(rewrite.cookies)
            ),
            "decrypt": decision.decrypt,
            "watch": decision.watch,
            "until": decision.until,
        }
        wanted = {name: getattr(self, name) for name in got}
        return tuple(
            f"{name}: expected `{want}`, got `{got[name]}`"
            for name, want in wanted.items()
            if want is not None and want != got[name]
        )


@dataclass(frozen=True, slots=True)
class CaseVisit:
    url: Annotated[Url, Parsed(parse_url)]
    at: datetime
    expect: Expect
    who: str | None = None
    device: str | None = None
    stage: Annotated[Stage, Parsed(_stage)] = Stage.REQUEST
    method: str = "GET"
    names: tuple[Annotated[str, Parsed(canonical_host)], ...] = ()  # CONNECT target and SNI
    facts: Facts = NO_FACTS

    @property
    def visit(self) -> Visit:
        return Visit(
            url=self.url,
            at=self.at,
            child=self.who,
            device=self.device,
            stage=self.stage,
            method=self.method,
            other_names=self.names,
            facts=self.facts,
        )


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """One case: a policy, what the feeds know, and the visits."""

    case: str
    policy: PolicyRows
    file: str
    line: int
    visits: tuple[CaseVisit, ...]
    index: Index = field(default_factory=dict)
    uses: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One visit of a case, decided."""

    case: PolicyCase
    visit: CaseVisit
    decision: Decision  # with its trace
    misses: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.misses

    def __str__(self) -> str:
        """Where, who and what; then every difference and the trace, when it failed."""
        visit = self.visit
        who = visit.who or visit.device or "an unknown device"
        lines = [f"{self.case.place}: {self.case.case}: {who}, {visit.url} at {visit.at}"]
        lines += [f"  {miss}" for miss in self.misses]
        if self.misses:
            lines += [f"  {s.order:>2} {s.check}: {s.said} {s.why}" for s in self.decision.steps]
        return "\n".join(lines)


def load_cases(text: str, name: str) -> tuple[PolicyCase, ...]:
    """The cases of a YAML text; `name` is the file shown in faults. Raises Faults, all at once."""
    decoder = Decoder(read(text, name), NARROWER)
    top = decoder.top()
    decoder.refuse_unknown(top, ["policies", "index", "cases"], "")
    named = _named_policies(decoder, top)
    index = decoder.value(top.get("index"), Index, top.lines.get("index", 1), "index")
    cases = [
        _case(decoder, member, line, f"cases[{position}]", named, index)
        for position, (member, line) in enumerate(_members(decoder, top), 1)
    ]
    decoder.finish()
    return tuple(cases)


def run_cases(cases: Iterable[PolicyCase], equip: Equip) -> Iterator[CaseResult]:
    """Decide every visit, in order, under its case's policy and the built-in tiers.

    `equip` gives a snapshot what higher rooms add: `kidgate.content.lookalike.with_lookalikes`.
    Raises Faults, before the first result, with all that is wrong with the policies.
    """
    cases = tuple(cases)
    snapshots = _snapshots(cases)
    for case in cases:
        snapshot = equip(snapshots[id(case.policy)]).with_index(CaseIndex.of(case.index))
        for visit in case.visits:
            decision = decide(visit.visit, snapshot, trace=True)
            yield CaseResult(case, visit, decision, visit.expect.misses(decision))


def _snapshots(cases: tuple[PolicyCase, ...]) -> dict[int, PolicySnapshot]:
    """The compiled policies by identity: many cases use the same one."""
    tiers, services, builtin = load_builtin()
    found: dict[int, PolicySnapshot] = {}
    faults: list[Fault] = []
    for case in {id(case.policy): case for case in reversed(cases)}.values():
        try:
            found[id(case.policy)] = compile_snapshot(
                case.policy, builtin, tiers=tiers, services=services, id="cases"
            )
        except PolicyFaults as wrong:
            faults += [Fault(case.file, case.line, f"{case.case}: {f}") for f in wrong.faults]
    if faults:
        raise Faults(faults)
    return found


def _members(decoder: Decoder, top: Mapping) -> list[tuple[Any, int]]:
    """The entries of `cases`, each with its line."""
    cases = top.get("cases")
    if isinstance(cases, Sequence):
        return list(zip(cases, cases.lines, strict=True))
    if cases is not None:
        decoder.fault(top.lines["cases"], "`cases`: must be a list, each item after a `-`")
    return []


def _named_policies(decoder: Decoder, top: Mapping) -> dict[str, PolicyRows | None]:
    policies = top.get("policies") or Mapping(1)
    if not isinstance(policies, Mapping):
        decoder.fault(top.lines["policies"], "`policies`: must be a mapping of names to policies")
        return {}
    return {name: _policy(decoder, policies, name, "policies") for name in policies}


def _policy(decoder: Decoder, within: Mapping, key: str, place: str) -> PolicyRows | None:
    data = within[key] or Mapping(within.lines[key])
    if not isinstance(data, Mapping):
        decoder.fault(within.lines[key], f"`{place}.{key}`: must be a policy, in its sections")
        return None
    return policy_rows(decoder, data, f"{place}.{key}")


def _case(
    decoder: Decoder,
    member: Any,
    line: int,
    place: str,
    named: dict[str, PolicyRows | None],
    index: Any,
) -> Any:
    if not isinstance(member, Mapping):
        decoder.fault(line, f"`{place}`: must be a mapping with `case`, `policy` and `visits`")
        return BAD
    policy: PolicyRows | None = None
    uses = str(member.get("uses", ""))
    if ("policy" in member) == ("uses" in member):
        decoder.fault(line, f"`{place}`: needs either `policy` or `uses`")
    elif "policy" in member:
        policy = _policy(decoder, member, "policy", place)
    elif uses in named:
        policy = named[uses]
    else:
        decoder.fault(member.lines["uses"], f"`{place}.uses`: no policy is called `{uses}`")
    rest = member.without("policy")
    file = decoder.document.name
    given = {"policy": policy, "file": file, "line": line} | (
        {} if "index" in member else {"index": index}
    )
    return decoder.struct(rest, PolicyCase, line, place, **given)

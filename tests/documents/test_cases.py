"""Conformance cases as documents: their shape, their faults, and what an expectation says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin
from kidgate.documents.cases import CaseVisit, Expect, ExpectedRewrite, load_cases
from kidgate.documents.faults import Faults
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import (
    Decision,
    Facts,
    Reason,
    Rewrite,
    Source,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.names import parse_url
from kidgate.policies.rows import GroupRow, PolicyRows

FAST = settings(max_examples=200, deadline=None, database=None)
TEXT = """
policies:
  home:
    settings: {zone: Asia/Ho_Chi_Minh}
    profiles: {mai: {born: 2016-05-01}}
index:
  games: [games.example]
cases:
  - case: bedtime stops a child of ten
    uses: home
    visits:
      - {who: mai, url: news.example, at: 2026-11-23T22:00+07:00,
         expect: {verdict: block, reason: bedtime, until: 2026-11-24T05:30+07:00}}
      - who: mai
        url: https://News.example/a?b=c
        at: 2026-11-23T16:00+07:00
        stage: hello
        method: POST
        names: [NEWS.example.]
        facts: {text: {adult: 12}, minutes: {all: 5}, warned: true}
        expect: {verdict: allow, reason: tier_default, tier: 9-12}
  - case: a house of its own
    policy: {groups: {8A: }}
    index: {}
    visits: []
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        load_cases(text, "c.yaml")
    return str(caught.value).splitlines()


def test_load_cases_reads_policies_feeds_and_visits() -> None:
    first, second = load_cases(TEXT, "c.yaml")
    assert (first.case, first.uses, first.line) == ("bedtime stops a child of ten", "home", 9)
    assert first.policy.profiles[0].key == "mai"
    assert first.index == {"games": ("games.example",)}
    assert second.policy == PolicyRows(groups=(GroupRow("8A"),))
    assert (second.index, second.visits) == ({}, ())


def test_visits_become_those_of_the_model_when_asked() -> None:
    visit = load_cases(TEXT, "c.yaml")[0].visits[1].visit
    assert visit == Visit(
        url=parse_url("https://news.example/a?b=c"),
        at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        child="mai",
        stage=Stage.HELLO,
        method="POST",
        other_names=("news.example",),
        facts=Facts(text={"adult": 12.0}, minutes={"all": 5.0}, warned=True),
    )


def test_cases_pass_when_decided_with_the_built_in_tiers() -> None:
    tiers, services, builtin = load_builtin()
    case = load_cases(TEXT, "c.yaml")[0]
    snapshot = compile_snapshot(case.policy, builtin, tiers=tiers, services=services, id="1")
    for visit in case.visits:
        assert visit.expect.misses(decide(visit.visit, snapshot)) == ()


def test_load_cases_names_every_fault_when_the_file_is_broken() -> None:
    text = """
policy: {}
policies: {home: {profile: {}}, odd: 5}
index: {games: games.example, news: {a: b}}
cases:
  - {case: one, uses: nobody, visits: []}
  - {case: two, visits: []}
  - {uses: odd, policy: {}, visit: []}
  - word
  - case: five
    policy: {rules: 3}
    visits:
      - {url: "http://", at: noon, stage: late, expect: {verdict: maybe, reasons: x}}
      - {at: 2026-11-23T22:00+07:00, facts: {txt: {}}}
"""
    found = faults_of(text)
    assert [line.split(":")[1] for line in found] == [
        *("2", "3", "3", "4", "6", "7", "8", "8", "8", "8", "9", "11"),
        *("13", "13", "13", "13", "13", "14", "14", "14"),
    ]
    assert found[4] == "c.yaml:6: `cases[1].uses`: no policy is called `nobody`"
    assert found[5] == "c.yaml:7: `cases[2]`: needs either `policy` or `uses`"
    assert "c.yaml:13: `cases[5].visits[1].stage`: `late` is no stage; write one of" in found[15]


DECISION = Decision(
    verdict=Verdict.ALLOW,
    reason=Reason.RULE,
    source=Source("rule", "3", "search.example"),
    rule_id=3,
    tier="9-12",
    rewrite=Rewrite(query={"safe": "active"}),
)


@pytest.mark.parametrize(
    ("expect", "misses"),
    [
        (Expect(Verdict.ALLOW), ()),
        (Expect(Verdict.BLOCK), ("verdict: expected `block`, got `allow`",)),
        (Expect(Verdict.ALLOW, source="rule 3: search.example", rule=3, decrypt=True), ()),
        (Expect(Verdict.ALLOW, watch=True), ("watch: expected `True`, got `False`",)),
        (Expect(Verdict.ALLOW, rewrite=ExpectedRewrite(query={"safe": "active"})), ()),
        (
            Expect(Verdict.ALLOW, Reason.GRANT, category="games", exception_rule=1),
            (
                "reason: expected `grant`, got `rule`",
                "category: expected `games`, got ``",
                "exception_rule: expected `1`, got `None`",
            ),
        ),
    ],
)
def test_misses_tells_every_difference_when_there_are_some(
    expect: Expect, misses: tuple[str, ...]
) -> None:
    assert expect.misses(DECISION) == misses


def test_misses_tells_a_missing_rewrite_when_one_is_wanted() -> None:
    wanted = Expect(Verdict.ALLOW, rewrite=ExpectedRewrite(headers={"A": "b"}))
    assert len(wanted.misses(DECISION)) == 1
    assert len(wanted.misses(replace(DECISION, rewrite=None))) == 1


def test_every_fact_of_the_model_can_be_written_in_a_case() -> None:
    text = TEXT.replace("warned: true", 'addresses: ["192.0.2.1"], tunnel: doh, illegal: true')
    visit = load_cases(text, "c.yaml")[0].visits[1]
    assert isinstance(visit, CaseVisit)
    assert visit.facts.addresses == ("192.0.2.1",)
    assert (visit.facts.tunnel, visit.facts.illegal) == ("doh", True)


@FAST
@given(text=st.text())
def test_load_cases_raises_only_faults_when_given_anything(text: str) -> None:
    try:
        load_cases(text, "c.yaml")
    except Faults as caught:
        assert caught.faults

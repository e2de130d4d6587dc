"""The pipeline as a whole: every rule there can be, names together, pages in pages, traces.

Single checks are in `test_deciders.py`, laws over generated policies in `test_decide_laws.py`,
readable examples in `policies/cases/*.yaml`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kidgate.policies.decide import CHECKS, decide
from kidgate.policies.model import Action, Decision, Facts, Reason, Stage, Verdict, Visit
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    GroupRow,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot

House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday, and a holiday of this house
LATER = NOON + timedelta(days=1)

SCOPES = ("everyone", "tier:plain", "group:5A", "child:mai", "device:tablet")
TARGETS = {
    "choi.test": "a site",
    "=choi.test": "a host",
    "choi.test/trang": "a URL prefix",
    "service:choi": "a service",
    "category:games": "a category",
    "type:video/*": "a content type",
    "term:cá độ": "a search term",
    "192.0.2.0/24": "an address range",
}
# (when, until): in force at noon of that Monday, and not.
WINDOWS = {
    "always": (("", None), None),
    "weekly windows": (("mon 08:00-09:00,11:00-13:00", None), ("mon 13:00-14:00; tue", None)),
    "overnight": (("sun 22:00-12:30", None), ("mon 22:00-12:30", None)),
    "dates": (("daily from 2026-11-23 to 2026-11-23", None), ("daily from 2026-11-24", None)),
    "holidays": (("holidays", None), ("weekdays except holidays", None)),
    "until": (("", LATER), ("", NOON)),
}
VERDICTS = {
    Action.ALLOW: Verdict.ALLOW,
    Action.BLOCK: Verdict.BLOCK,
    Action.WARN: Verdict.WARN,
    Action.ASK: Verdict.ASK,
    Action.PASS: Verdict.ALLOW,
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("action", list(Action))
def test_every_rule_there_can_be_acts_in_its_window_alone(
    house: House, visit: MakeVisit, action: Action, window: str
) -> None:
    """Every scope x target x action x kind of window."""
    asked = visit(
        "https://choi.test/trang",
        device="tablet",
        stage=Stage.RESPONSE,
        facts=Facts(
            addresses=("192.0.2.7",), content_type="video/mp4", search_terms=("cách cá độ",)
        ),
    )
    for scope, target, (when, expected) in itertools.product(
        SCOPES, TARGETS, zip(WINDOWS[window], (True, False), strict=True)
    ):
        if when is None:
            continue
        row = RuleRow(1, scope, target, action, when=when[0], until=when[1])
        decision = decide(asked, _family(house, row))
        assert _acted(decision, action) is expected, (scope, target, when)


def _family(house: House, rule: RuleRow) -> PolicySnapshot:
    return house(
        settings=Settings(unknown_tier="plain", holidays=(date(2026, 11, 23),)),
        groups=(GroupRow("5A"),),
        profiles=(ProfileRow("mai", tier="plain", groups=("5A",)),),
        devices=(DeviceRow("tablet", of="mai"),),
        services=(ServiceRow("choi", hosts=("choi.test",)),),
        index={"games": ("choi.test",)},
        rules=(rule,),
    )


def _acted(decision: Decision, action: Action) -> bool:
    if action is Action.WATCH:
        assert decision.verdict is Verdict.ALLOW
        return decision.watch
    if decision.reason is not Reason.RULE:
        assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.TIER_DEFAULT)
        return False
    assert decision.verdict is VERDICTS[action]
    assert decision.rule_id == 1
    assert decision.decrypt is (action is not Action.PASS)
    return True


@pytest.mark.parametrize("target", TARGETS)
def test_every_grant_there_can_be_opens_until_its_end(
    house: House, visit: MakeVisit, target: str
) -> None:
    tier = TierRow(
        "t",
        mode="allow_list",
        categories={"games": Action.BLOCK},
        services={"choi": Action.BLOCK},
        content_types={"*/*": Action.BLOCK},
        quotas={"all": 0},
        search_terms=("cá độ",),
        text_limits={"adult": 1.0},
    )
    snapshot = house(
        tier=tier,
        services=(ServiceRow("choi", hosts=("choi.test",)),),
        index={"games": ("choi.test",)},
        rules=(RuleRow(1, "everyone", "test", Action.BLOCK),),
        grants=(GrantRow(5, "mai", target, LATER),),
    )
    facts = Facts(
        addresses=("192.0.2.7",),
        content_type="video/mp4",
        search_terms=("cá độ",),
        text={"adult": 99.0},
        minutes={"all": 999.0},
    )
    asked = visit("https://choi.test/trang", stage=Stage.RESPONSE, facts=facts)
    decision = decide(asked, snapshot)
    assert (decision.verdict, decision.reason, decision.rule_id) == (
        Verdict.ALLOW,
        Reason.GRANT,
        5,
    )
    assert decide(replace(asked, at=LATER), snapshot).verdict is Verdict.BLOCK


# -- names together --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.HELLO, Stage.REQUEST])
@pytest.mark.parametrize(
    ("url", "names", "reason"),
    [
        ("tot.test", ("tot.test", "tot.test"), Reason.TIER_DEFAULT),
        ("tot.test", ("hay.test",), Reason.NAMES_DISAGREE),
        ("tot.test", ("tot.test", "hay.test"), Reason.NAMES_DISAGREE),
        ("tot.test", ("xau.test",), Reason.CATEGORY),
        ("xau.test", ("tot.test",), Reason.CATEGORY),
        ("hoi.test", ("tot.test",), Reason.NAMES_DISAGREE),
        ("giup.test", ("tot.test",), Reason.NAMES_DISAGREE),
        ("tot.test", ("giup.test",), Reason.NAMES_DISAGREE),
        ("kidgate.home.arpa", ("tot.test",), Reason.NAMES_DISAGREE),
        ("tot.test", ("10.0.0.1",), Reason.PRIVATE_DESTINATION),
    ],
)
def test_names_that_disagree_are_refused_for_the_worst_of_them(
    house: House, visit: MakeVisit, url: str, names: tuple[str, ...], reason: Reason, stage: Stage
) -> None:
    tier = TierRow("t", categories={"adult": Action.BLOCK, "chat": Action.ASK})
    snapshot = house(tier=tier, index={"adult": ("xau.test",), "chat": ("hoi.test",)})
    decision = decide(visit(url, other_names=names, stage=stage), snapshot)
    assert decision.reason is reason
    assert decision.stops is (reason is not Reason.TIER_DEFAULT)
    if decision.stops:
        assert (decision.verdict, decision.decrypt) == (Verdict.BLOCK, True)


# -- pages inside each other -----------------------------------------------------------------------


@pytest.mark.parametrize("deep", [1, 4, 5, 50, 400])
def test_pages_inside_each_other_end_somewhere(house: House, visit: MakeVisit, deep: int) -> None:
    decision = decide(visit("https://kho.test/web/" * deep + "https://tot.test/"), house())
    if deep <= 4:
        assert decision.verdict is Verdict.ALLOW
    else:
        assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.MALFORMED)


# -- traces ----------------------------------------------------------------------------------------


def test_trace_names_every_check_in_order_when_all_pass(house: House, visit: MakeVisit) -> None:
    steps = decide(visit("a.test"), house(), trace=True).steps
    assert [(s.order, s.check) for s in steps[:-1]] == [(c.order, c.name) for c in CHECKS]
    assert [s.order for s in steps] == sorted(s.order for s in steps)
    assert {s.said for s in steps[:-1]} == {"pass"}
    assert (steps[-1].check, steps[-1].said, steps[-1].why) == (
        "tier_default",
        "allow",
        "tier plain: default",
    )


def test_trace_ends_at_the_check_that_answers_and_names_what_was_lifted(
    house: House, visit: MakeVisit
) -> None:
    tier = TierRow("t", message_limits={"hate": 10.0})
    snapshot = house(tier=tier, grants=(GrantRow(3, "mai", "a.test", LATER),))
    asked = visit("a.test", facts=Facts(messages={"hate": 20.0}))
    steps = decide(asked, snapshot, trace=True).steps
    assert (steps[-1].order, steps[-1].said) == (16, "block")
    lifted = [s for s in steps if s.said == "lifted"]
    assert {s.why for s in lifted} == {"grant 3: a.test"}
    assert {s.order for s in lifted} == {8, 9, 10, 11, 12, 13, 14, 15}


def test_no_trace_is_kept_when_none_is_asked_for(house: House, visit: MakeVisit) -> None:
    assert decide(visit("a.test"), house()).steps == ()
    assert decide(visit("a.test", other_names=("b.test",)), house()).steps == ()


def test_a_decision_names_its_snapshot_and_tier(house: House, visit: MakeVisit) -> None:
    decision = decide(visit("a.test"), house())
    assert (decision.snapshot_id, decision.tier) == ("1", "plain")

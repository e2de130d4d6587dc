"""The rows about time: every fault has its place, and what is made of sound ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kidgate.policies.compile import PolicyFaults
from kidgate.policies.decide import decide
from kidgate.policies.model import Decision, Verdict, Visit
from kidgate.policies.rows import (
    ExceptionRow,
    GroupRow,
    LessonRow,
    ProfileRow,
    RuleRow,
    Settings,
    TermRow,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.times import Times

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
PLAIN = Settings(unknown_tier="plain")
House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]


def faults(house: House, **rows: Any) -> list[str]:
    with pytest.raises(PolicyFaults) as caught:
        house(**rows)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            {"lessons": (LessonRow(1, "everyone", LATER),)},
            "lesson 1: scope: `everyone` is no class; write group:8A or child:mai",
        ),
        (
            {"lessons": (LessonRow(1, "group:9B", LATER),)},
            "lesson 1: scope: nobody is called `group:9B`",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", datetime(2026, 11, 23)),)},  # noqa: DTZ001
            "lesson 1: until: the time has no zone",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", LATER, ("a b",)),)},
            "lesson 1: targets: ",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", LATER, ("type:video/*",)),)},
            "lesson 1: targets: `type:video/*` opens no page",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", LATER, ("term:maths",)),)},
            "lesson 1: targets: `term:maths` opens no page",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", LATER, ("service:choy",)),)},
            "lesson 1: target: no service is called `choy`",
        ),
        (
            {"lessons": (LessonRow(1, "child:mai", LATER), LessonRow(1, "child:mai", LATER))},
            "lesson 1: stands twice; remove one",
        ),
        (
            {"exceptions": (ExceptionRow(1, "tier:x", NOON, LATER, ("all",)),)},
            "exception 1: scope: nobody is called `tier:x`",
        ),
        (
            {"exceptions": (ExceptionRow(1, "everyone", NOON, LATER),)},
            "exception 1: lifts: it lifts nothing; name some of bedtime, hours, quota, or all",
        ),
        (
            {"exceptions": (ExceptionRow(1, "everyone", NOON, LATER, ("pause",)),)},
            "exception 1: lifts: `pause` is none of bedtime, hours, quota, all",
        ),
        (
            {"exceptions": (ExceptionRow(1, "everyone", LATER, LATER, ("all",)),)},
            "exception 1: until: it ends before it begins",
        ),
        (
            {"exceptions": (ExceptionRow(1, "everyone", datetime(2026, 1, 1), NOON, ("all",)),)},  # noqa: DTZ001
            "exception 1: until: the time has no zone",
        ),
        (
            {"profiles": (ProfileRow("mai", bedtime="noon"),)},
            "profile mai: bedtime: `noon` is no day",
        ),
        (
            {"profiles": (ProfileRow("mai", quotas={"games": 5}),)},
            "profile mai: quotas: `games` is none of",
        ),
        (
            {"profiles": (ProfileRow("mai", quotas={"service:choy": 5}),)},
            "profile mai: quotas: no service is called `choy`",
        ),
        (
            {"tier": TierRow("t", bedtime="in term 21:00-06:00")},
            "tier t: bedtime: `in term 21:00-06:00` needs school terms; add them with kidgate term",
        ),
        (
            {"settings": replace(PLAIN, terms=(TermRow("a", date.max, date.min),))},
            "settings: terms: the term `a` ends before it begins",
        ),
        (
            {"settings": replace(PLAIN, terms=(TermRow("a", date.min, date.max),) * 2)},
            "settings: terms: the term `a` stands twice; remove one",
        ),
    ],
)
def test_a_fault_has_its_place(house: House, rows: dict[str, Any], fault: str) -> None:
    found = faults(house, **rows)

    assert len(found) == 1
    assert found[0].startswith(fault)


def test_a_rule_in_term_needs_terms(house: House) -> None:
    from kidgate.policies.model import Action

    rule = RuleRow(1, "everyone", "a.test", Action.BLOCK, when="out of term")
    assert faults(house, rules=(rule,))[0].startswith("rule 1: when: `out of term` needs")


def times(snapshot: PolicySnapshot, child: str | None, device: str | None = None) -> Times:
    return snapshot.asker(child, device, int(NOON.timestamp()) // 60).times


def test_times_are_shared_by_those_who_have_the_tiers(house: House) -> None:
    tier = TierRow("t", bedtime="daily 21:00-06:00", quotas={"all": 60})
    children = (
        ProfileRow("mai", tier="t"),
        ProfileRow("nam", tier="t"),
        ProfileRow("an", tier="t", quotas={"all": 90}),
    )
    snapshot = house(tier=tier, profiles=children)

    assert times(snapshot, "mai") is times(snapshot, "nam")
    assert times(snapshot, "an") is times(snapshot, "an", "tablet")
    assert times(snapshot, "an") is not times(snapshot, "mai")
    assert (times(snapshot, "an").quotas, times(snapshot, "mai").quotas) == (
        {"all": 90},
        {"all": 60},
    )


def test_own_times_follow_the_child_from_tier_to_tier(house: House) -> None:
    young = TierRow("plain", age_tier=True, hours="daily 08:00-20:00", quotas={"all": 30})
    old = TierRow("older", age_tier=True, min_age=10, quotas={"all": 60, "category:games": 20})
    child = ProfileRow("mai", born=date(2016, 11, 24), bedtime="daily 22:00-06:00")
    snapshot = house(tier=young, tiers=(old,), profiles=(child,))
    before = times(snapshot, "mai")
    after = snapshot.asker("mai", None, int(NOON.timestamp()) // 60 + 24 * 60).times

    assert (before.tier, sorted(before.schedules)) == ("plain", ["bedtime", "hours"])
    assert (after.tier, sorted(after.schedules)) == ("older", ["bedtime"])
    assert after.quotas == {"all": 60, "category:games": 20}


def explained(decision: Decision, check: str) -> tuple[str, str]:
    return next((step.said, step.why) for step in decision.steps if step.check == check)


def test_a_trace_names_the_exception_that_lifts(house: House, visit: MakeVisit) -> None:
    snapshot = house(
        tier=TierRow("t", bedtime="daily", hours="daily 01:00-02:00", quotas={"all": 0}),
        exceptions=(
            ExceptionRow(3, "child:mai", NOON, LATER, ("bedtime", "hours")),
            ExceptionRow(4, "everyone", NOON, LATER, ("quota",)),
        ),
    )
    decision = decide(visit("a.test", at=NOON), snapshot, trace=True)

    assert decision.verdict is Verdict.ALLOW
    assert explained(decision, "bedtime") == (
        "lifted",
        "exception 3: bedtime for child:mai, exception 3: hours for child:mai",
    )
    assert explained(decision, "quota") == ("lifted", "exception 4: quota for everyone")


def test_a_trace_names_the_lesson_that_opens(house: House, visit: MakeVisit) -> None:
    lesson = LessonRow(5, "group:8A", LATER, ("a.test",), "Toán")
    snapshot = house(
        groups=(GroupRow("8A"),),
        profiles=(ProfileRow("mai", tier="plain", groups=("8A",)),),
        lessons=(lesson,),
    )
    opened = decide(visit("a.test", at=NOON), snapshot, trace=True)
    closed = decide(visit("b.test", at=NOON), snapshot, trace=True)

    assert explained(opened, "category") == ("lifted", "lesson 5: a.test")
    assert opened.until == LATER
    assert explained(closed, "lesson") == ("block", "lesson 5: Toán")
    assert closed.steps[-1].check == "lesson"

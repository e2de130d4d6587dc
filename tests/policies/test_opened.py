"""What is open whatever the hour, and what goes on beside a service that was stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kidgate.policies.model import Action, Verdict
from kidgate.policies.opened import StillHouse, companions_left, open_too_young, still_house
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)

NIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
TIERS = (
    TierRow("small", age_tier=True, services={"mang": Action.BLOCK, "tin": Action.ASK}),
    TierRow("big", min_age=13, age_tier=True, bedtime="daily 00:00-24:00", quotas={"all": 0}),
)
SERVICES = {
    row.key: row
    for row in (
        ServiceRow("mang", "Mạng", ("mang.test",), min_age=13, companions=("tin", "anh", "con")),
        ServiceRow("tin", "Tin", ("tin.test",), dependencies=("service:mang",)),
        ServiceRow("anh", "Ảnh", ("anh.test",), min_age=13),
        ServiceRow("con", "Con", ("con.mang.test",)),
        ServiceRow("so", "Số", networks=("192.0.2.0/24",), min_age=13),
        ServiceRow("trang", "Trang", urls=("cong.test/trang",), min_age=11),
    )
}
ROWS = PolicyRows(
    settings=Settings(unknown_tier="small"),
    profiles=(ProfileRow("mai", born=date(2016, 5, 1)), ProfileRow("nam", tier="big")),
    devices=(DeviceRow("tablet", of="mai"), DeviceRow("tv")),
    pauses=(PauseRow(1, "everyone", LATER),),
)


def house(rows: PolicyRows = ROWS) -> StillHouse:
    return still_house(rows, Builtin(), TIERS, SERVICES, NIGHT)


def verdict(key: str, who: str) -> Verdict | None:
    decision = house().decision(key, who)
    return decision.verdict if decision else None


def test_neither_hour_nor_pause_nor_quota_counts() -> None:
    assert verdict("mang", "nam") is Verdict.ALLOW
    assert verdict("mang", "tier:big") is Verdict.ALLOW
    assert verdict("mang", "tier:small") is Verdict.BLOCK
    assert verdict("tin", "mai") is Verdict.ASK
    assert verdict("trang", "mai") is Verdict.ALLOW
    assert verdict("so", "mai") is None


def test_a_child_is_too_young_for_what_is_open_and_from_a_later_age() -> None:
    found = open_too_young(house(), "mai")
    assert [(one.service.key, one.said) for one in found] == [("trang", ""), ("anh", "")]
    assert open_too_young(house(), "nam") == []  # nobody knows how old


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("child:nam", [("tin", True), ("anh", False)]),
        ("child:mai", [("anh", False)]),  # tin is asked for already
        ("device:tablet", [("anh", False)]),
        ("tier:small", [("anh", False)]),
        ("device:tv", [("tin", True), ("anh", False)]),
        ("everyone", [("tin", True), ("anh", False)]),
    ],
)
def test_companions_left_are_those_that_go_on(scope: str, left: list[tuple[str, bool]]) -> None:
    found = companions_left(house(), ROWS, "mang", scope)
    assert [(one.service.key, one.in_part) for one in found] == left


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (RuleRow(1, "everyone", "service:tin", Action.BLOCK), False),
        (RuleRow(1, "everyone", "service:tin", Action.BLOCK, when="sat 08:00-09:00"), True),
        (RuleRow(1, "everyone", "service:tin", Action.ALLOW), True),
        (RuleRow(1, "child:mai", "service:tin", Action.BLOCK), True),
    ],
)
def test_a_companion_is_not_told_of_once_a_rule_stops_it_for_all(
    rule: RuleRow, *, told: bool
) -> None:
    rows = PolicyRows(settings=ROWS.settings, profiles=ROWS.profiles, rules=(rule,))
    found = companions_left(house(rows), rows, "mang", "everyone")
    assert ("tin" in [one.service.key for one in found]) is told

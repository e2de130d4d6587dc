"""Rows to snapshot: every fault at once with its place, and nothing by half."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin
from kidgate.documents.policy_file import read_policy
from kidgate.policies.compile import PolicyFault, PolicyFaults, compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    GrantRow,
    GroupRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot

FAST = settings(max_examples=100, deadline=None, database=None)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
NAIVE = LATER.replace(tzinfo=None)
BUILT_IN = (TierRow("plain", age_tier=True), TierRow("older", min_age=10, age_tier=True))
SERVICES = (ServiceRow("choi", title="Chơi", hosts=("choi.test",)),)


def build(rows: PolicyRows, builtin: Builtin = Builtin()) -> PolicySnapshot:  # noqa: B008
    house = replace(rows.settings, unknown_tier="plain") if rows.settings == Settings() else None
    rows = replace(rows, settings=house) if house else rows
    return compile_snapshot(rows, builtin, tiers=BUILT_IN, services=SERVICES, id="7")


def faults(rows: PolicyRows) -> list[str]:
    with pytest.raises(PolicyFaults) as caught:
        build(rows)
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
    return [str(fault) for fault in caught.value.faults]


PLAIN = Settings(unknown_tier="plain")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        # settings
        ({"settings": Settings(unknown_tier="x")}, "settings: unknown_tier: no tier is called `x`"),
        (
            {"settings": replace(PLAIN, zone="Asia/Hanoi")},
            "settings: zone: no time zone is called `Asia/Hanoi`; write one like Asia/Ho_Chi_Minh",
        ),
        (
            {"settings": replace(PLAIN, private_allowed=("10.0.0.1/8",))},
            "settings: private_allowed",
        ),
        ({"settings": replace(PLAIN, own_addresses=("router",))}, "settings: own_addresses"),
        ({"settings": replace(PLAIN, own_names=("a b",))}, "settings: own_names"),
        ({"settings": replace(PLAIN, safe_harbour=("http://a",))}, "settings: safe_harbour"),
        # tiers
        ({"tiers": (TierRow("t", mode="closed"),)}, "tier t: mode: `closed` is neither"),
        ({"tiers": (TierRow("t", youtube="on"),)}, "tier t: youtube: `on` is none of"),
        ({"tiers": (TierRow("t", zone="Mars"),)}, "tier t: zone: no time zone is called `Mars`"),
        ({"tiers": (TierRow("t", hours="noon"),)}, "tier t: hours: `noon`"),
        ({"tiers": (TierRow("t", bedtime="21:00"),)}, "tier t: bedtime: `21:00`"),
        (
            {"tiers": (TierRow("t", services={"choy": Action.BLOCK}),)},
            "tier t: services: no service is called `choy`",
        ),
        (
            {"tiers": (TierRow("t", quotas={"service:choy": 5}),)},
            "tier t: quotas: no service is called `choy`",
        ),
        (
            {"tiers": (TierRow("t", quotas={"games": 5}),)},
            "tier t: quotas: `games` is none of all, service:NAME, category:NAME, each:CATEGORY",
        ),
        (
            {"tiers": (TierRow("t", content_types={"video": Action.BLOCK}),)},
            "tier t: content_types: `video` is no content type; write one like video/*",
        ),
        (
            {"tiers": (TierRow("t", min_age=10, age_tier=True),)},
            "tier t: min_age: `older` begins at 10 years too",
        ),
        (
            {"tiers": (TierRow("plain"), TierRow("older"))},
            "tiers: none is an age tier; set age_tier on those that follow birthdays",
        ),
        # services, profiles, devices
        ({"services": (ServiceRow("s", hosts=("a b",)),)}, "service s: hosts: "),
        ({"services": (ServiceRow("s", urls=("ftp://a.test/b",)),)}, "service s: urls: "),
        ({"services": (ServiceRow("s", networks=("192.0.2.7/24",)),)}, "service s: networks: "),
        ({"profiles": (ProfileRow("mai", tier="x"),)}, "profile mai: tier: no tier is called `x`"),
        (
            {"profiles": (ProfileRow("mai", groups=("5A",)),)},
            "profile mai: groups: no group is called `5A`",
        ),
        ({"profiles": (ProfileRow("mai", zone="x"),)}, "profile mai: zone: no time zone"),
        ({"devices": (DeviceRow("tv", of="mai"),)}, "device tv: of: no profile is called `mai`"),
        ({"devices": (DeviceRow("tv", addresses=("x",)),)}, "device tv: addresses: not an IP"),
        (
            {
                "devices": (
                    DeviceRow("a", addresses=("192.0.2.7",)),
                    DeviceRow("b", addresses=("::ffff:192.0.2.7",)),
                )
            },
            "device b: addresses: `::ffff:192.0.2.7` is a's",
        ),
        (
            {"devices": (DeviceRow("a", login="tv"), DeviceRow("b", login="tv"))},
            "device b: login: `tv` is a's",
        ),
        # rules, grants, pauses
        (
            {"rules": (RuleRow(3, "child:mai", "a.test", Action.BLOCK),)},
            "rule 3: scope: nobody is called `child:mai`",
        ),
        ({"rules": (RuleRow(3, "all", "a.test", Action.BLOCK),)}, "rule 3: scope: nobody"),
        ({"rules": (RuleRow(3, "everyone", "a b", Action.BLOCK),)}, "rule 3: target: "),
        (
            {"rules": (RuleRow(3, "everyone", "service:choy", Action.BLOCK),)},
            "rule 3: target: no service is called `choy`",
        ),
        (
            {"rules": (RuleRow(3, "everyone", "192.0.2.7/24", Action.BLOCK),)},
            "rule 3: target: `192.0.2.7/24` is no address range",
        ),
        (
            {"rules": (RuleRow(3, "everyone", "a.test", Action.BLOCK, when="someday"),)},
            "rule 3: when: `someday`",
        ),
        (
            {"rules": (RuleRow(3, "everyone", "a.test", Action.BLOCK, until=NAIVE),)},
            "rule 3: until: the time has no zone; write one like 2026-11-23T21:30+07:00",
        ),
        ({"grants": (GrantRow(4, "mai", "a.test", LATER),)}, "grant 4: child: nobody is called"),
        (
            {
                "profiles": (ProfileRow("mai"),),
                "grants": (GrantRow(4, "mai", "service:choy", LATER),),
            },
            "grant 4: target: no service is called `choy`",
        ),
        (
            {"profiles": (ProfileRow("mai"),), "grants": (GrantRow(4, "mai", "a.test", NAIVE),)},
            "grant 4: until: the time has no zone",
        ),
        ({"pauses": (PauseRow(5, "group:x", LATER),)}, "pause 5: scope: nobody is called"),
        ({"pauses": (PauseRow(5, "everyone", NAIVE),)}, "pause 5: until: the time has no zone"),
        # twice
        ({"tiers": (TierRow("t"), TierRow("t"))}, "tier t: stands twice; remove one"),
        ({"groups": (GroupRow("5A"), GroupRow("5A"))}, "group 5A: stands twice; remove one"),
        ({"profiles": (ProfileRow("m"), ProfileRow("m"))}, "profile m: stands twice; remove one"),
        ({"pauses": (PauseRow(5, "everyone", LATER),) * 2}, "pause 5: stands twice; remove one"),
    ],
)
def test_a_fault_has_its_place_and_says_what_to_do(rows: dict[str, object], fault: str) -> None:
    found = faults(PolicyRows(**rows))  # type: ignore[arg-type]
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_every_fault_is_reported_at_once() -> None:
    rows = PolicyRows(
        settings=Settings(unknown_tier="nobody", zone="Asia/Hanoi", own_names=("a b",)),
        tiers=(TierRow("t", mode="closed", youtube="on", bedtime="late", zone="Mars"),),
        services=(ServiceRow("s", hosts=("a b", "c d"), networks=("x",)),),
        profiles=(ProfileRow("mai", tier="x", groups=("g", "h"), zone="y"),),
        devices=(DeviceRow("tv", of="nam", addresses=("z",)),),
        rules=(
            RuleRow(1, "child:x", "a b", Action.BLOCK, when="someday", until=NAIVE),
            RuleRow(1, "everyone", "service:x", Action.ALLOW),
        ),
        grants=(GrantRow(1, "x", "term:", NAIVE),),
        pauses=(PauseRow(1, "tier:x", NAIVE),),
    )
    places = [fault.partition(": ")[0] + ": " + fault.split(": ")[1] for fault in faults(rows)]
    assert sorted(places) == sorted(
        [
            *("settings: unknown_tier", "settings: zone", "settings: own_names"),
            *("tier t: mode", "tier t: youtube", "tier t: bedtime", "tier t: zone"),
            *("service s: hosts", "service s: hosts", "service s: networks"),
            *("profile mai: tier", "profile mai: groups", "profile mai: groups"),
            *("profile mai: zone", "device tv: of", "device tv: addresses"),
            *("rule 1: stands twice; remove one", "rule 1: scope", "rule 1: target"),
            *("rule 1: when", "rule 1: until", "rule 1: target"),
            *("grant 1: child", "grant 1: until", "grant 1: target"),
            *("pause 1: scope", "pause 1: until"),
        ]
    )


def test_a_fault_in_a_file_has_its_line() -> None:
    text = """\
settings:
  zone: Asia/Hanoi
tiers:
  t:
    bedtime: late
rules:
  - {id: 3, scope: everyone, target: a.test, action: block}
  - id: 4
    scope: everyone
    target: 192.0.2.7/24
    action: block
grants:
  - id: 4
    child: mai
    target: a.test
    until: 2027-01-01T00:00+07:00
"""
    policy = read_policy(text, "nha.yaml")
    tiers, services, builtin = load_builtin()
    with pytest.raises(PolicyFaults) as caught:
        compile_snapshot(policy.rows, builtin, tiers=tiers, services=services, id="1")
    lines = [str(fault).split(" ")[0] for fault in policy.locate(caught.value).faults]
    assert lines == ["nha.yaml:2:", "nha.yaml:5:", "nha.yaml:10:", "nha.yaml:14:"]


def test_the_built_in_data_compile_as_they_are() -> None:
    tiers, services, builtin = load_builtin()
    snapshot = compile_snapshot(PolicyRows(), builtin, tiers=tiers, services=services, id="1")
    assert [key for _, key in snapshot.ages] == ["0-5", "6-8", "9-12", "13-15", "16-17", "adult"]
    assert snapshot.service_titles["zalo"] == "Zalo"


def test_a_row_of_the_house_takes_the_place_of_a_built_in_one() -> None:
    rows = PolicyRows(
        tiers=(TierRow("older", min_age=12, age_tier=True),),
        services=(ServiceRow("choi", hosts=("vui.test",)),),
    )
    snapshot = build(rows)
    assert snapshot.ages == ((0, "plain"), (12, "older"))
    assert [s.key for s in snapshot.services.of("vui.test", "")] == ["choi"]
    assert snapshot.services.of("choi.test", "") == ()
    assert snapshot.service_titles == {"choi": "choi"}


def test_zones_fall_back_from_tier_to_child_to_house() -> None:
    snapshot = build(
        PolicyRows(
            settings=replace(PLAIN, zone="Asia/Ho_Chi_Minh"),
            tiers=(TierRow("t", zone="Europe/London"),),
            profiles=(ProfileRow("mai"), ProfileRow("an", zone="Asia/Tokyo")),
        )
    )
    assert snapshot.zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert snapshot.tiers["t"].zone == ZoneInfo("Europe/London")
    assert snapshot.tiers["plain"].zone is None
    assert snapshot.profiles["mai"].zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert snapshot.profiles["an"].zone == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("action", "target"),
    [
        (Action.ALLOW, "=pages.test"),
        (Action.PASS, "=pages.test"),
        (Action.BLOCK, "pages.test"),
        (Action.ASK, "pages.test"),
        (Action.WARN, "pages.test"),
        (Action.WATCH, "pages.test"),
    ],
)
def test_opening_a_public_suffix_opens_that_host_alone(
    small: Builtin, action: Action, target: str
) -> None:
    snapshot = build(PolicyRows(rules=(RuleRow(1, "everyone", "pages.test", action),)), small)
    (rule,) = snapshot.rules["everyone"].places["pages.test"]
    assert str(rule.target) == target


@FAST
@given(
    zone=st.text(max_size=20),
    when=st.text(max_size=20),
    target=st.text(max_size=20),
    scope=st.text(max_size=20),
    day=st.dates(date(1900, 1, 1)),
)
def test_compile_raises_only_its_own_faults_when_given_anything(
    zone: str, when: str, target: str, scope: str, day: date
) -> None:
    rows = PolicyRows(
        settings=replace(PLAIN, zone=zone, own_names=(target,), private_allowed=(target,)),
        tiers=(TierRow("t", hours=when, zone=zone, search_terms=(target,)),),
        services=(ServiceRow("s", hosts=(target,), urls=(target,), networks=(target,)),),
        profiles=(ProfileRow("mai", born=day, zone=zone, groups=(scope,)),),
        devices=(DeviceRow("tv", of=scope, addresses=(target,)),),
        rules=(RuleRow(1, scope, target, Action.BLOCK, when=when),),
        grants=(GrantRow(1, "mai", target, LATER),),
        pauses=(PauseRow(1, scope, LATER),),
    )
    try:
        build(rows)
    except PolicyFaults as caught:
        assert all(isinstance(fault, PolicyFault) for fault in caught.faults)

"""A policy as a file: the exact round trip, its shape, its faults with lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin
from kidgate.documents.faults import Faults
from kidgate.documents.policy_file import dump_policy, load_policy, read_policy
from kidgate.policies.compile import PolicyFaults, compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    GroupRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    Text,
    TierRow,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
FAST = settings(max_examples=200, deadline=None, database=None)
UNTIL = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)


SMALL = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh", holidays=(date(2026, 2, 17),)),
    tiers=(TierRow("8A", title=Text("Lớp 8A", "Class 8A"), quotas={"all": 90}),),
    services=(
        ServiceRow(
            "radio",
            title="Radio",
            hosts=("radio.example",),
            aliases=("fm",),
            companions=("spotify",),
            dependencies=("service:youtube", "cdn.example"),
            payment_hosts=("pay.radio.example",),
        ),
    ),
    groups=(GroupRow("8A", kind="class"),),
    profiles=(ProfileRow("mai", name="Mai", born=date(2016, 5, 1), groups=("8A",)),),
    devices=(DeviceRow("tablet", of="mai", addresses=("192.0.2.7",)),),
    rules=(RuleRow(3, "child:mai", "games.example", Action.BLOCK, when="weekdays 08:00-17:00"),),
    grants=(GrantRow(1, "mai", "games.example", UNTIL, reason="homework: done"),),
    pauses=(PauseRow(1, "everyone", UNTIL),),
)


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        load_policy(text, "p.yaml")
    return str(caught.value).splitlines()


def test_dump_policy_is_what_people_write_when_given_a_small_one() -> None:
    expected = (GOLDEN / "policy.yaml").read_text(encoding="utf-8")
    assert dump_policy(SMALL) == expected
    assert load_policy(expected, "policy.yaml") == SMALL


def test_dump_policy_is_empty_when_nothing_was_decided() -> None:
    assert dump_policy(PolicyRows()) == "{}\n"


@pytest.mark.parametrize("text", ["", "{}", "rules:\ntiers:\nsettings:\n", "# nothing yet\n"])
def test_load_policy_gives_the_defaults_when_nothing_is_written(text: str) -> None:
    assert load_policy(text, "p.yaml") == PolicyRows()


def test_dump_policy_refuses_when_a_key_stands_twice() -> None:
    rows = PolicyRows(groups=(GroupRow("a"), GroupRow("a")))
    with pytest.raises(ValueError, match="`a` stands twice among the groups; remove one"):
        dump_policy(rows)


def test_built_in_tiers_round_trip_when_a_policy_holds_them() -> None:
    tiers, services, _ = load_builtin()
    rows = PolicyRows(tiers=tiers, services=services)
    assert load_policy(dump_policy(rows), "p.yaml") == rows


def test_load_policy_gives_the_next_numbers_when_rules_have_none() -> None:
    text = """
rules:
  - {scope: everyone, target: a.example, action: block}
  - {id: 7, scope: everyone, target: b.example, action: allow}
  - {scope: everyone, target: c.example, action: ask}
"""
    assert [rule.id for rule in load_policy(text, "p.yaml").rules] == [8, 7, 9]


def test_load_policy_names_every_fault_when_the_file_is_broken() -> None:
    text = """
setting: {}
settings: {zone: Asia/Ho_Chi_Minh, language: fr, ports: [80, 70000], retention: 3}
tiers:
  mine: {mode: nope, youtube: "on", quotas: {all: 3000}, text_limits: {adult: 101}, min_age: -1}
  bad: 5
profiles:
  mai: {born: 2016-13-01, key: x}
  mai: {}
devices: []
rules:
  - {scope: everyone, target: x.example, action: blok}
  - {id: 3, scope: everyone, target: x.example, action: block}
  - {id: 3, scope: everyone, target: 5, action: block}
  - {id: 0, target: x.example, action: block, until: 2026-01-01}
  - word
grants: {}
"""
    actions = "`allow`, `block`, `warn`, `ask`, `pass`, `watch`"
    assert faults_of(text) == [
        "p.yaml:2: unknown key `setting`; did you mean `settings`?",
        "p.yaml:3: `settings.language`: must be one of `vi`, `en`, not `fr`",
        "p.yaml:3: `settings.ports[2]`: must be a whole number from 1 to 65535, not `70000`",
        "p.yaml:3: `settings`: unknown key `retention`; did you mean `retention_days`?",
        "p.yaml:5: `tiers.mine.min_age`: must be a whole number from 0 to 150, not `-1`",
        "p.yaml:5: `tiers.mine.mode`: must be one of `deny_list`, `allow_list`, not `nope`",
        "p.yaml:5: `tiers.mine.quotas.all`: must be a whole number from 0 to 1440, not `3000`",
        "p.yaml:5: `tiers.mine.text_limits.adult`: must be a number from 0 to 100, not `101`",
        "p.yaml:5: `tiers.mine.youtube`: must be one of `off`, `moderate`, `strict`, not `on`",
        "p.yaml:6: `tiers.bad`: must be a mapping of keys to values, not `5`",
        "p.yaml:8: `profiles.mai.born`: must be a date like `2026-05-01`, not `2016-13-01`",
        "p.yaml:8: `profiles.mai`: unknown key `key`; known keys: name, born, tier, groups, "
        "language, zone, personal, bedtime, hours, quotas",
        "p.yaml:9: key `mai` is there twice, first on line 8; remove one",
        "p.yaml:10: `devices`: must be a mapping of keys to their fields",
        f"p.yaml:12: `rules[1].action`: must be one of {actions}, not `blok`",
        "p.yaml:14: `rules[3].target`: must be text, not `5`; put it in quotes",
        "p.yaml:14: `rules`: number 3 is taken on line 13",
        "p.yaml:15: `rules[4].id`: must be a whole number from 1 to 9007199254740992, not `0`",
        "p.yaml:15: `rules[4].until`: must be a time with its zone like "
        "`2026-11-23T21:30+07:00`, not `2026-01-01`",
        "p.yaml:15: `rules[4]`: needs `scope`",
        "p.yaml:16: `rules[5]`: must be a mapping of keys to values, not `word`",
        "p.yaml:17: `grants`: must be a list, each item after a `-`",
    ]


def test_locate_gives_lines_when_the_compiler_finds_faults() -> None:
    text = """
settings: {unknown_tier: nobody}
profiles:
  mai: {born: 2016-05-01,
        tier: gone}
rules:
  - {scope: 'child:mai', target: a.example, action: block}
  - scope: child:lan
    target: a b
    action: block
"""
    document = read_policy(text, "p.yaml")
    tiers, services, builtin = load_builtin()
    with pytest.raises(PolicyFaults) as caught:
        compile_snapshot(document.rows, builtin, tiers=tiers, services=services, id="1")
    located = document.locate(caught.value)
    assert [(fault.line, fault.message.partition(":")[0]) for fault in located.faults] == [
        (2, "settings"),
        (5, "profile mai"),
        (8, "rule 2"),
        (9, "rule 2"),
    ]


@FAST
@given(text=st.text())
def test_load_policy_raises_only_faults_when_given_anything(text: str) -> None:
    try:
        load_policy(text, "p.yaml")
    except Faults as caught:
        assert caught.faults


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["settings", "tiers", "rules", "grants", "id", "key", "a", "until"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@FAST
@given(data=SHAPES)
def test_load_policy_raises_only_faults_when_the_shape_is_wrong(data: object) -> None:
    text = yaml.safe_dump(data)
    try:
        load_policy(text, "p.yaml")
    except Faults as caught:
        assert caught.faults

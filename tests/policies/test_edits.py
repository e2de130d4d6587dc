"""Changes to a policy: what each does, what it refuses, and that it touches nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies import edits
from kidgate.policies.edits import EditFault
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    GroupRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 10, tzinfo=UTC)
TIERS = ("0-5", "9-12")
ROWS = PolicyRows(
    groups=(GroupRow("8A"), GroupRow("9B")),
    profiles=(ProfileRow("mai", groups=("8A",)), ProfileRow("nam", groups=("8A", "9B"))),
    devices=(DeviceRow("tablet", of="mai"), DeviceRow("phone", of="nam")),
    rules=(
        RuleRow(1, "child:mai", "a.example", Action.BLOCK),
        RuleRow(2, "group:8A", "a.example", Action.BLOCK),
        RuleRow(3, "device:tablet", "a.example", Action.ALLOW),
        RuleRow(4, "everyone", "b.example", Action.BLOCK),
    ),
    grants=(GrantRow(1, "mai", "c.example", LATER), GrantRow(2, "nam", "c.example", LATER)),
    pauses=(PauseRow(1, "child:mai", LATER), PauseRow(2, "group:8A", LATER)),
)


def ids(rows: PolicyRows) -> tuple[list[int], list[int], list[int]]:
    return (
        [row.id for row in rows.rules],
        [row.id for row in rows.grants],
        [row.id for row in rows.pauses],
    )


def test_add_appends_the_row_when_its_key_is_free() -> None:
    rows = edits.add(ROWS, ProfileRow("an"))
    assert [row.key for row in rows.profiles] == ["mai", "nam", "an"]
    rows = edits.add(rows, GrantRow(0, "an", "x.example", LATER))
    assert rows.grants[-1].id == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ProfileRow("mai"), "a profile `mai` is there already"),
        (DeviceRow("Máy của Mai"), "write `may-cua-mai`"),
        (GroupRow("everyone"), "a meaning of its own"),
        (GroupRow("a:b"), "write `a-b`"),
        (GroupRow(""), "no key for a group"),
        (GroupRow("x" * 65), "no key"),
        (GroupRow("x\n"), "no key"),
    ],
)
def test_add_is_refused_when_the_key_cannot_be(
    row: ProfileRow | DeviceRow | GroupRow, said: str
) -> None:
    with pytest.raises(EditFault) as caught:
        edits.add(ROWS, row)
    assert said in str(caught.value)


@given(st.text(max_size=80))
def test_slug_is_a_key_or_nothing_when_made_from_any_name(name: str) -> None:
    key = edits.slug(name)
    if key and key not in edits.RESERVED:
        assert edits.add(PolicyRows(), ProfileRow(key)).profiles[0].key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [("Mai Nguyễn", "mai-nguyen"), ("Đỗ Đức", "do-duc"), ("LỚP 8A!", "lop-8a"), ("子", "")],
)
def test_slug_keeps_what_can_be_said_in_ascii(name: str, key: str) -> None:
    assert edits.slug(name) == key


def test_change_touches_that_row_alone_when_there_is_one() -> None:
    rows = edits.change(ROWS, DeviceRow, "tablet", of="nam")
    assert [device.of for device in rows.devices] == ["nam", "nam"]
    assert rows.rules is ROWS.rules
    with pytest.raises(EditFault, match="did you mean `tablet`"):
        edits.change(ROWS, DeviceRow, "tablett", of="nam")


def test_find_says_what_there_is_when_nothing_is_called_so() -> None:
    assert edits.find(ROWS, RuleRow, 3).scope == "device:tablet"
    with pytest.raises(EditFault, match="no rule is called `9`; there are 1, 2, 3, 4"):
        edits.find(ROWS, RuleRow, 9)
    with pytest.raises(EditFault, match="there is none yet"):
        edits.find(PolicyRows(), ProfileRow, "mai")


def test_removed_child_takes_its_own_along_and_leaves_its_devices() -> None:
    rows = edits.remove(ROWS, ProfileRow, "mai")
    assert [row.key for row in rows.profiles] == ["nam"]
    assert [(d.key, d.of) for d in rows.devices] == [("tablet", ""), ("phone", "nam")]
    assert ids(rows) == ([2, 3, 4], [2], [2])


def test_removed_group_is_left_by_its_children() -> None:
    rows = edits.remove(ROWS, GroupRow, "8A")
    assert [profile.groups for profile in rows.profiles] == [(), ("9B",)]
    assert ids(rows) == ([1, 3, 4], [1, 2], [1])


def test_removed_device_takes_its_rules_along() -> None:
    rows = edits.remove(ROWS, DeviceRow, "tablet")
    assert ids(rows) == ([1, 2, 4], [1, 2], [1, 2])
    assert edits.remove(ROWS, RuleRow, 4).rules == ROWS.rules[:3]
    assert edits.remove(ROWS, PauseRow, 1).pauses == ROWS.pauses[1:]


def test_join_and_leave_are_exact_when_repeated_or_wrong() -> None:
    rows = edits.join(ROWS, "9B", ["mai", "nam"])
    assert [profile.groups for profile in rows.profiles] == [("8A", "9B"), ("8A", "9B")]
    assert edits.leave(rows, "9B", ["mai"]).profiles[0].groups == ("8A",)
    with pytest.raises(EditFault, match="is not in the group"):
        edits.leave(ROWS, "9B", ["mai"])
    with pytest.raises(EditFault, match="no group is called `7C`"):
        edits.join(ROWS, "7C", ["mai"])
    with pytest.raises(EditFault, match="no profile is called `an`"):
        edits.join(ROWS, "8A", ["an"])


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("mai", "child:mai"),
        ("child:mai", "child:mai"),
        ("group:8A", "group:8A"),
        ("tier:9-12", "tier:9-12"),
        ("device:tablet", "device:tablet"),
        ("everyone", "everyone"),
    ],
)
def test_scope_is_the_one_a_person_means_when_it_exists(text: str, scope: str) -> None:
    assert edits.scope_of(ROWS, TIERS, text) == scope


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mia", "did you mean `mai`?"),
        ("8A", "write `group:8A`"),
        ("9-12", "write `tier:9-12`"),
        ("tier:9-13", "did you mean `9-12`?"),
        ("class:8A", "`class:8A` is no scope"),
        ("device:mai", "no device is called `mai`"),
    ],
)
def test_scope_is_explained_when_there_is_none(text: str, said: str) -> None:
    with pytest.raises(EditFault) as caught:
        edits.scope_of(ROWS, TIERS, text)
    assert said in str(caught.value)


def test_scope_is_the_child_when_a_device_has_the_same_key() -> None:
    rows = edits.add(ROWS, DeviceRow("mai"))
    assert edits.scope_of(rows, TIERS, "mai") == "child:mai"


def test_put_rule_replaces_only_the_same_question() -> None:
    rule = RuleRow(0, "child:mai", "https://A.example/", Action.ALLOW)
    assert [row.id for row in edits.put_rule(ROWS, rule).rules] == [2, 3, 4, 0]
    other = RuleRow(0, "child:mai", "a.example", Action.ALLOW, when="daily 08:00-09:00")
    assert [row.id for row in edits.put_rule(ROWS, other).rules] == [1, 2, 3, 4, 0]
    with pytest.raises(EditFault, match="write a host"):
        edits.put_rule(ROWS, RuleRow(0, "child:mai", "http://[", Action.ALLOW))


def test_put_pause_replaces_that_of_the_scope_and_resume_ends_it() -> None:
    rows = edits.put_pause(ROWS, PauseRow(0, "child:mai", LATER, reason="dinner"))
    assert [(p.id, p.scope) for p in rows.pauses] == [(2, "group:8A"), (0, "child:mai")]
    assert [p.scope for p in edits.resume(rows, "child:mai", AT).pauses] == ["group:8A"]
    with pytest.raises(EditFault, match="paused are: child:mai, group:8A"):
        edits.resume(rows, "everyone", AT)
    with pytest.raises(EditFault, match="nothing is paused"):
        edits.resume(rows, "child:mai", LATER)


def test_reuse_numbers_gives_each_equal_row_its_old_number_once() -> None:
    wanted = PolicyRows(
        rules=(
            RuleRow(0, "everyone", "b.example", Action.BLOCK),
            RuleRow(0, "everyone", "b.example", Action.BLOCK),
            RuleRow(1, "child:mai", "a.example", Action.BLOCK),
            RuleRow(0, "child:mai", "a.example", Action.BLOCK),
        )
    )
    assert [row.id for row in edits.reuse_numbers(wanted, ROWS).rules] == [4, 0, 1, 0]

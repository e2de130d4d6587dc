"""Who of the adults may do what."""

from __future__ import annotations

import pytest

from kidgate.policies.people import (
    LONGEST_NAME,
    MAY,
    Need,
    PeopleFault,
    Role,
    canonical_name,
    checked_groups,
    checked_language,
    may,
    reaches,
    role_of,
    sees,
)
from kidgate.policies.rows import DeviceRow, GroupRow, PolicyRows, ProfileRow

ROWS = PolicyRows(
    groups=(GroupRow("8A"), GroupRow("8B")),
    profiles=(ProfileRow("mai", groups=("8A",)), ProfileRow("nam", groups=("8B",))),
    devices=(DeviceRow("tablet", of="mai"), DeviceRow("pc", of="nam"), DeviceRow("hall")),
)
SCOPES = ("everyone", "tier:9-12", "group:8A", "group:8B", "child:mai", "child:nam", "child:x")
DEVICES = ("device:tablet", "device:pc", "device:hall", "device:x")


def test_table_is_what_was_agreed() -> None:
    words = {role.value: {need.value for need in needs} for role, needs in MAY.items()}
    assert words == {
        "owner": {"look", "answer", "lesson", "change", "people", "system", "audit", "own"},
        "parent": {"look", "answer", "lesson", "change", "own"},
        "teacher": {"look", "answer", "lesson", "own"},
        "auditor": {"look", "audit", "own"},
    }


def test_every_role_has_its_line_and_every_need_somebody() -> None:
    assert set(MAY) == set(Role)
    assert set().union(*MAY.values()) == set(Need)
    assert not may(Role.AUDITOR, Need.CHANGE) and may(Role.OWNER, Need.PEOPLE)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TEACHER])
def test_all_but_teachers_see_and_reach_everyone(role: Role) -> None:
    assert sees(role, (), ()) and sees(role, ("8A",), ("8B",))
    assert all(reaches(role, (), scope, ROWS) for scope in SCOPES + DEVICES)


def test_teacher_sees_and_reaches_the_own_groups_alone() -> None:
    assert sees(Role.TEACHER, ("8A", "9C"), ("x", "8A"))
    assert not sees(Role.TEACHER, ("8A",), ("8B",))
    assert not sees(Role.TEACHER, (), ()) and not sees(Role.TEACHER, ("8A",), ())
    reached = [s for s in SCOPES + DEVICES if reaches(Role.TEACHER, ("8A",), s, ROWS)]
    assert reached == ["group:8A", "child:mai", "device:tablet"]
    assert not any(reaches(Role.TEACHER, (), scope, ROWS) for scope in SCOPES + DEVICES)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Lan", "lan"),
        (" co.hoa@truong.vn ", "co.hoa@truong.vn"),
        ("Cô Hòa", "cô hòa"),
        ("Co\u0302 Ho\u0300a", "cô hòa"),  # decomposed, as some keyboards write it
        ("đức_9", "đức_9"),
        ("A" * LONGEST_NAME, "a" * LONGEST_NAME),
    ],
)
def test_name_has_one_spelling(typed: str, name: str) -> None:
    assert canonical_name(typed) == name
    assert canonical_name(name) == name


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a" * (LONGEST_NAME + 1), "a  b", "a\tb", "l\u0430n", "lan\u202e", "a/b", "<b>",
     "a\x00", "ｌａｎ", "lan\u200b", "a:b", "x\u0323\u0323\u0323"],
)  # fmt: skip
def test_name_that_could_be_taken_for_another_is_refused(typed: str) -> None:
    with pytest.raises(PeopleFault, match="is no name for a user"):
        canonical_name(typed)


def test_role_language_and_groups_are_checked() -> None:
    assert role_of("teacher") is Role.TEACHER
    with pytest.raises(PeopleFault, match="`boss` is no role; there are owner, parent"):
        role_of("boss")
    assert checked_language("vi") == "vi"
    with pytest.raises(PeopleFault, match="`fr` is no language"):
        checked_language("fr")
    assert checked_groups(Role.TEACHER, ["8A", "8B", "8A"], ROWS) == ("8A", "8B")
    assert checked_groups(Role.PARENT, [], ROWS) == ()
    with pytest.raises(PeopleFault, match="no group is called `9C`"):
        checked_groups(Role.TEACHER, ["9C"], ROWS)
    with pytest.raises(PeopleFault, match="only a teacher has groups"):
        checked_groups(Role.PARENT, ["8A"], ROWS)

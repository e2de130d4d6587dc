from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow, PolicyRows, ProfileRow, RuleRow, Settings
from kidgate.store.edits import (
    Edit,
    apply_edits,
    canonical,
    changes,
    check_texts,
    fold,
    rows_of,
    state_of,
)

MAI = ProfileRow("mai", name="Mai", groups=("b", "a"))
NAM = ProfileRow("nam")
RULE = RuleRow(2, "child:mai", "x.example", Action.BLOCK)


def test_no_edits_when_only_the_order_of_rows_differs() -> None:
    rules = (RULE, replace(RULE, id=10))
    one = PolicyRows(profiles=(MAI, NAM), rules=rules)
    other = PolicyRows(profiles=(NAM, MAI), rules=rules[::-1])
    assert changes(one, other) == []
    assert canonical(one) == canonical(other)
    assert [rule.id for rule in canonical(other).rules] == [2, 10]


def test_no_edits_when_one_moment_is_spelled_in_two_zones() -> None:
    there = datetime(2026, 11, 23, 21, 30, tzinfo=timezone(timedelta(hours=7)))
    one, other = (replace(RULE, until=at) for at in (there, there.astimezone(UTC)))
    assert changes(PolicyRows(rules=(one,)), PolicyRows(rules=(other,))) == []


def test_edit_when_a_list_changes_its_order() -> None:
    turned = replace(MAI, groups=MAI.groups[::-1])
    (edit,) = changes(PolicyRows(profiles=(MAI,)), PolicyRows(profiles=(turned,)))
    assert (edit.kind, edit.key) == ("profile", "mai")
    assert edit.before["groups"] == ["b", "a"]
    assert edit.after["groups"] == ["a", "b"]


def test_edits_are_in_the_order_of_kinds_and_numbers() -> None:
    after = PolicyRows(
        settings=Settings(zone="Asia/Ho_Chi_Minh"),
        groups=(GroupRow("8A"),),
        rules=(replace(RULE, id=10), RULE),
    )
    found = [(edit.kind, edit.key) for edit in changes(PolicyRows(), after)]
    assert found == [("setting", "zone"), ("group", "8A"), ("rule", "2"), ("rule", "10")]


def test_setting_goes_when_it_returns_to_the_default() -> None:
    changed = PolicyRows(settings=Settings(retention_days=7))
    assert changes(PolicyRows(), changed) == [Edit("setting", "retention_days", None, 7)]
    assert changes(changed, PolicyRows()) == [Edit("setting", "retention_days", 7, None)]


def test_key_that_appears_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="rule `2` appears twice"):
        state_of(PolicyRows(rules=(RULE, replace(RULE, reason="other"))))


def test_naive_time_is_refused_with_its_place() -> None:
    naive = replace(RULE, until=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match=r"`rule 2.until` .*needs a time zone"):
        state_of(PolicyRows(rules=(naive,)))


def test_bad_value_is_refused_with_its_place_when_read() -> None:
    state = state_of(PolicyRows(rules=(RULE,)))
    state["rule", "2"]["action"] = "explode"
    with pytest.raises(ValueError, match=r"`rule 2.action` needs one of"):
        rows_of(state)


def test_fold_joins_edits_of_a_row_and_drops_what_came_back() -> None:
    edits = [
        Edit("group", "a", None, {"n": 1}),
        Edit("group", "b", {"n": 1}, {"n": 2}),
        Edit("group", "a", {"n": 1}, {"n": 2}),
        Edit("group", "b", {"n": 2}, {"n": 1}),
        Edit("group", "c", {"n": 1}, None),
    ]
    assert fold(edits) == [Edit("group", "a", None, {"n": 2}), Edit("group", "c", {"n": 1}, None)]


def test_apply_refuses_when_the_row_is_another() -> None:
    edits = changes(PolicyRows(profiles=(MAI,)), PolicyRows())
    assert apply_edits(PolicyRows(profiles=(MAI,)), edits) == PolicyRows()
    with pytest.raises(ValueError, match="profile `mai` is not what this edit was made from"):
        apply_edits(PolicyRows(profiles=(replace(MAI, name="x"),)), edits)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_is_refused_when_no_column_takes_it(text: str) -> None:
    for value in (text, {"t": [{text: 1}]}, {"t": [None, text]}):
        with pytest.raises(ValueError, match=r"group `a`.* has a NUL or a broken character"):
            check_texts("group `a`", value)
    check_texts("group `a`", ["Lớp 8A \U0001f600\n", {"title": "\x1b", "n": 1}])

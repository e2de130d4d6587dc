from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    GrantRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    Text,
    TierRow,
)
from kidgate.policies.rows_json import RowFault, from_json, to_json

NOW = datetime(2026, 11, 23, 21, 30, tzinfo=timezone(timedelta(hours=7)))
RULE = RuleRow(1, "everyone", "x.example", Action.BLOCK)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    "row",
    [
        TierRow("club", title=Text(vi="Câu lạc bộ"), text_limits={"violence": 62.5}),
        ProfileRow("mai", born=date(2016, 5, 1), groups=("8A", "family")),
        RuleRow(1, "everyone", "x.example", Action.BLOCK, until=NOW),
        Settings(ports=(80, 443, 8080), holidays=(date(2026, 9, 2),)),
        Builtin(safe_search=({"hosts": ["a.example"], "strict": True, "n": {"x": None}},)),
        PolicyRows(rules=(RULE,), grants=(GrantRow(1, "mai", "x.example", NOW),)),
    ],
    ids=lambda row: type(row).__name__,
)
def test_row_comes_back_through_json_text(row: object) -> None:
    assert from_json(type(row), json.loads(json.dumps(to_json(row)))) == row


@given(
    st.one_of(
        st.from_type(TierRow),
        st.from_type(ServiceRow),
        st.from_type(ProfileRow),
        st.from_type(DeviceRow),
        st.from_type(Settings),
        st.builds(RuleRow, until=st.none() | MOMENTS),
        st.builds(GrantRow, until=MOMENTS),
    ).filter(lambda row: row == row)  # a tier whose limit is nan is not equal to itself
)
def test_any_row_comes_back_through_json_text(row: Any) -> None:
    try:
        value = to_json(row)
    except RowFault as fault:
        assert "must be finite" in fault.what
        return
    assert from_json(type(row), json.loads(json.dumps(value, allow_nan=False))) == row


def test_values_are_plain_and_every_field_is_there() -> None:
    tier = TierRow("club", categories={"games": Action.WARN}, search_terms=("a",))
    value = to_json(tier)
    assert value["categories"] == {"games": "warn"}
    assert type(value["categories"]["games"]) is str
    assert value["title"] == {"vi": "", "en": ""}
    assert value["search_terms"] == ["a"]
    assert value["journal"] == JournalLevel.HOST.value
    assert len(value) == len(TierRow.__dataclass_fields__)


def test_one_moment_has_one_spelling() -> None:
    there, here = replace(RULE, until=NOW), replace(RULE, until=NOW.astimezone(UTC))
    assert to_json(there) == to_json(here)
    assert to_json(there)["until"] == "2026-11-23T14:30:00+00:00"


def test_field_takes_its_default_when_it_is_absent() -> None:
    value = {"id": 1, "scope": "everyone", "target": "x.example", "action": "block"}
    assert from_json(RuleRow, value) == RULE


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"colour": "red"}, "rules[0].colour", "is not a field"),
        ({"id": "1"}, "rules[0].id", "needs a whole number, not `'1'`"),
        ({"id": True}, "rules[0].id", "needs a whole number, not `True`"),
        ({"id": 1.0}, "rules[0].id", "needs a whole number"),
        ({"scope": 5}, "rules[0].scope", "needs text, not `5`"),
        ({"scope": None}, "rules[0].scope", "needs text, not `None`"),
        ({"safe_search": 1}, "rules[0].safe_search", "needs true or false"),
        ({"action": "explode"}, "rules[0].action", "needs one of allow, block, warn"),
        ({"action": ["block"]}, "rules[0].action", "needs one of"),
        ({"until": "2026-11-23T21:30"}, "rules[0].until", "needs a time with its zone"),
        ({"until": "tomorrow"}, "rules[0].until", "needs a time with its zone"),
        ({"until": 5}, "rules[0].until", "needs a time with its zone"),
    ],
)
def test_fault_names_the_field_when_a_value_is_wrong(
    changes: dict[str, object], place: str, says: str
) -> None:
    value = to_json(PolicyRows(rules=(RULE,)))
    value["rules"][0] |= changes
    with pytest.raises(RowFault) as caught:
        from_json(PolicyRows, value)
    assert caught.value.place == place
    assert says in caught.value.what
    assert str(caught.value) == f"`{place}` {caught.value.what}"


@pytest.mark.parametrize(
    ("cls", "value", "place"),
    [
        (RuleRow, {"id": 1}, "scope"),
        (ProfileRow, {"key": "mai", "born": "2016-13-01"}, "born"),
        (ProfileRow, {"key": "mai", "groups": "8A"}, "groups"),
        (ProfileRow, {"key": "mai", "groups": ["8A", 8]}, "groups[1]"),
        (TierRow, {"key": "a", "title": {"fr": ""}}, "title.fr"),
        (TierRow, {"key": "a", "categories": {"games": "maybe"}}, "categories[games]"),
        (TierRow, {"key": "a", "categories": ["games"]}, "categories"),
        (TierRow, {"key": "a", "text_limits": {"x": float("nan")}}, "text_limits[x]"),
        (TierRow, {"key": "a", "text_limits": {"x": "1"}}, "text_limits[x]"),
        (TierRow, {"key": "a", "quotas": {5: 1}}, "quotas"),
        (Settings, {"ports": [80, None]}, "ports[1]"),
        (Settings, [], ""),
    ],
)
def test_fault_names_the_place_within_a_field(cls: type, value: object, place: str) -> None:
    with pytest.raises(RowFault) as caught:
        from_json(cls, value)
    assert caught.value.place == place


def test_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(RowFault, match=r"not `.x{59}\.\.\.`$"):
        from_json(RuleRow, to_json(RULE) | {"id": "x" * 5000})


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (PolicyRows(rules=(replace(RULE, until=datetime(2026, 1, 1)),)), "until"),  # noqa: DTZ001
        (TierRow("a", text_limits={"x": float("inf")}), "text_limits"),
    ],
    ids=["naive", "infinite"],
)
def test_row_is_refused_when_json_cannot_say_it(row: object, place: str) -> None:
    with pytest.raises(RowFault) as caught:
        to_json(row)
    assert caught.value.place.endswith(place)


@dataclass(frozen=True)
class Odd:
    values: Mapping[str, complex]


def test_type_without_json_form_is_a_bug_at_once() -> None:
    with pytest.raises(TypeError, match="no JSON form is defined for"):
        to_json(Odd({}))
    with pytest.raises(TypeError, match="no JSON form is defined for"):
        from_json(Odd, {"values": {}})

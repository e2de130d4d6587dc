"""Any policy survives the database, any version comes back, any difference leads where it says."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.policies.rows import PolicyRows, Settings
from kidgate.store import policy
from kidgate.store.database import Database
from kidgate.store.edits import KINDS, apply_edits, canonical, changes

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(0, 2**31 - 1),
    float: st.floats(0, 100),
    date: st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin is tuple:
        return st.lists(values(parts[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(TEXT, values(parts[1]), max_size=2)
    if origin is types.UnionType:
        return st.one_of(*(values(part) for part in parts))
    if hint is types.NoneType:
        return st.none()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert is_dataclass(hint)
    return rows(hint)


def rows(cls: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{field.name: values(hints[field.name]) for field in fields(cls)})


def policies() -> st.SearchStrategy[PolicyRows]:
    kinds = {
        kind.field: st.lists(
            rows(kind.row), max_size=3, unique_by=lambda row, name=kind.identity: getattr(row, name)
        ).map(tuple)
        for kind in KINDS
    }
    return st.builds(PolicyRows, settings=st.one_of(st.just(Settings()), rows(Settings)), **kinds)


# One database serves all examples: what a policy is written over is then as varied as the policies.
EXAMPLES = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(database: Database, wanted: PolicyRows) -> int:
    with database.writing() as session:
        return policy.write_policy(session, wanted, author="a", comment="", at=NOW)


@EXAMPLES
@given(policies())
def test_policy_reads_as_written(database: Database, wanted: PolicyRows) -> None:
    write(database, wanted)
    with database.reading() as session:
        assert policy.read_policy(session) == canonical(wanted)


@EXAMPLES
@given(st.lists(policies(), min_size=2, max_size=4), st.data())
def test_versions_come_back_and_differences_lead_there(
    database: Database, wanted: list[PolicyRows], data: st.DataObject
) -> None:
    numbers = [write(database, each) for each in wanted]
    pairs = st.tuples(*[st.sampled_from(range(len(wanted)))] * 2)
    one, other = data.draw(pairs)
    with database.reading() as session:
        assert policy.rows_at(session, numbers[one]) == canonical(wanted[one])
        edits = policy.diff(session, numbers[one], numbers[other])
        assert apply_edits(wanted[one], edits) == canonical(wanted[other])
        back = policy.rows_at(session, numbers[other])
    write(database, back)
    with database.reading() as session:
        assert policy.read_policy(session) == canonical(wanted[other])


@EXAMPLES
@given(policies(), policies())
def test_changes_lead_from_one_policy_to_the_other(one: PolicyRows, other: PolicyRows) -> None:
    edits = changes(one, other)
    assert apply_edits(one, edits) == canonical(other)
    assert apply_edits(other, [edit.inverted() for edit in edits]) == canonical(one)
    assert changes(one, one) == []

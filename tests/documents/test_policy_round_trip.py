"""Any policy, written and read again, is the same policy.

The strategies are made from the types of the rows' fields, so that a new field is covered at once.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any, Literal
from unittest.mock import patch

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.documents import written
from kidgate.documents.policy_file import dump_policy, load_policy
from kidgate.documents.row_types import NARROWER
from kidgate.policies.rows import PolicyRows

SLOW_START = [HealthCheck.too_slow, HealthCheck.data_too_large]
FAST = settings(max_examples=100, deadline=None, database=None, suppress_health_check=SLOW_START)
DEEP = settings(max_examples=3000, deadline=None, database=None, suppress_health_check=SLOW_START)

# Whatever a database can hold, and what YAML readers trip over.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TRAPS = st.sampled_from("~1#|%@`'\"\\=?[{😀\U000fffff\x85\u2028\ufeff\x07\t\n") | st.sampled_from(
    [
        "no",
        "yes",
        "on",
        "null",
        "true",
        "-1.5",
        "1e3",
        "1.0e+5",
        "0x1",
        "007",
        "21:30",
        "2026-05-01",
    ]
)
MARKS = st.sampled_from(["&a", "*a", "!t", "<<", "---", "...", "1" * 30])
SPACED = st.sampled_from(
    ["- a", "a: b", " a ", "a\nb", "khiêu dâm", "x" * 130, ("một hai ba " * 20).strip()]
)
WORDS = TEXT | TRAPS | MARKS | SPACED
ZONES = st.builds(timezone, st.integers(-720, 840).map(lambda minutes: timedelta(minutes=minutes)))


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        low, high = parts[1].ge, parts[1].le
        if parts[0] is int:
            return st.integers(low, high)
        return st.floats(low, high, allow_nan=False)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is types.UnionType:
        return st.none() | of(parts[0])
    if origin is tuple:
        return st.lists(of(parts[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(WORDS, of(parts[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if is_dataclass(hint):
        return rows(hint)
    plain = {str: WORDS, bool: st.booleans(), int: st.integers(-(2**53), 2**53), date: st.dates()}
    return st.datetimes(timezones=ZONES) if hint is datetime else plain[hint]


def rows(kind: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind, include_extras=True) | dict(NARROWER.get(kind, {}))
    return st.builds(kind, **{spec.name: of(hints[spec.name]) for spec in fields(kind)})


def policies() -> st.SearchStrategy[PolicyRows]:
    """Whole policies; within a section every key or number is there once."""
    hints = typing.get_type_hints(PolicyRows, include_extras=True)
    sections = {"settings": rows(hints.pop("settings"))}
    for name, hint in hints.items():
        kind = typing.get_args(hint)[0]
        same = "id" if "id" in {spec.name for spec in fields(kind)} else "key"
        sections[name] = st.lists(
            rows(kind), max_size=3, unique_by=lambda row, same=same: getattr(row, same)
        ).map(tuple)
    return st.builds(PolicyRows, **sections)


@FAST
@given(policy=policies())
def test_load_policy_gives_equal_rows_when_reading_what_was_dumped(policy: PolicyRows) -> None:
    assert load_policy(dump_policy(policy), "p.yaml") == policy


@pytest.mark.deep
@DEEP
@given(policy=policies())
def test_load_policy_gives_equal_rows_when_reading_what_was_dumped_deep(policy: PolicyRows) -> None:
    assert load_policy(dump_policy(policy), "p.yaml") == policy


@FAST
@given(policy=policies())
def test_dump_policy_round_trips_when_libyaml_is_missing(policy: PolicyRows) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    Plain.add_representer(str, written._text)
    with patch.object(written, "_Writer", Plain):
        text = dump_policy(policy)
    assert load_policy(text, "p.yaml") == policy

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies.journal import Entry
from kidgate.store.fold import LENGTHS, MOST, bucket_of, clean, fold, safe_text

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY = Entry(
    id="w1-1",
    at=NOON,
    child="mai",
    device="tablet",
    tier="9-12",
    verdict="block",
    reason="category",
    category="gambling",
    host="x.example",
    url="https://x.example/",
    source="feed ut1: x.example (line 3)",
    rule_id=None,
    version="12",
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("x.example", "x.example"),
        ("Trò chơi \U0001f600", "Trò chơi \U0001f600"),
        ("a\x00b\r\n", "a\\x00b\\x0d\\x0a"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b", "\\x9b"),
        ("a\u2028b", "a\\u2028b"),
        ("moc.\u202elgoog", "moc.\\u202elgoog"),  # would be shown right to left
        ("\ud800", "\\ud800"),
        ("a" * 20, "a" * 20),
        ("a" * 21, "a" * 19 + "…"),
    ],
)
def test_text_is_stored_without_what_acts_when_shown(text: str, stored: str) -> None:
    assert safe_text(text, 20) == stored


@given(st.text(st.characters()), st.integers(1, 30))
def test_safe_text_is_short_and_encodes_whatever_comes(text: str, length: int) -> None:
    found = safe_text(text, length)
    assert len(found) <= length
    assert "\x00" not in found.encode().decode()
    assert safe_text(found, length) == found


def test_entry_is_left_alone_when_it_is_clean() -> None:
    assert clean(ENTRY) is ENTRY


@pytest.mark.parametrize("name", LENGTHS)
def test_every_text_is_cut_and_escaped(name: str) -> None:
    found = clean(replace(ENTRY, **{name: "\n" + "x" * 5000}))
    assert len(getattr(found, name)) == LENGTHS[name]
    assert getattr(found, name).startswith("\\x0a")


@pytest.mark.parametrize(("count", "stored"), [(0, 1), (-5, 1), (7, 7), (2**40, MOST)])
def test_count_is_held_within_bounds(count: int, stored: int) -> None:
    assert clean(replace(ENTRY, count=count)).count == stored


@pytest.mark.parametrize(
    "changes",
    [
        {"at": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"at": "2026-01-01"},
        {"host": None},
        {"rule_id": "1"},
        {"rule_id": 2**64},
        {"count": 1.5},
        {"count": True},
    ],
    ids=str,
)
def test_entry_is_refused_when_a_value_is_of_a_wrong_type(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="the journal entry `w1-1` needs"):
        clean(replace(ENTRY, **changes))


def test_repeats_fold_within_a_quarter_of_an_hour() -> None:
    times = [NOON + timedelta(minutes=minutes) for minutes in (14, 0, 5, 15)]
    entries = [replace(ENTRY, id=f"w1-{n}", at=at) for n, at in enumerate(times)]
    first, second = sorted(fold(entries), key=lambda found: found.bucket)
    assert (first.count, first.first_at, first.last_at) == (3, times[1], times[0])
    assert first.first.id == "w1-1"  # the earliest, though it came second
    assert (second.count, second.first_at) == (1, times[3])


@pytest.mark.parametrize(
    "name",
    ["kind", "child", "device", "tier", "verdict", "reason", "category", "host", "url", "source"],
)
def test_entries_stay_apart_when_a_detail_differs(name: str) -> None:
    assert len(fold([ENTRY, replace(ENTRY, **{name: "other"})])) == 2


def test_entries_stay_apart_when_details_only_run_together() -> None:
    one, other = replace(ENTRY, host="ab", url="c"), replace(ENTRY, host="a", url="bc")
    assert len(fold([one, other])) == 2


def test_entries_fold_when_only_unasked_details_differ() -> None:
    other = replace(ENTRY, id="w1-2", rule_id=5, version="13", address="10.0.0.9", count=4)
    (found,) = fold([ENTRY, other])
    assert found.count == 5


def test_counts_stop_at_the_most_when_added() -> None:
    (found,) = fold([replace(ENTRY, count=MOST)] * 2)
    assert found.count == MOST


def test_bucket_is_of_the_moment_whatever_the_zone() -> None:
    assert bucket_of(NOON) == bucket_of(NOON + timedelta(minutes=14, seconds=59))
    assert bucket_of(NOON) + 1 == bucket_of(NOON + timedelta(minutes=15))
    assert bucket_of(datetime(1969, 12, 31, 23, 59, tzinfo=UTC)) == -1

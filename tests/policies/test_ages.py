"""Which tier a birth date selects: as the compiled snapshot has it, and when the next one comes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kidgate.policies.ages import Move, ages_of, next_move, tier_on
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.rows import Builtin, PolicyRows, ProfileRow, Settings, TierRow

TIERS = tuple(TierRow(key, min_age=age, age_tier=True) for key, age in (("a", 0), ("b", 9)))
AGES = ages_of((*TIERS, TierRow("pinned", min_age=5)))
SETTINGS = Settings(unknown_tier="a")
LEAP = date(2016, 2, 29)


def on(day: date, **fields: object) -> str:
    return tier_on(ProfileRow("x", **fields), SETTINGS, AGES, day)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "tier"), [(date(2025, 2, 28), "a"), (date(2025, 3, 1), "b"), (date(2010, 1, 1), "a")]
)
def test_tier_follows_the_birthday_as_the_snapshot_says(day: date, tier: str) -> None:
    profile = ProfileRow("x", born=LEAP)
    rows = PolicyRows(settings=SETTINGS, tiers=TIERS, profiles=(profile,))
    snapshot = compile_snapshot(rows, Builtin(), tiers=(), services=(), id="")
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert tier_on(profile, SETTINGS, AGES, day) == snapshot.tier_of("x", noon).row.key == tier


def test_tier_is_the_pinned_one_or_that_of_strangers() -> None:
    assert on(date(2025, 1, 1), born=LEAP, tier="pinned") == "pinned"
    assert on(date(2025, 1, 1)) == "a"


def test_next_tier_comes_on_a_birthday() -> None:
    child = ProfileRow("x", born=LEAP)
    assert next_move(child, AGES, date(2025, 2, 28)) == Move(date(2025, 3, 1), "b")
    assert next_move(child, AGES, date(2025, 3, 1)) is None
    assert next_move(ProfileRow("x", tier="a"), AGES, date(2025, 1, 1)) is None

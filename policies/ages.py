"""Which tier a birth date selects, on which day, and when the next one comes. Rows alone: the proxy
asks the compiled snapshot, which knows the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kidgate.policies.rows import ProfileRow, Settings, TierRow
from kidgate.policies.snapshot import age_on

Ages = tuple[tuple[int, str], ...]  # (from this age, tier key), ascending


@dataclass(frozen=True, slots=True)
class Move:
    """A birthday that leads to another tier."""

    day: date
    tier: str


def ages_of(tiers: Iterable[TierRow]) -> Ages:
    return tuple(sorted((row.min_age, row.key) for row in tiers if row.age_tier))


def tier_at_age(ages: Ages, age: int) -> str:
    return next((key for start, key in reversed(ages) if age >= start), ages[0][1])


def tier_on(profile: ProfileRow, settings: Settings, ages: Ages, day: date) -> str:
    """The tier of a profile on a day: pinned, by age, or that of unknown devices."""
    if profile.tier:
        return profile.tier
    if profile.born is None:
        return settings.unknown_tier
    return tier_at_age(ages, age_on(profile.born, day))


def next_move(profile: ProfileRow, ages: Ages, day: date) -> Move | None:
    """The next birthday that changes the tier; None for a pinned one and after the last."""
    if profile.tier or profile.born is None:
        return None
    age = age_on(profile.born, day)
    following = next(((start, key) for start, key in ages if start > age), None)
    if following is None:
        return None
    start, key = following
    return Move(_birthday(profile.born, start), key)


def _birthday(born: date, age: int) -> date:
    """As `age_on` counts: one born on 29 February has it on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)

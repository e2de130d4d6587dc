"""Limits of time that a law or a custom names, to be put on a tier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kidgate.policies.edits import EditFault, no_such
from kidgate.policies.rows import PolicyRows, ServiceRow, TierRow
from kidgate.policies.tier_edits import tier


@dataclass(frozen=True, slots=True)
class Preset:
    quotas: Mapping[str, int] = field(default_factory=dict)
    notice_minutes: Mapping[str, int] = field(default_factory=dict)


PRESETS: Mapping[str, Preset] = {
    # Viet Nam, Decree 147/2024/ND-CP: players under 18 have at most 60 minutes a day for each game
    # and 180 for all of them, and are told every 30 minutes that long play harms.
    "decree-147": Preset({"each:games": 60, "category:games": 180}, {"category:games": 30}),
}


def put_preset(
    rows: PolicyRows,
    builtin: Iterable[TierRow],
    services: Mapping[str, ServiceRow],
    key: str,
    name: str,
) -> PolicyRows:
    """A tier with a preset's limits; stricter ones of its own stay. A built-in tier is copied.

    Limits for single services that `each:K` makes needless go. Raises EditFault.
    """
    preset = PRESETS.get(name)
    if preset is None:
        raise EditFault(no_such("preset", name, [*PRESETS]))
    old = tier(rows, builtin, key)
    new = replace(
        old,
        quotas=_stricter(_without(old.quotas, preset.quotas, services), preset.quotas),
        notice_minutes=_stricter(old.notice_minutes, preset.notice_minutes),
    )
    kept = tuple(row for row in rows.tiers if row.key != key)
    return replace(rows, tiers=(*kept, new))


def _stricter(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, int]:
    return {**old, **{key: min(n, old.get(key, n)) for key, n in new.items()}}


def _without(
    old: Mapping[str, int], new: Mapping[str, int], services: Mapping[str, ServiceRow]
) -> dict[str, int]:
    def is_needless(key: str, minutes: int) -> bool:
        kind, _, name = key.partition(":")
        if kind != "service" or name not in services:
            return False
        each = [new[f"each:{c}"] for c in services[name].categories if f"each:{c}" in new]
        return bool(each) and minutes >= min(each)

    return {key: minutes for key, minutes in old.items() if not is_needless(key, minutes)}

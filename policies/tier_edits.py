"""Changes to tiers and to the settings of the house. Other rows: `edits.py`.

A built-in tier is data of the program; changing one puts the house's own in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kidgate.policies.edits import EditFault, add, check_key, no_such
from kidgate.policies.fields import InvalidField, set_field
from kidgate.policies.rows import PolicyRows, TierRow


def tiers_of(rows: PolicyRows, builtin: Iterable[TierRow]) -> dict[str, TierRow]:
    """Every tier by key: the built-in ones, and the house's own in their place."""
    return {row.key: row for row in (*builtin, *rows.tiers)}


def tier(rows: PolicyRows, builtin: Iterable[TierRow], key: str) -> TierRow:
    """A tier by key. Raises EditFault with what there is."""
    every = tiers_of(rows, builtin)
    if key not in every:
        raise EditFault(no_such("tier", key, [*every]))
    return every[key]


def copy_tier(
    rows: PolicyRows, builtin: Iterable[TierRow], source: str, key: str, title: str
) -> PolicyRows:
    """A tier of the house's own, made from another. It is reached by pinning, not by birthday."""
    builtin = tuple(builtin)
    check_key("tier", key, [*tiers_of(rows, builtin)])
    old = tier(rows, builtin, source)
    named = replace(old.title, vi=title, en=title) if title else old.title
    return add(rows, replace(old, key=key, age_tier=False, title=named))


def set_tier(
    rows: PolicyRows, builtin: Iterable[TierRow], key: str, place: str, text: str
) -> PolicyRows:
    """One field of a tier, as `fields.set_field` reads it. A built-in tier is copied first."""
    old = tier(rows, builtin, key)
    new = _set(old, place, text)
    kept = tuple(row for row in rows.tiers if row.key != key)
    return replace(rows, tiers=(*kept, new))


def change_tier(
    rows: PolicyRows, builtin: Iterable[TierRow], key: str, **fields: Any
) -> PolicyRows:
    """A tier with other fields. A built-in tier is copied first. Raises EditFault."""
    new = replace(tier(rows, builtin, key), **fields)
    kept = tuple(row for row in rows.tiers if row.key != key)
    return replace(rows, tiers=(*kept, new))


def remove_tier(rows: PolicyRows, builtin: Iterable[TierRow], key: str) -> PolicyRows:
    """Drop a tier of the house's own; a changed built-in one is as it was again."""
    if key not in [row.key for row in rows.tiers]:
        tier(rows, builtin, key)
        raise EditFault(f"the tier `{key}` is built in and unchanged; there is nothing to remove")
    return replace(rows, tiers=tuple(row for row in rows.tiers if row.key != key))


def set_setting(rows: PolicyRows, name: str, text: str) -> PolicyRows:
    """One setting of the house, as `fields.set_field` reads it."""
    return replace(rows, settings=_set(rows.settings, name, text))


def _set[R](row: R, place: str, text: str) -> R:
    try:
        return set_field(row, place, text)
    except InvalidField as fault:
        raise EditFault(str(fault)) from None

"""A plan's rows put into the policy of a house; what is there already stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kidgate.documents.moving.plan import Plan
from kidgate.policies import edits
from kidgate.policies.rows import (
    DeviceRow,
    GroupRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    TierRow,
)

Keyed = GroupRow | ProfileRow | DeviceRow | TierRow


@dataclass(slots=True)
class Merged:
    """The policy after, and what of the plan was left out, each with its reason."""

    rows: PolicyRows
    kept: list[str] = field(default_factory=list)


def merged(rows: PolicyRows, plan: Plan, author: str) -> Merged:
    """Everything the plan makes, added. Carrying out a plan twice changes nothing."""
    result = Merged(rows)
    for tier in plan.made(TierRow):
        _add(result, rows, tier)
    for group in plan.made(GroupRow):
        _add(result, rows, group)
    for profile in plan.made(ProfileRow):
        _add(result, rows, profile)
    for device in plan.made(DeviceRow):
        _add(result, rows, _free(result, device))
    for rule in plan.made(RuleRow):
        _add_rule(result, replace(rule, author=author))
    return result


def _add(result: Merged, before: PolicyRows, row: Keyed) -> None:
    """A new row, or one joined with what this plan made of the same key."""
    name = edits.FIELDS[type(row)]
    members: tuple[Any, ...] = getattr(result.rows, name)
    old = next((other for other in members if other.key == row.key), None)
    if old is None:
        result.rows = edits.add(result.rows, row)
    elif old in getattr(before, name):
        if _joined(old, row) != old or _differs(old, row):
            kind = edits.kind_of(type(row))
            result.kept.append(f"{kind} `{row.key}` is there already and stays as it is")
    else:
        joined: dict[str, Any] = {
            name: tuple(_joined(old, row) if other is old else other for other in members)
        }
        result.rows = replace(result.rows, **joined)


def _joined(old: Any, new: Keyed) -> Any:
    """What both rows of one key say; the first says what only one can."""
    match new:
        case ProfileRow():
            groups = tuple(dict.fromkeys((*old.groups, *new.groups)))
            return replace(old, groups=groups, tier=old.tier or new.tier)
        case DeviceRow():
            addresses = tuple(dict.fromkeys((*old.addresses, *new.addresses)))
            macs = tuple(dict.fromkeys((*old.macs, *new.macs)))
            return replace(old, addresses=addresses, macs=macs)
    return old


def _differs(old: Any, new: Keyed) -> bool:
    """Whether a row that is there says something else than the plan."""
    match new:
        case ProfileRow():
            return bool(new.tier) and old.tier != new.tier
        case DeviceRow():
            return bool(old.of != new.of)
        case TierRow():
            return bool(old != new)
    return False


def _free(result: Merged, device: DeviceRow) -> DeviceRow:
    """A device without the addresses that another one has."""
    others = [other for other in result.rows.devices if other.key != device.key]
    taken = {address: other.key for other in others for address in (*other.addresses, *other.macs)}
    for address in (*device.addresses, *device.macs):
        if address in taken:
            result.kept.append(f"`{address}` is the device `{taken[address]}`'s and stays so")
    return replace(
        device,
        addresses=tuple(address for address in device.addresses if address not in taken),
        macs=tuple(mac for mac in device.macs if mac not in taken),
    )


def _add_rule(result: Merged, rule: RuleRow) -> None:
    """A rule, unless one answers the same question already: the adult's own word stays."""
    asked = _question(rule)
    old = next((old for old in result.rows.rules if _question(old) == asked), None)
    if old is None:
        result.rows = edits.add(result.rows, replace(rule, id=0))
    elif old.action is not rule.action:
        said = f"rule about {rule.target} for {rule.scope}"
        result.kept.append(f"{said} is there already ({old.action}, not {rule.action})")


def _question(rule: RuleRow) -> tuple[str, str, tuple[str, ...]]:
    return rule.scope, edits.canonical_target(rule.target), tuple(rule.when.split())

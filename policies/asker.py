"""What a snapshot knows of who asks, for a quarter of an hour: worked out once, not per visit.

Every zone's offset is a whole number of quarter hours, so no birthday and no clock change falls
inside one; schedules are cut to the minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kidgate.policies.tables import targets_of

if TYPE_CHECKING:
    from kidgate.policies.rows import DeviceRow
    from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tables import Profile, Targets, Tier


@dataclass(frozen=True, slots=True)
class Asker:
    """A child on a device."""

    profile: Profile | None
    device: DeviceRow | None
    tier: Tier
    zone: ZoneInfo  # of the tier, else of the child, else of the house: schedules run in it
    scopes: tuple[str, ...]  # most specific first: device, child, groups, tier, everyone
    rules: Targets | None  # of all those scopes
    grants: Targets | None


def asker_of(
    snapshot: PolicySnapshot, child: str | None, device: str | None, at: datetime
) -> Asker:
    profile = snapshot.profiles.get(child) if child else None
    tier = snapshot.tier_of(child, at)
    scopes = (
        *((f"device:{device}",) if device else ()),
        *(profile.scopes if profile else ()),
        f"tier:{tier.row.key}",
        "everyone",
    )
    tables = [snapshot.rules[scope] for scope in scopes if scope in snapshot.rules]
    return Asker(
        profile=profile,
        device=snapshot.devices.get(device) if device else None,
        tier=tier,
        zone=tier.zone or (profile.zone if profile else snapshot.zone),
        scopes=scopes,
        rules=targets_of(r for table in tables for r in table.rules) if tables else None,
        grants=snapshot.grants.get(f"child:{child}") if child else None,
    )

"""What a snapshot knows of who asks, for a quarter of an hour: worked out once, not per visit.

Every zone's offset is a whole number of quarter hours, so no birthday and no clock change falls
inside one; schedules are cut to the minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kidgate.policies.tables import (
    Lesson,
    Profile,
    Targets,
    Tier,
    TimeException,
    targets_of,
)
from kidgate.policies.times import Times

if TYPE_CHECKING:
    from kidgate.policies.rows import DeviceRow
    from kidgate.policies.snapshot import PolicySnapshot


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
    times: Times
    lessons: tuple[Lesson, ...] = ()  # the one that counts first
    exceptions: tuple[TimeException, ...] = ()

    def lesson_at(self, at: datetime) -> Lesson | None:
        """The lesson of a moment. A child's own goes before its class's, and of two classes the
        last word counts: nobody sits in two lessons."""
        return next((lesson for lesson in self.lessons if at < lesson.until), None)

    def exception_at(self, limit: str, at: datetime) -> TimeException | None:
        """What lifts a limit of time at a moment."""
        return next(
            (e for e in self.exceptions if limit in e.lifts and e.start <= at < e.until), None
        )

    def lifted_from(self, limit: str, at: datetime) -> datetime | None:
        """When the next exception begins that lifts a limit."""
        starts = (e.start for e in self.exceptions if limit in e.lifts and e.start > at)
        return min(starts, default=None)


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
    own = profile.row.key if profile is not None and profile.times else ""
    tables = [snapshot.rules[scope] for scope in scopes if scope in snapshot.rules]
    return Asker(
        profile=profile,
        device=snapshot.devices.get(device) if device else None,
        tier=tier,
        zone=tier.zone or (profile.zone if profile else snapshot.zone),
        scopes=scopes,
        rules=targets_of(r for table in tables for r in table.rules) if tables else None,
        grants=snapshot.grants.get(f"child:{child}") if child else None,
        times=snapshot.times(tier.row.key, own),
        lessons=_lessons(snapshot, scopes),
        exceptions=tuple(e for e in snapshot.exceptions if e.scope in scopes),
    )


def _lessons(snapshot: PolicySnapshot, scopes: tuple[str, ...]) -> tuple[Lesson, ...]:
    found = [lesson for lesson in snapshot.lessons if lesson.scope in scopes]
    return tuple(sorted(found, key=lambda one: (one.scope.startswith("child:"), one.id))[::-1])

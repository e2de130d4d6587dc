"""Whose bedtime, hours and quotas hold for whom: the tier's, or the child's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kidgate.policies.model import Source
from kidgate.policies.schedule import Calendar, Schedule

BEDTIME, HOURS, QUOTA = "bedtime", "hours", "quota"
LIMITS = (BEDTIME, HOURS, QUOTA)  # what an exception can lift
NONE = "none"  # a child's own bedtime or hours, where it has none at all


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """What a child has beside its tier's. A schedule that is None: no such limit at all."""

    schedules: Mapping[str, Schedule | None] = field(default_factory=dict)  # bedtime, hours
    quotas: Mapping[str, int] = field(default_factory=dict)  # minutes a day, as in a tier

    def __bool__(self) -> bool:
        return bool(self.schedules or self.quotas)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """The limits of time that hold for somebody. One object for all who share them, known by
    identity: answers are kept by it."""

    tier: str
    child: str  # whose own times are in it; empty: nobody's
    schedules: Mapping[str, Schedule]  # bedtime, hours; what is absent does not limit
    quotas: Mapping[str, int]
    own: frozenset[str] = frozenset()  # `bedtime`, `hours` and keys of quotas that are the child's

    def source(self, key: str, text: str) -> Source:
        """Where a limit comes from; `key` is `bedtime`, `hours` or a quota's key."""
        kind, name = ("profile", self.child) if key in self.own else ("tier", self.tier)
        return Source(kind, name, text)

    def off(self, at: datetime, zone: ZoneInfo, calendar: Calendar) -> tuple[str, ...]:
        """The schedules by which the internet is off, `bedtime` before `hours`."""
        bedtime, hours = self.schedules.get(BEDTIME), self.schedules.get(HOURS)
        asleep = bedtime is not None and bedtime.active(at, zone, calendar)
        closed = hours is not None and not hours.active(at, zone, calendar)
        return (*((BEDTIME,) if asleep else ()), *((HOURS,) if closed else ()))

    def off_at_minute(self, minute: int, zone: ZoneInfo, calendar: Calendar) -> tuple[str, ...]:
        """As `off`, at a minute since 1970."""
        return self.off(datetime.fromtimestamp(minute * 60, UTC), zone, calendar)


def joined(tier: Times, child: str, own: OwnTimes) -> Times:
    """The tier's times with a child's own in their place."""
    schedules = {**tier.schedules, **own.schedules}
    return Times(
        tier=tier.tier,
        child=child,
        schedules={name: found for name, found in schedules.items() if found is not None},
        quotas={**tier.quotas, **own.quotas},
        own=frozenset((*own.schedules, *own.quotas)),
    )

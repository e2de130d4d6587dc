"""What of the services is open to whom whatever the hour, asked of `decide` like any visit.

Pauses, lessons, bedtimes, hours and quotas are left out, and the feeds too: what is told here holds
at noon as at night. Rules with a schedule or an end count while they are in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Decision, Reason, Verdict, Visit
from kidgate.policies.names import parents, parse_url
from kidgate.policies.rows import Builtin, PolicyRows, ProfileRow, ServiceRow, TierRow
from kidgate.policies.snapshot import PolicySnapshot, age_on
from kidgate.policies.tier_edits import tiers_of

OPEN = (Verdict.ALLOW, Verdict.WARN)
OPENS = (Action.ALLOW, Action.PASS, Action.WATCH, Action.WARN)
TIER = "tier:"  # stands for somebody of a tier, where a child's key is asked for


@dataclass(frozen=True, slots=True)
class StillHouse:
    """A policy in which it is never too late."""

    snapshot: PolicySnapshot
    services: Mapping[str, ServiceRow]
    at: datetime  # aware

    def decision(self, key: str, who: str) -> Decision | None:
        """What becomes of a child, or of `tier:K`, on the first page of a service; None for a
        service that is addresses alone."""
        row = self.services[key]
        pages = (*row.hosts, *row.urls)
        if not pages:
            return None
        return decide(Visit(parse_url(f"https://{pages[0]}"), self.at, child=who), self.snapshot)

    def age(self, child: str) -> int | None:
        """Full years today; None without a birth date."""
        profile = self.snapshot.profiles[child]
        if profile.row.born is None:
            return None
        return age_on(profile.row.born, self.at.astimezone(profile.zone).date())


def still_house(
    rows: PolicyRows,
    builtin: Builtin,
    tiers: Iterable[TierRow],
    services: Mapping[str, ServiceRow],
    at: datetime,
) -> StillHouse:
    """`tiers` are the built-in ones, `services` all of them. Raises PolicyFaults."""
    calm = tuple(
        replace(row, hours="", bedtime="", quotas={}) for row in tiers_of(rows, tiers).values()
    )
    people = (*rows.profiles, *(ProfileRow(f"{TIER}{row.key}", tier=row.key) for row in calm))
    people = tuple(replace(row, bedtime="", hours="", quotas={}) for row in people)
    rows = replace(rows, tiers=calm, profiles=people, pauses=(), lessons=(), exceptions=())
    every = tuple(services.values())
    snapshot = compile_snapshot(rows, builtin, tiers=(), services=every, id="")
    return StillHouse(snapshot, services, at)


@dataclass(frozen=True, slots=True)
class TooYoung:
    """A service that is open to a child below the age of its own terms."""

    service: ServiceRow
    said: str  # the rule, grant or tier that opens it by name; empty: nothing stops it


def open_too_young(house: StillHouse, child: str) -> list[TooYoung]:
    """By age, then title; none for a child without a birth date."""
    age = house.age(child)
    found = []
    for key, row in house.services.items() if age is not None else ():
        decision = house.decision(key, child) if row.min_age > (age or 0) else None
        if decision is not None and decision.verdict in OPEN:
            found.append(TooYoung(row, _said(house, decision, key, child)))
    return sorted(found, key=lambda one: (one.service.min_age, one.service.title.casefold()))


def _said(house: StillHouse, decision: Decision, key: str, child: str) -> str:
    if decision.reason in (Reason.RULE, Reason.GRANT):
        return f"{decision.source.kind} {decision.source.name}"
    tier = house.snapshot.tier_of(child, house.at).row
    return f"tier {tier.key}" if tier.services.get(key) in OPENS else ""


@dataclass(frozen=True, slots=True)
class Companion:
    """A service of the same habit that a rule leaves open."""

    service: ServiceRow
    in_part: bool  # it needs the one that is stopped


def companions_left(house: StillHouse, rows: PolicyRows, key: str, scope: str) -> list[Companion]:
    """The companions of a service that go on working for a scope once it is stopped there."""
    row = house.services[key]
    found = []
    for other in (house.services[name] for name in row.companions):
        inside = all(set(parents(host)) & set(row.hosts) for host in other.hosts)
        if not inside and not _stopped(house, rows, other.key, scope):
            found.append(Companion(other, in_part=f"service:{key}" in other.dependencies))
    return found


def _stopped(house: StillHouse, rows: PolicyRows, key: str, scope: str) -> bool:
    kind, _, name = scope.partition(":")
    device = house.snapshot.devices.get(name) if kind == "device" else None
    who = {"child": name, "tier": scope, "device": device.of if device else ""}.get(kind, "")
    if who:
        decision = house.decision(key, who)
        return decision is not None and decision.verdict not in OPEN
    return any(
        rule.target == f"service:{key}" and rule.action is Action.BLOCK and not rule.when
        for rule in rows.rules
        if rule.scope in (scope, "everyone")
    )

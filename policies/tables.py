"""The tables of a compiled policy: rules, services, tiers and profiles, ready to be looked up."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from kidgate.policies.model import Action
from kidgate.policies.names import parents
from kidgate.policies.rows import ProfileRow, TierRow
from kidgate.policies.schedule import Calendar, Schedule
from kidgate.policies.targets import Kind, Target, covers
from kidgate.policies.times import OwnTimes, Times

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule or a grant, ready to match."""

    id: int
    scope: str
    target: Target
    action: Action
    schedule: Schedule | None = None  # None: always
    until: datetime | None = None
    safe_search: bool = True
    author: str = ""
    reason: str = ""
    confirmed_twice: bool = False  # grants

    def in_force(self, at: datetime, zone: ZoneInfo, calendar: Calendar) -> bool:
        if self.until is not None and at >= self.until:
            return False
        return self.schedule is None or self.schedule.active(at, zone, calendar)


@dataclass(frozen=True, slots=True)
class Targets:
    """Rules, found by what a visit carries."""

    rules: tuple[Rule, ...]
    places: Mapping[str, tuple[Rule, ...]]  # host -> site, host and URL rules
    keyed: Mapping[tuple[Kind, str], tuple[Rule, ...]]  # category, service
    types: tuple[Rule, ...]
    terms: tuple[Rule, ...]
    networks: tuple[tuple[Network, Rule], ...]

    def places_of(self, names: tuple[str, ...]) -> list[Rule]:
        """Rules whose host is the first of these names, or, for sites, a parent of it."""
        places = self.places
        return [
            rule
            for name in names
            if name in places
            for rule in places[name]
            if name == names[0] or rule.target.kind is Kind.SITE
        ]


def targets_of(rules: Iterable[Rule]) -> Targets:
    """The look-up tables of some rules."""
    places: dict[str, tuple[Rule, ...]] = defaultdict(tuple)
    keyed: dict[tuple[Kind, str], tuple[Rule, ...]] = defaultdict(tuple)
    types, terms, networks = [], [], []
    rules = tuple(rules)
    for rule in rules:
        target = rule.target
        match target.kind:
            case Kind.SITE | Kind.HOST | Kind.URL:
                places[target.value] += (rule,)
            case Kind.CATEGORY | Kind.SERVICE:
                keyed[target.kind, target.value] += (rule,)
            case Kind.TYPE:
                types.append(rule)
            case Kind.TERM:
                terms.append(rule)
            case Kind.NETWORK:
                networks.append((ipaddress.ip_network(target.value), rule))
    return Targets(rules, dict(places), dict(keyed), tuple(types), tuple(terms), tuple(networks))


@dataclass(frozen=True, slots=True)
class Service:
    key: str
    title: str
    categories: tuple[str, ...]
    min_age: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """Which services a host, a URL or an address belongs to."""

    by_host: Mapping[str, tuple[Service, ...]]
    by_url: Mapping[str, tuple[tuple[str, Service], ...]]  # host -> (path prefix, service)
    networks: tuple[tuple[Network, Service], ...]
    apart: Mapping[str, frozenset[str]]  # payment or company host -> services it is no part of

    def of(self, host: str, target: str) -> tuple[Service, ...]:
        """The services of a canonical host and, where a path is known, of its pages.

        The nearest name decides: below a payment host, its service's wider hosts mean nothing.
        """
        found: list[Service] = []
        apart: frozenset[str] = frozenset()
        for name in parents(host):
            here = [*self.by_host.get(name, ())]
            for prefix, service in self.by_url.get(name, ()):
                if target and covers(prefix, target):
                    here.append(service)
            found += [s for s in here if s.key not in apart] if apart else here
            if name in self.apart:
                apart |= self.apart[name]
        return tuple(dict.fromkeys(found))

    def apart_from(self, host: str) -> frozenset[str]:
        """Services that a host is no part of, whatever address it resolves to."""
        return frozenset().union(*(self.apart.get(name, ()) for name in parents(host)))

    def at(self, address: str) -> tuple[Service, ...]:
        if not self.networks:
            return ()
        ip = ipaddress.ip_address(address)
        return tuple(s for network, s in self.networks if ip in network)


@dataclass(frozen=True, slots=True)
class Tier:
    row: TierRow
    times: Times
    types: tuple[tuple[str, Action], ...]  # most specific first
    terms: tuple[str, ...]  # that stop a search, canonical
    help_terms: tuple[str, ...]  # that show help first
    alert_terms: tuple[str, ...]  # that pass and are told
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class Profile:
    row: ProfileRow
    scopes: tuple[str, ...]  # most specific first, without the device and the tier
    zone: ZoneInfo
    times: OwnTimes = field(default_factory=OwnTimes)


@dataclass(frozen=True, slots=True)
class Pause:
    id: int
    scope: str
    until: datetime
    reason: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """While it holds nothing else is open."""

    id: int
    scope: str
    until: datetime
    targets: Targets
    title: str = ""


@dataclass(frozen=True, slots=True)
class TimeException:
    """Limits of time that do not hold for a while."""

    id: int
    scope: str
    start: datetime
    until: datetime
    lifts: frozenset[str]  # bedtime, hours, quota

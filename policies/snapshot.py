"""A compiled policy: immutable, looked up by what a visit carries. `compile.py` makes it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from kidgate.policies.front_ends import FrontEnds
from kidgate.policies.model import Action, CategoryIndex, Hit
from kidgate.policies.names import parents
from kidgate.policies.rows import DeviceRow, ProfileRow, Settings, TierRow
from kidgate.policies.safe_search import SafeSearch
from kidgate.policies.schedule import Schedule
from kidgate.policies.suffixes import Suffixes
from kidgate.policies.targets import Kind, Target, covers

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NoFeeds:
    """The index of a house that has imported no list yet."""

    def find(self, host: str, target: str = "") -> tuple[Hit, ...]:
        return ()


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

    def in_force(self, at: datetime, zone: ZoneInfo, holidays: frozenset[date]) -> bool:
        if self.until is not None and at >= self.until:
            return False
        return self.schedule is None or self.schedule.active(at, zone, holidays)


@dataclass(frozen=True, slots=True)
class Targets:
    """Rules of one scope, found by what a visit carries."""

    places: Mapping[str, tuple[Rule, ...]]  # host -> site, host and URL rules
    keyed: Mapping[tuple[Kind, str], tuple[Rule, ...]]  # category, service
    types: tuple[Rule, ...]
    terms: tuple[Rule, ...]
    networks: tuple[tuple[Network, Rule], ...]

    def places_of(self, host: str) -> list[Rule]:
        """Rules whose host is this one, or, for sites, a parent of it."""
        if not self.places:
            return []
        found = []
        for name in parents(host):
            for rule in self.places.get(name, ()):
                if name == host or rule.target.kind is Kind.SITE:
                    found.append(rule)
        return found


@dataclass(frozen=True, slots=True)
class Service:
    key: str
    title: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Services:
    """Which services a host, a URL or an address belongs to."""

    by_host: Mapping[str, tuple[Service, ...]]
    by_url: Mapping[str, tuple[tuple[str, Service], ...]]  # host -> (path prefix, service)
    networks: tuple[tuple[Network, Service], ...]

    def of(self, host: str, target: str) -> tuple[Service, ...]:
        found: list[Service] = []
        for name in parents(host):
            found += self.by_host.get(name, ())
            for prefix, service in self.by_url.get(name, ()):
                if target and covers(prefix, target):
                    found.append(service)
        return tuple(dict.fromkeys(found))

    def at(self, address: str) -> tuple[Service, ...]:
        if not self.networks:
            return ()
        ip = ipaddress.ip_address(address)
        return tuple(s for network, s in self.networks if ip in network)


@dataclass(frozen=True, slots=True)
class Tier:
    row: TierRow
    hours: Schedule | None
    bedtime: Schedule | None
    types: tuple[tuple[str, Action], ...]  # most specific first
    terms: tuple[str, ...]  # that stop a search, canonical
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class Profile:
    row: ProfileRow
    scopes: tuple[str, ...]  # most specific first, without the device and the tier
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Pause:
    id: int
    scope: str
    until: datetime
    reason: str


@dataclass(frozen=True)
class PolicySnapshot:
    """Everything `decide` needs, in one object that is swapped by one assignment."""

    id: str
    settings: Settings
    tiers: Mapping[str, Tier]
    ages: tuple[tuple[int, str], ...]  # (from this age, tier key), ascending
    profiles: Mapping[str, Profile]
    devices: Mapping[str, DeviceRow]
    device_of_address: Mapping[str, str]
    device_of_login: Mapping[str, str]
    rules: Mapping[str, Targets]  # scope -> rules
    grants: Mapping[str, Targets]  # `child:K` -> grants
    pauses: tuple[Pause, ...]
    services: Services
    service_titles: Mapping[str, str]
    zone: ZoneInfo
    holidays: frozenset[date]
    safe_harbour: frozenset[str]
    never_decrypt: frozenset[str]
    own_names: frozenset[str]
    own_networks: tuple[Network, ...]
    private_allowed: tuple[Network, ...]
    ports: frozenset[int]
    illegal: frozenset[str]
    security: frozenset[str]
    safe_search: SafeSearch
    front_ends: FrontEnds
    suffixes: Suffixes
    shared_hosting: frozenset[str]
    index: CategoryIndex | None = field(default_factory=NoFeeds, compare=False)  # None: lost

    def with_index(self, index: CategoryIndex | None) -> PolicySnapshot:
        return replace(self, index=index)

    @cached_property
    def needs_url(self) -> frozenset[str]:
        """Hosts of rules, grants and services that name a URL: their verdict waits for the path."""
        hosts = set(self.services.by_url)
        for table in (*self.rules.values(), *self.grants.values()):
            for host, rules in table.places.items():
                if any(r.target.kind is Kind.URL for r in rules):
                    hosts.add(host)
        return frozenset(hosts)

    def tier_of(self, child: str | None, at: datetime) -> Tier:
        """The tier of a profile at a moment: pinned, or by age on that day in its zone."""
        profile = self.profiles.get(child) if child else None
        if profile is None:
            return self.tiers[self.settings.unknown_tier]
        if profile.row.tier:
            return self.tiers[profile.row.tier]
        if profile.row.born is None:
            return self.tiers[self.settings.unknown_tier]
        age = age_on(profile.row.born, at.astimezone(profile.zone).date())
        reached = [key for from_age, key in self.ages if age >= from_age]
        return self.tiers[reached[-1] if reached else self.ages[0][1]]

    def device_at(self, address: str) -> DeviceRow | None:
        key = self.device_of_address.get(address)
        return self.devices[key] if key else None

    def device_with(self, login: str, password: str) -> DeviceRow | None:
        """The device whose proxy login this is; the comparison takes the same time either way."""
        digest = hashlib.sha256(password.encode()).hexdigest()
        key = self.device_of_login.get(login)
        known = self.devices[key].password_hash if key else "0" * 64
        same = hmac.compare_digest(known.encode(), digest.encode())
        return self.devices[key] if same and key else None


def age_on(born: date, day: date) -> int:
    """Full years; one born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

"""Rows to snapshot: validate everything, report every fault at once, then build the look-up tables.

Nothing by half: one fault, and there is no snapshot; whoever asked keeps the one they had.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from kidgate.policies.front_ends import FrontEnds
from kidgate.policies.macs import canonical_mac
from kidgate.policies.model import Action
from kidgate.policies.names import InvalidName, canonical_address, canonical_host
from kidgate.policies.rows import (
    Builtin,
    GrantRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    TierRow,
)
from kidgate.policies.safe_search import SafeSearch
from kidgate.policies.schedule import InvalidSchedule, Schedule, parse_schedule
from kidgate.policies.service_tables import check_rules, known_service, services_table
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.suffixes import Suffixes
from kidgate.policies.tables import (
    Network,
    Pause,
    Profile,
    Rule,
    Targets,
    Tier,
    targets_of,
)
from kidgate.policies.targets import (
    InvalidTarget,
    Kind,
    Target,
    canonical_term,
    is_content_type,
    parse_target,
)
from kidgate.policies.time_tables import (
    calendar_of,
    check_notices,
    check_quotas,
    exception_of,
    lesson_of,
    own_times,
    tier_times,
)
from kidgate.policies.tunnel_keys import canonical_key, tunnel_addresses


@dataclass(frozen=True, slots=True)
class PolicyFault:
    place: str  # `rule 12: until`
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class PolicyFaults(ValueError):
    """Everything that is wrong with a policy."""

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


@dataclass
class Compiler:
    """Collects faults while the tables are built."""

    rows: PolicyRows
    builtin: Builtin
    faults: list[PolicyFault] = field(default_factory=list)

    def fault(self, place: str, message: object) -> None:
        self.faults.append(PolicyFault(place, str(message)))

    def read[T](self, place: str, parse: Callable[[str], T], text: str) -> T | None:
        """Parse one text; its fault is collected and None returned."""
        try:
            return parse(text)
        except (InvalidName, InvalidTarget, InvalidSchedule, ValueError, OSError) as fault:
            self.fault(place, fault)
            return None

    def schedule(self, place: str, text: str) -> Schedule | None:
        found = self.read(place, parse_schedule, text) if text.strip() else None
        if found is not None and found.needs_terms and not self.rows.settings.terms:
            # Without one, `in term` would never hold: a bedtime that is not there.
            self.fault(place, f"`{text}` needs school terms; add them with kidgate term add")
        return found

    def aware(self, place: str, until: datetime | None) -> None:
        if until is not None and until.tzinfo is None:
            self.fault(
                f"{place}: until", "the time has no zone; write one like 2026-11-23T21:30+07:00"
            )

    def zone(self, place: str, text: str) -> ZoneInfo | None:
        if not text:
            return None
        try:
            return ZoneInfo(text)
        except (ValueError, OSError, KeyError):
            self.fault(place, f"no time zone is called `{text}`; write one like Asia/Ho_Chi_Minh")
            return None

    def hosts(self, place: str, texts: Iterable[str]) -> frozenset[str]:
        read = (self.read(place, canonical_host, text) for text in texts)
        return frozenset(host for host in read if host is not None)

    def networks(self, place: str, texts: Iterable[str]) -> tuple[Network, ...]:
        read = (self.read(place, ipaddress.ip_network, text) for text in texts)
        return tuple(network for network in read if network is not None)

    def unique(self, kind: str, keys: Iterable[object]) -> None:
        seen: set[object] = set()
        for key in keys:
            if key in seen:
                self.fault(f"{kind} {key}", "stands twice; remove one")
            seen.add(key)

    def known(self, place: str, kind: str, key: str, keys: Iterable[str]) -> None:
        if key not in keys:
            self.fault(place, f"no {kind} is called `{key}`")


def compile_snapshot(
    rows: PolicyRows,
    builtin: Builtin,
    *,
    tiers: tuple[TierRow, ...],
    services: tuple[ServiceRow, ...],
    id: str,
) -> PolicySnapshot:
    """Build the snapshot of a whole policy, or raise `PolicyFaults` with every fault in it.

    `tiers` and `services` are the built-in ones; rows with the same key replace them.
    """
    compiler = Compiler(rows, builtin)
    snapshot = _build(compiler, _merged(tiers, rows.tiers), _merged(services, rows.services), id)
    if compiler.faults or snapshot is None:
        raise PolicyFaults(compiler.faults)
    return snapshot


def _merged[R: TierRow | ServiceRow](builtin: tuple[R, ...], own: tuple[R, ...]) -> dict[str, R]:
    return {row.key: row for row in (*builtin, *own)}


def _build(
    c: Compiler, tiers: dict[str, TierRow], services: dict[str, ServiceRow], id: str
) -> PolicySnapshot | None:
    rows, settings = c.rows, c.rows.settings
    _check_keys(c, tiers)
    zone = c.zone("settings: zone", settings.zone) or ZoneInfo("Etc/UTC")
    suffixes = Suffixes(c.builtin.suffixes)
    scopes = Scopes.of(rows, tiers)
    built_tiers = {key: _tier(c, row) for key, row in tiers.items()}
    rules = [_rule(c, row, scopes, suffixes) for row in rows.rules]
    grants = [_grant(c, row, scopes, suffixes) for row in rows.grants]
    tables = services_table(c, services)
    check_rules(c, "rule", rules, services)
    check_rules(c, "grant", grants, services)
    for row in tiers.values():
        _check_tier_keys(c, row, services)
    harbour = (*c.builtin.safe_harbour, *settings.safe_harbour)
    safe_harbour = c.hosts("settings: safe_harbour", harbour)
    never_decrypt = c.hosts("built-in never_decrypt", c.builtin.never_decrypt)
    genuine = c.hosts("settings: genuine", settings.genuine)
    trusted = c.hosts("settings: trusted", settings.trusted)
    own_names = c.hosts("settings: own_names", settings.own_names)
    shared_hosting = c.hosts("built-in shared_hosting", c.builtin.shared_hosting)
    own = c.networks("settings: own_addresses", settings.own_addresses)
    private = c.networks("settings: private_allowed", settings.private_allowed)
    profiles = {row.key: _profile(c, row, zone, services) for row in rows.profiles}
    calendar = calendar_of(c)
    lessons = tuple(lesson_of(c, r, scopes, services, _opened(suffixes)) for r in rows.lessons)
    exceptions = tuple(exception_of(c, row, scopes) for row in rows.exceptions)
    pauses = tuple(_pause(c, row, scopes) for row in rows.pauses)
    devices = _devices(c)
    if c.faults:
        return None
    return PolicySnapshot(
        id=id,
        settings=settings,
        tiers=built_tiers,
        ages=tuple(sorted((t.min_age, t.key) for t in tiers.values() if t.age_tier)),
        profiles=profiles,
        devices={row.key: row for row in rows.devices},
        device_of_address=devices[0],
        device_of_login=devices[1],
        device_of_mac=devices[2],
        rules=_by_scope([r for r in rules if r is not None]),
        grants=_by_scope([g for g in grants if g is not None]),
        pauses=pauses,
        lessons=lessons,
        exceptions=exceptions,
        services=tables,
        service_titles={key: row.title or key for key, row in services.items()},
        zone=zone,
        calendar=calendar,
        own_networks=own,
        private_allowed=private,
        ports=frozenset(settings.ports),
        illegal=frozenset(settings.illegal),
        security=frozenset(settings.security),
        safe_search=SafeSearch.of(c.builtin.safe_search),
        front_ends=FrontEnds.of(c.builtin.front_ends),
        suffixes=suffixes,
        safe_harbour=safe_harbour,
        never_decrypt=never_decrypt,
        own_names=own_names,
        shared_hosting=shared_hosting,
        genuine=genuine,
        trusted=trusted,
        brands=c.builtin.brands,
        lookalike=c.builtin.lookalike,
    )


def _check_keys(c: Compiler, tiers: dict[str, TierRow]) -> None:
    rows = c.rows
    for kind, keys in (
        ("tier", [r.key for r in rows.tiers]),
        ("service", [r.key for r in rows.services]),
        ("group", [r.key for r in rows.groups]),
        ("profile", [r.key for r in rows.profiles]),
        ("device", [r.key for r in rows.devices]),
        ("rule", [r.id for r in rows.rules]),
        ("grant", [r.id for r in rows.grants]),
        ("pause", [r.id for r in rows.pauses]),
        ("lesson", [r.id for r in rows.lessons]),
        ("exception", [r.id for r in rows.exceptions]),
    ):
        c.unique(kind, keys)
    c.known("settings: unknown_tier", "tier", rows.settings.unknown_tier, tiers)
    if not any(t.age_tier for t in tiers.values()):
        c.fault("tiers", "none is an age tier; set age_tier on those that follow birthdays")
    first_of_age: dict[int, str] = {}
    for tier in tiers.values():
        if tier.age_tier and first_of_age.setdefault(tier.min_age, tier.key) != tier.key:
            other = first_of_age[tier.min_age]
            c.fault(f"tier {tier.key}: min_age", f"`{other}` begins at {tier.min_age} years too")
    groups = {row.key for row in rows.groups}
    for profile in rows.profiles:
        if profile.tier:
            c.known(f"profile {profile.key}: tier", "tier", profile.tier, tiers)
        for key in profile.groups:
            c.known(f"profile {profile.key}: groups", "group", key, groups)
    profiles = {row.key for row in rows.profiles}
    for device in rows.devices:
        if device.of:
            c.known(f"device {device.key}: of", "profile", device.of, profiles)


@dataclass(frozen=True, slots=True)
class Scopes:
    """Every scope that exists."""

    known: frozenset[str]

    @classmethod
    def of(cls, rows: PolicyRows, tiers: dict[str, TierRow]) -> Scopes:
        return cls(
            frozenset(
                ["everyone"]
                + [f"tier:{key}" for key in tiers]
                + [f"group:{row.key}" for row in rows.groups]
                + [f"child:{row.key}" for row in rows.profiles]
                + [f"device:{row.key}" for row in rows.devices]
            )
        )

    def check(self, c: Compiler, place: str, scope: str) -> None:
        if scope not in self.known:
            c.fault(place, f"nobody is called `{scope}`; see kidgate profile, group, tier, device")


def _tier(c: Compiler, row: TierRow) -> Tier:
    place = f"tier {row.key}"
    if row.mode not in ("allow_list", "deny_list"):
        c.fault(f"{place}: mode", f"`{row.mode}` is neither allow_list nor deny_list")
    if row.youtube not in ("off", "moderate", "strict"):
        c.fault(f"{place}: youtube", f"`{row.youtube}` is none of off, moderate, strict")
    return Tier(
        row=row,
        times=tier_times(c, row),
        types=tuple(sorted(row.content_types.items(), key=lambda item: item[0].count("*"))),
        terms=_terms(row.search_terms),
        help_terms=_terms(row.search_help),
        alert_terms=_terms(row.search_alerts),
        zone=c.zone(f"{place}: zone", row.zone),
    )


def _terms(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for text in texts if (term := canonical_term(text))))


def _profile(
    c: Compiler, row: ProfileRow, house: ZoneInfo, services: dict[str, ServiceRow]
) -> Profile:
    return Profile(
        row=row,
        scopes=(f"child:{row.key}", *(f"group:{key}" for key in row.groups)),
        zone=c.zone(f"profile {row.key}: zone", row.zone) or house,
        times=own_times(c, row, services),
    )


def _rule(c: Compiler, row: RuleRow, scopes: Scopes, suffixes: Suffixes) -> Rule | None:
    place = f"rule {row.id}"
    scopes.check(c, f"{place}: scope", row.scope)
    c.aware(place, row.until)
    schedule = c.schedule(f"{place}: when", row.when)
    target = c.read(f"{place}: target", parse_target, row.target)
    if target is None:
        return None
    return Rule(
        id=row.id,
        scope=row.scope,
        target=_narrowed(target, row.action, suffixes),
        action=row.action,
        schedule=schedule,
        until=row.until,
        safe_search=row.safe_search,
        author=row.author,
        reason=row.reason,
    )


def _grant(c: Compiler, row: GrantRow, scopes: Scopes, suffixes: Suffixes) -> Rule | None:
    place, scope = f"grant {row.id}", f"child:{row.child}"
    scopes.check(c, f"{place}: child", scope)
    c.aware(place, row.until)
    target = c.read(f"{place}: target", parse_target, row.target)
    if target is None:
        return None
    return Rule(
        id=row.id,
        scope=scope,
        target=_narrowed(target, Action.ALLOW, suffixes),
        action=Action.ALLOW,
        until=row.until,
        author=row.author,
        reason=row.reason,
        confirmed_twice=row.confirmed_twice,
    )


def _narrowed(target: Target, action: Action, suffixes: Suffixes) -> Target:
    """Allowing `github.io` opens that host alone; blocking it stops everyone's pages below it."""
    opens = action in (Action.ALLOW, Action.PASS)
    if opens and target.kind is Kind.SITE and suffixes.is_suffix(target.value):
        return Target(Kind.HOST, target.value)
    return target


def _opened(suffixes: Suffixes) -> Callable[[Target], Target]:
    return lambda target: _narrowed(target, Action.ALLOW, suffixes)


def _pause(c: Compiler, row: PauseRow, scopes: Scopes) -> Pause:
    scopes.check(c, f"pause {row.id}: scope", row.scope)
    c.aware(f"pause {row.id}", row.until)
    return Pause(row.id, row.scope, row.until, row.reason, row.author)


def _devices(c: Compiler) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Whose an address, a log-in and a MAC address is."""
    addresses: dict[str, str] = {}
    logins: dict[str, str] = {}
    macs: dict[str, str] = {}
    for row in c.rows.devices:
        for text in row.macs:
            mac = c.read(f"device {row.key}: macs", canonical_mac, text)
            if mac is not None and macs.setdefault(mac, row.key) != row.key:
                c.fault(f"device {row.key}: macs", f"`{text}` is {macs[mac]}'s")
        for text in row.addresses:
            address = c.read(f"device {row.key}: addresses", canonical_address, text)
            if address is not None and addresses.setdefault(address, row.key) != row.key:
                c.fault(f"device {row.key}: addresses", f"`{text}` is {addresses[address]}'s")
        if row.login and logins.setdefault(row.login, row.key) != row.key:
            c.fault(f"device {row.key}: login", f"`{row.login}` is {logins[row.login]}'s")
    _tunnels(c)
    return addresses, logins, macs


def _tunnels(c: Compiler) -> None:
    """Each device's own key and number."""
    keys: dict[str, str] = {}
    numbers: dict[int, str] = {}
    for row in c.rows.devices:
        place = f"device {row.key}: wireguard"
        if not row.wireguard:
            continue
        key = c.read(place, canonical_key, row.wireguard)
        c.read(place, lambda number: tunnel_addresses(int(number)), str(row.tunnel))
        if key is not None and keys.setdefault(key, row.key) != row.key:
            c.fault(place, f"the key is {keys[key]}'s")
        if numbers.setdefault(row.tunnel, row.key) != row.key:
            c.fault(place, f"tunnel {row.tunnel} is {numbers[row.tunnel]}'s")


def _check_tier_keys(c: Compiler, row: TierRow, services: dict[str, ServiceRow]) -> None:
    """A key that nothing can ever match is a mistake, not a setting."""
    place = f"tier {row.key}"
    for key in row.services:
        known_service(c, f"{place}: services", key, services)
    check_quotas(c, place, row.quotas, services)
    check_notices(c, place, row.notice_minutes, services)
    for key in row.content_types:
        if not is_content_type(key):
            c.fault(
                f"{place}: content_types", f"`{key}` is no content type; write one like video/*"
            )


def _by_scope(rules: list[Rule]) -> dict[str, Targets]:
    scopes: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        scopes[rule.scope].append(rule)
    return {scope: targets_of(found) for scope, found in scopes.items()}

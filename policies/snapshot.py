"""A compiled policy: immutable, looked up by what a visit carries. `compile.py` makes it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from kidgate.policies.asker import Asker, asker_of
from kidgate.policies.front_ends import FrontEnds
from kidgate.policies.likeness import Likener, NewHere, known_here, unlike
from kidgate.policies.model import ASKED, Asked, CategoryIndex, Hit
from kidgate.policies.rows import BrandRow, DeviceRow, LookalikeRow, Settings
from kidgate.policies.safe_search import SafeSearch
from kidgate.policies.schedule import Calendar
from kidgate.policies.site import Site, site_of
from kidgate.policies.suffixes import Suffixes
from kidgate.policies.tables import (
    Lesson,
    Network,
    Pause,
    Profile,
    Service,
    Services,
    Targets,
    Tier,
    TimeException,
)
from kidgate.policies.times import Times, joined

HOSTS, ASKERS = 8192, 4096  # kept in memory
QUARTER = 15  # minutes


class NoFeeds:
    """The index of a house that has imported no list yet."""

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        return ()

    def may_depend_on_url(self, host: str) -> bool:
        return False


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
    device_of_mac: Mapping[str, str]
    rules: Mapping[str, Targets]  # scope -> rules
    grants: Mapping[str, Targets]  # `child:K` -> grants
    pauses: tuple[Pause, ...]
    lessons: tuple[Lesson, ...]
    exceptions: tuple[TimeException, ...]
    services: Services
    service_titles: Mapping[str, str]
    zone: ZoneInfo
    calendar: Calendar
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
    genuine: frozenset[str]
    trusted: frozenset[str]
    brands: tuple[BrandRow, ...]
    lookalike: LookalikeRow
    likeness: Likener = field(default=unlike, compare=False)
    new_here: NewHere = field(default=known_here, compare=False)
    # Ports at which adults reach the dashboard; no private address is reached at one
    web_ports: frozenset[int] = frozenset()
    index: CategoryIndex | None = field(default_factory=NoFeeds, compare=False)  # None: lost

    def with_index(self, index: CategoryIndex | None) -> PolicySnapshot:
        return replace(self, index=index)

    def with_likeness(self, likeness: Likener) -> PolicySnapshot:
        """One that tells look-alikes; `kidgate.content.lookalike` has the likener."""
        return replace(self, likeness=likeness)

    def with_memory(self, new_here: NewHere) -> PolicySnapshot:
        """One that knows which sites are new to the house."""
        return replace(self, new_here=new_here)

    def with_web(self, ports: Iterable[int]) -> PolicySnapshot:
        """One that knows at which ports of its own addresses adults reach the dashboard."""
        return replace(self, web_ports=frozenset(ports))

    @cached_property
    def known_hosts(self) -> frozenset[str]:
        """Hosts that are what they say, with their subdomains: no likeness counts."""
        return frozenset().union(
            self.genuine,
            self.safe_harbour,
            self.never_decrypt,
            self.own_names,
            self.services.by_host,
            self.services.apart,
            self.safe_search.by_host,
        )

    @cached_property
    def site(self) -> Callable[[str], Site]:
        """What is known of a canonical host; kept for the hosts asked for last."""
        return lru_cache(HOSTS)(lambda host: site_of(self, host))

    @cached_property
    def services_at(self) -> Callable[[str], tuple[Service, ...]]:
        """The services whose address ranges hold an address."""
        return lru_cache(HOSTS)(self.services.at)

    @cached_property
    def _askers(self) -> dict[tuple[str | None, str | None, int], Asker]:
        return {}

    def asker(self, child: str | None, device: str | None, minute: int) -> Asker:
        """What is known of who asks in a minute (since 1970)."""
        key = (child, device, minute // QUARTER)
        known = self._askers.get(key)
        if known is None:
            if len(self._askers) >= ASKERS:
                self._askers.clear()
            at = datetime.fromtimestamp(minute * 60, UTC)
            known = self._askers[key] = asker_of(self, child, device, at)
        return known

    @cached_property
    def off(self) -> Callable[[Times, ZoneInfo, int], tuple[str, ...]]:
        """The schedules by which the internet is off in a zone at a minute (since 1970), `bedtime`
        before `hours`. Whether an exception lifts them is another question."""
        return lru_cache(ASKERS)(
            lambda times, zone, minute: times.off_at_minute(minute, zone, self.calendar)
        )

    @cached_property
    def times(self) -> Callable[[str, str], Times]:
        """The limits of time of a tier, for a child with its own (empty: for others)."""
        return lru_cache(ASKERS)(lambda tier, child: _times(self, tier, child))

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

    def device_at(self, address: str, mac: str = "") -> DeviceRow | None:
        """The device with a MAC address, else the one at an address; both canonical.

        Where a device has both, they are a pair: who is at its address with another MAC address
        has taken the one or pretends the other, and is nobody we know.
        """
        at_home = self.devices.get(self.device_of_address.get(address, ""))
        by_mac = self.devices.get(self.device_of_mac.get(mac, ""))
        if at_home is not None and at_home.macs and mac and at_home is not by_mac:
            return None
        return by_mac or at_home

    def device_with(self, login: str, password: str) -> DeviceRow | None:
        """The device whose proxy login this is; the comparison takes the same time either way."""
        digest = hashlib.sha256(password.encode()).hexdigest()
        key = self.device_of_login.get(login)
        known = self.devices[key].password_hash if key else "0" * 64
        same = hmac.compare_digest(known.encode(), digest.encode())
        return self.devices[key] if same and key else None


def _times(snapshot: PolicySnapshot, tier: str, child: str) -> Times:
    times = snapshot.tiers[tier].times
    return joined(times, child, snapshot.profiles[child].times) if child else times


def age_on(born: date, day: date) -> int:
    """Full years; one born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

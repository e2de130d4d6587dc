"""One visit under judgement: what the checks share, worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from kidgate.policies.destinations import ends_of
from kidgate.policies.matching import matching_grants, matching_rules, url_may_matter
from kidgate.policies.model import Decision, Hit, Reason, Rewrite, Source, Stage, Verdict, Visit
from kidgate.policies.names import is_address, parents
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot, Profile, Rule, Service, Tier


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a check that answers says."""

    verdict: Verdict
    reason: Reason
    source: Source
    category: str = ""
    rule_id: int | None = None
    until: datetime | None = None
    depends_on_url: bool = True  # False: final at the first stage that can say it


@dataclass
class Case:
    visit: Visit
    snapshot: PolicySnapshot
    judge: Callable[[Visit], Decision]  # the whole pipeline, for a page inside a page
    lifted: dict[int, Source] = field(default_factory=dict)  # order -> what lifted it
    exception_rule_id: int | None = None
    rewrite: Rewrite | None = None
    watch: bool = False
    allowed_by: Ruling | None = None  # the grant or allow rule in force
    listed: bool = False  # something of the tier allows it by name, category or service
    passes_closed: bool = False  # a rule or the tier said: relay undecrypted

    @cached_property
    def host(self) -> str:
        return self.visit.url.host

    @cached_property
    def target(self) -> str:
        """Path and query, once a stage knows them."""
        return self.visit.url.target if self.visit.stage >= Stage.REQUEST else ""

    @cached_property
    def profile(self) -> Profile | None:
        return self.snapshot.profiles.get(self.visit.child) if self.visit.child else None

    @cached_property
    def device(self) -> DeviceRow | None:
        return self.snapshot.devices.get(self.visit.device) if self.visit.device else None

    @cached_property
    def tier(self) -> Tier:
        return self.snapshot.tier_of(self.visit.child, self.visit.at)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Schedules run in the zone of the tier, else of the child, else of the house."""
        own = self.profile.zone if self.profile else self.snapshot.zone
        return self.tier.zone or own

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Most specific first: device, child, groups, tier, everyone."""
        device = (f"device:{self.visit.device}",) if self.visit.device else ()
        own = self.profile.scopes if self.profile else ()
        return (*device, *own, f"tier:{self.tier.row.key}", "everyone")

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        index = self.snapshot.index
        return index.find(self.host, self.target) if index is not None else ()

    @cached_property
    def services(self) -> tuple[Service, ...]:
        found = self.snapshot.services.of(self.host, self.target)
        if not found and self.addresses:
            return self.snapshot.services.at(self.addresses[0])
        return found

    @cached_property
    def categories(self) -> tuple[tuple[str, Source], ...]:
        """What the visit is about, by feeds and by the services it belongs to, and who says so."""
        by_feed = [(h.category, Source("feed", h.feed, h.entry)) for h in self.hits]
        by_service = [
            (c, Source("builtin", "service", s.key)) for s in self.services for c in s.categories
        ]
        return (*by_feed, *by_service)

    @cached_property
    def category(self) -> str:
        """The category shown for the visit when no check named one."""
        return self.hits[0].category if self.hits else ""

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Every address the visit may be sent to: the host if it is one, and what we resolved."""
        known = self.visit.facts.addresses
        return (self.host, *known) if self.is_literal else known

    @cached_property
    def destinations(self) -> tuple[str, ...]:
        """Every address the visit may end at: `addresses`, and those inside them."""
        return tuple(dict.fromkeys(end for address in self.addresses for end in ends_of(address)))

    @cached_property
    def shared_host(self) -> str:
        """The hosting, shared by strangers, that the host lies below; empty: none."""
        shared = self.snapshot.shared_hosting
        return next((name for name in parents(self.host)[1:] if name in shared), "")

    def vouches(self, entry: str) -> bool:
        """Whether a list's entry is about this site, not about hosting shared with strangers."""
        host = entry.partition("/")[0]
        if host == self.host:
            return True
        below = not self.shared_host or host.endswith("." + self.shared_host)
        return below and not self.snapshot.suffixes.is_suffix(host)

    @cached_property
    def is_literal(self) -> bool:
        return is_address(self.host)

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule in force that matches, the winner first."""
        return matching_rules(self)

    @cached_property
    def grants(self) -> list[Rule]:
        return matching_grants(self)

    @cached_property
    def search_terms(self) -> tuple[str, ...]:
        if self.visit.stage < Stage.REQUEST:
            return ()
        return self.visit.facts.search_terms or self.snapshot.safe_search.terms(self.visit.url)

    @cached_property
    def may_depend_on_url(self) -> bool:
        return any(name in self.snapshot.needs_url for name in parents(self.host)) and (
            url_may_matter(self)
        )

    def lift(self, orders: tuple[int, ...], source: Source) -> None:
        for order in orders:
            self.lifted[order] = source

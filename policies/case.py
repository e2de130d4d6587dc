"""One visit under judgement: what the checks share, worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from kidgate.policies.likeness import Likeness
from kidgate.policies.matching import (
    lesson_target,
    matching_grants,
    matching_rules,
    url_may_matter,
)
from kidgate.policies.model import (
    Asked,
    Decision,
    Hit,
    Notice,
    Reason,
    Rewrite,
    Source,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tables import Rule, Service


class Ruling(NamedTuple):
    """What a check that answers says."""

    verdict: Verdict
    reason: Reason
    source: Source
    category: str = ""
    rule_id: int | None = None
    until: datetime | None = None
    likeness: Likeness | None = None
    depends_on_url: bool = True  # False: final at the first stage that can say it


class Case:
    """Attributes are read off once; what costs a look-up is worked out when first asked for."""

    def __init__(
        self, visit: Visit, snapshot: PolicySnapshot, judge: Callable[[Visit], Decision]
    ) -> None:
        self.visit = visit
        self.snapshot = snapshot
        self.judge = judge  # the whole pipeline, for a page inside a page
        self.minute = int(visit.at.timestamp()) // 60  # since 1970; schedules know nothing finer
        asker = snapshot.asker(visit.child, visit.device, self.minute)
        self.tier, self.zone, self.scopes = asker.tier, asker.zone, asker.scopes
        self.device, self.rule_table, self.grant_table = asker.device, asker.rules, asker.grants
        self.asker, self.times = asker, asker.times
        self.lesson = asker.lesson_at(visit.at) if asker.lessons else None
        self.site = snapshot.site(visit.url.host)
        self.host, self.shared_host = self.site.host, self.site.shared_host
        # Path and query, once a stage knows them.
        self.target = visit.url.target if visit.stage >= Stage.REQUEST else ""
        index = snapshot.index
        facts = visit.facts
        asked = Asked(
            visit.url.scheme, visit.url.port, facts.initiator, facts.resource, facts.addresses
        )
        self.hits: tuple[Hit, ...] = index.find(self.host, self.target, asked) if index else ()
        # Every address the visit may be sent to: the host if it is one, and what we resolved.
        known = facts.addresses
        self.addresses = (self.host, *known) if self.site.is_literal else known
        self.lifted: dict[int, Source] = {}  # order -> what lifted it
        self.excused: dict[str, Source] = {}  # limit of time -> the exception that lifts it
        self.exception_rule_id: int | None = None
        self.rewrite: Rewrite | None = None
        self.resolve_as = ""  # the name that gives a safe search's addresses
        self.watch = False
        self.notice: Notice | None = None  # what of a watched visit is worth telling
        self.new_here = ""  # the site, where it resembles a brand and is new to the house
        self.allowed_by: Ruling | None = None  # the grant or allow rule in force
        self.listed = False  # something of the tier allows it by name, category or service
        self.passes_closed = False  # a rule or the tier said: relay undecrypted

    @cached_property
    def services(self) -> tuple[Service, ...]:
        found = self.site.services
        if self.site.has_service_urls:
            found = self.snapshot.services.of(self.host, self.target)
        if not found and self.addresses:
            found = self.snapshot.services_at(self.addresses[0])
            if apart := self.site.apart:
                return tuple(service for service in found if service.key not in apart)
        return found

    @cached_property
    def categories(self) -> tuple[tuple[str, Source], ...]:
        """What the visit is about, by feeds and by the services it belongs to, and who says so."""
        by_feed = [(h.category, Source("feed", h.feed, h.entry)) for h in self.hits]
        by_service = [
            (c, Source("builtin", "service", s.key)) for s in self.services for c in s.categories
        ]
        return (*by_feed, *by_service)

    @property
    def category(self) -> str:
        """The category shown for the visit when no check named one."""
        return self.hits[0].category if self.hits else ""

    def vouches(self, entry: str) -> bool:
        """Whether a list's entry is about this site: not about hosting shared with strangers, nor
        about an address or a pattern, which whoever owns a name can choose to fit."""
        host = entry.partition("/")[0]
        if host == self.host:
            return True
        if not self.host.endswith("." + host):
            return False
        below = not self.shared_host or host.endswith("." + self.shared_host)
        return below and not self.snapshot.suffixes.is_suffix(host)

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule in force that matches, the winner first."""
        return matching_rules(self)

    @cached_property
    def grants(self) -> list[Rule]:
        return matching_grants(self)

    @cached_property
    def lesson_target(self) -> Rule | None:
        return lesson_target(self)

    @cached_property
    def search_terms(self) -> tuple[str, ...]:
        if self.visit.stage < Stage.REQUEST or not self.site.is_engine:
            return self.visit.facts.search_terms
        return self.visit.facts.search_terms or self.snapshot.safe_search.terms(self.visit.url)

    @cached_property
    def may_depend_on_url(self) -> bool:
        return url_may_matter(self)

    @cached_property
    def feeds_wait_for_url(self) -> bool:
        """Whether a feed may have something to say of a page that it does not say of the site."""
        index = self.snapshot.index
        return index is not None and index.may_depend_on_url(self.host)

    def tell(self, reason: Reason, source: Source, category: str = "") -> None:
        """Let it pass, and let an adult know; the first thing told stands."""
        self.watch = True
        self.notice = self.notice or Notice(reason, source, category)

    def excuses(self, limit: str) -> bool:
        """Whether an exception lifts a limit of time now: `bedtime`, `hours` or `quota`."""
        found = self.asker.exception_at(limit, self.visit.at) if self.asker.exceptions else None
        if found is not None:
            self.excused[limit] = Source("exception", str(found.id), f"{limit} for {found.scope}")
        return found is not None

    def lift(self, orders: tuple[int, ...], source: Source) -> None:
        for order in orders:
            self.lifted[order] = source

"""Stage 2, dns: a name is judged, answered, rewritten to safe search, or pointed at the block page.

The steps of `Names._answer` are the whole stage. A name that only its path can judge is answered: a
later stage sees it. What is answered for an allowed name is judged too: the aliases it leads
through, and the addresses, so that no public name leads into the house (rebinding).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache

import dns.exception
import dns.name
import dns.rcode
import dns.rdatatype

from kidgate.policies.model import Decision, Reason, Stage, Verdict, Visit
from kidgate.policies.names import Url, is_address
from kidgate.proxy.coverage import Seen
from kidgate.proxy.dns import replies
from kidgate.proxy.dns.given import Given
from kidgate.proxy.dns.local import Local, local_answer
from kidgate.proxy.dns.questions import Question
from kidgate.proxy.dns.replies import Reply
from kidgate.proxy.dns.settings import DnsSettings
from kidgate.proxy.dns.upstream import CACHE_NAMES, Found, Upstream
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import resolved, visit_of_fault

logger = logging.getLogger(__name__)
RECENT = 4096
OWN_TTL = 60  # seconds
BLOCKED = 15  # Extended DNS Error "Blocked" (RFC 8914 4.16)
ADDRESS_TYPES = (dns.rdatatype.A, dns.rdatatype.AAAA)
# They carry addresses, other ports and ECH keys around everything that is judged here.
STRIPPED_TYPES = (dns.rdatatype.HTTPS, dns.rdatatype.SVCB)
# What an alias may be stopped for: not that nobody allowed it, for the asked name was allowed.
COUNTS = frozenset(
    (
        Reason.ILLEGAL_MATERIAL,
        Reason.SECURITY,
        Reason.WAY_AROUND,
        Reason.RULE,
        Reason.CATEGORY,
        Reason.SERVICE,
    )
)
COUNTS_BEYOND_RULES = frozenset((Reason.ILLEGAL_MATERIAL, Reason.SECURITY))
UNRATED = frozenset(("shared_hosting", "address_literal"))  # a custom name on a hoster is its own


class _NoConnection:
    def cut(self) -> None:
        """A datagram leaves nothing to cut."""


class Names:
    def __init__(
        self,
        gateway: Gateway,
        upstream: Upstream,
        settings: DnsSettings,
        given: Given | None = None,
    ) -> None:
        self._gateway, self._upstream = gateway, upstream
        self._settings, self._given = settings, given
        self._recent: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._rendered = lru_cache(CACHE_NAMES)(self._render)

    async def answer(self, question: Question, address: str, key: str = "") -> Reply:
        """The reply to a device at a canonical address, or the one whose WireGuard key it is.

        Whatever goes wrong is a block.
        """
        peer = Peer(_NoConnection(), address, way="wireguard" if key else "dns", key=key)
        try:
            return await self._answer(question, peer)
        except Exception as fault:
            logger.exception("a name could not be judged")
            visit = replace(visit_of_fault(question.host, self._gateway.now()), stage=Stage.DNS)
            decision = self._gateway.fault(visit, f"dns: {type(fault).__name__}: {fault}")
            await self._gateway.stop(visit, decision, peer)
            return Reply(dns.rcode.SERVFAIL)

    async def _answer(self, question: Question, peer: Peer) -> Reply:
        fixed = self._gateway.resolver.fixed(question.host) if question.plain else None
        if reply := self._of_this_house(question, fixed):
            return reply
        visit = self._visit(question.host, peer)
        decision = self._gateway.judge(visit)
        if self._stops(decision):
            return await self._stopped(question, visit, decision, peer)
        if fixed is not None:
            return self._addresses(question, fixed, OWN_TTL)
        if question.type in STRIPPED_TYPES:
            return Reply(ttl=self._settings.longest_ttl)
        forced = self._forced(question, decision)
        found = await self._upstream.ask(
            forced.to_digestable() if forced else question.key, question.type
        )
        if worse := self._judge_found(visit, decision, found):
            return await self._stopped(question, *worse, peer)
        if decision.watch:
            await self._gateway.write(visit, decision, peer)
        return self._open(question, found, forced)

    def _of_this_house(self, question: Question, fixed: tuple[str, ...] | None) -> Reply | None:
        """Names that are answered unjudged: our own, and those that nobody knows."""
        host, settings = question.host, self._settings
        if not host or is_address(host):
            return Reply(dns.rcode.NXDOMAIN)
        if host in self._gateway.snapshot.own_names:
            return self._addresses(question, settings.page_addresses, OWN_TTL)
        match local_answer(host) if fixed is None else None:
            case Local.NO_SUCH_NAME:
                return Reply(dns.rcode.NXDOMAIN)
            case Local.NO_DATA:
                return Reply()
        return None

    def _visit(self, host: str, peer: Peer) -> Visit:
        gateway = self._gateway
        device = gateway.device_of(peer)
        gateway.coverage.count(device.key if device else peer.address, Seen.NAMES)
        return Visit(
            url=Url("https", host, 443, "/"),
            at=gateway.now(),
            child=device.of or None if device else None,
            device=device.key if device else None,
            stage=Stage.DNS,
        )

    def _stops(self, decision: Decision) -> bool:
        """A warning or a request form needs a page: left to the connection that follows."""
        if decision.verdict in (Verdict.WARN, Verdict.ASK):
            return self._settings.last_stage
        return decision.verdict is Verdict.BLOCK

    def _forced(self, question: Question, decision: Decision) -> dns.name.Name | None:
        """The name whose addresses force safe search on devices that nobody can look into."""
        if question.type not in ADDRESS_TYPES or not question.plain:
            return None
        return dns.name.from_text(decision.resolve_as) if decision.resolve_as else None

    def _judge_found(
        self, visit: Visit, decision: Decision, found: Found
    ) -> tuple[Visit, Decision] | None:
        """What stops the visit for where its name leads; None: nothing."""
        if decision.reason is Reason.SAFE_HARBOUR and not found.addresses:
            return None
        counts = COUNTS
        if decision.reason in (Reason.RULE, Reason.GRANT):
            counts = COUNTS_BEYOND_RULES
        for host in found.chain if decision.reason is not Reason.SAFE_HARBOUR else ():
            if host and host != visit.url.host:
                seen = self._gateway.judge(replace(visit, url=replace(visit.url, host=host)))
                if self._stops(seen) and seen.reason in counts and seen.category not in UNRATED:
                    return visit, seen
        if found.addresses:
            visit = resolved(visit, found.addresses)
            seen = self._gateway.judge(visit)
            if self._stops(seen):
                return visit, seen
        return None

    async def _stopped(
        self, question: Question, visit: Visit, decision: Decision, peer: Peer
    ) -> Reply:
        """Journaled once for as long as its answer holds: A, AAAA and HTTPS are one attempt."""
        settings, key = self._settings, (peer.address, visit.url.host)
        now = visit.at.timestamp()
        if not now < self._recent.get(key, 0.0) <= now + settings.blocked_ttl:
            await self._gateway.stop(visit, decision, peer)
            self._recent[key] = now + settings.blocked_ttl
            self._recent.move_to_end(key)
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        why = (BLOCKED, decision.reason.value)
        if settings.block == "refused":
            return Reply(dns.rcode.REFUSED, why=why)
        if settings.block == "nxdomain" or not settings.page_addresses:
            return Reply(dns.rcode.NXDOMAIN, ttl=settings.blocked_ttl, why=why)
        if question.type not in ADDRESS_TYPES:
            return Reply(ttl=settings.blocked_ttl, why=why)
        reply = self._addresses(question, settings.page_addresses, settings.blocked_ttl)
        return replace(reply, why=why)

    def _open(self, question: Question, found: Found, forced: dns.name.Name | None) -> Reply:
        ttl = min(found.ttl, self._settings.longest_ttl)
        if self._given is not None and found.addresses:
            self._given.note(found.addresses, ttl)
        return self._rendered(question.key, found, forced, ttl)

    def _render(self, key: bytes, found: Found, forced: dns.name.Name | None, ttl: int) -> Reply:
        """The answer found, for whoever asks; it is the same as long as it is kept."""
        name, _ = dns.name.from_wire(key, 0)
        records = list(found.records)
        if forced is not None and records:
            records.insert(0, replies.alias(name, forced))
        try:
            return Reply(found.rcode, replies.rendered(name, records, ttl), ttl)
        except dns.exception.TooBig:
            return Reply(dns.rcode.SERVFAIL)

    def _addresses(self, question: Question, found: tuple[str, ...], ttl: int) -> Reply:
        return Reply(records=replies.addresses(found, question.type, ttl), ttl=ttl)

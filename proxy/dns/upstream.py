"""The house's own resolution: a cache over name servers that stand in for each other.

A server that does not answer is asked last for a while. What a name may be visited for is decided
elsewhere; nothing of an answer but the alias chain and the asked type is kept, so that no address,
SVCB record or ECH key rides along in another section.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from kidgate.documents.name_servers import NameServer
from kidgate.policies.names import canonical_address
from kidgate.proxy.dns.questions import host_of
from kidgate.proxy.dns.transports import Transport

CACHE_NAMES = 10_000
SHORTEST_TTL, LONGEST_TTL, NEGATIVE_TTL = 5, 3600, 300  # seconds
FAILURE_SECONDS = 2.0
ASIDE_SECONDS = 20.0
LONGEST_CHAIN = 16
NO_ANSWER = (OSError, dns.exception.DNSException, ValueError)
_FINAL = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a question was answered. `records` are those of the asked name, then along the chain.

    Each is itself alone: what is made of one may be kept by it.
    """

    rcode: dns.rcode.Rcode
    records: tuple[dns.rrset.RRset, ...] = ()
    chain: tuple[str, ...] = ()  # canonical hosts of the aliases behind the asked name
    addresses: tuple[str, ...] = ()  # canonical
    ttl: int = SHORTEST_TTL  # seconds it may be kept, from when it was found
    at: float = 0.0  # monotonic

    def left(self, now: float) -> int:
        return max(int(self.at + self.ttl - now), 0)


@dataclass
class _Asked:
    """A server and how it does."""

    server: NameServer
    transport: Transport
    aside_until: float = 0.0
    fault: str = ""


@dataclass
class Upstream:
    servers: Sequence[tuple[NameServer, Transport]]
    timeout: float = 5.0
    _asked: list[_Asked] = field(init=False)
    _cache: OrderedDict[tuple[bytes, int], Found] = field(init=False)
    _asking: dict[tuple[bytes, int], asyncio.Task[Found]] = field(init=False)

    def __post_init__(self) -> None:
        self._asked = [_Asked(server, transport) for server, transport in self.servers]
        self._cache, self._asking = OrderedDict(), {}

    @property
    def fault(self) -> str:
        """What is wrong, in words, when no server answers; else empty."""
        now = time.monotonic()
        if self._asked and all(asked.aside_until > now for asked in self._asked):
            return "; ".join(f"{asked.server}: {asked.fault}" for asked in self._asked)
        return "" if self._asked else "no name server is known"

    def known(self, name: bytes, kind: int) -> Found | None:
        """An answer that still holds."""
        found = self._cache.get((name, kind))
        return found if found is not None and found.left(time.monotonic()) > 0 else None

    async def ask(self, name: bytes, kind: int) -> Found:
        """The answer for a name in wire form and lower case. One that is known comes at once; at
        most one question is under way for each name and type. Never raises but for cancellation:
        without an answer the rcode is SERVFAIL."""
        if (found := self.known(name, kind)) is not None:
            return found
        key = (name, kind)
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(self._ask(name, kind))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Addresses of a canonical host, IPv4 first; () when there are none."""
        name = dns.name.from_text(host).to_digestable()
        four, six = await asyncio.gather(
            self.ask(name, dns.rdatatype.A), self.ask(name, dns.rdatatype.AAAA)
        )
        return four.addresses + six.addresses

    async def _ask(self, name: bytes, kind: int) -> Found:
        asked, _ = dns.name.from_wire(name, 0)
        question = dns.message.make_query(asked, dns.rdatatype.RdataType.make(kind), use_edns=0)
        found = read(question, await self._answer(question), time.monotonic())
        self._cache[name, kind] = found
        self._cache.move_to_end((name, kind))
        while len(self._cache) > CACHE_NAMES:
            self._cache.popitem(last=False)
        return found

    async def _answer(self, question: dns.message.QueryMessage) -> dns.message.Message | None:
        """The first final answer of the servers, the healthy ones first."""
        ends, now = time.monotonic() + self.timeout, time.monotonic()
        answer: dns.message.Message | None = None
        for asked in sorted(self._asked, key=lambda a: a.aside_until > now):
            left = ends - time.monotonic()
            if left <= 0:
                break
            share = left if len(self._asked) == 1 else min(left, self.timeout / 2)
            try:
                answer = await asked.transport.ask(question, share)
            except NO_ANSWER as fault:
                asked.fault = str(fault) or type(fault).__name__
                asked.aside_until = time.monotonic() + ASIDE_SECONDS
                continue
            asked.aside_until = 0.0
            if answer.rcode() in _FINAL:
                return answer
        return answer


def read(
    question: dns.message.QueryMessage, answer: dns.message.Message | None, now: float
) -> Found:
    """What an answer says of the asked name and type; SERVFAIL when it says nothing of use."""
    if answer is None or answer.rcode() not in _FINAL:
        rcode = answer.rcode() if answer is not None else dns.rcode.SERVFAIL
        return Found(rcode, ttl=max(int(FAILURE_SECONDS), 1), at=now)
    asked = question.question[0]
    by_place = {(r.name, r.rdtype): r for r in answer.answer if r.rdclass == dns.rdataclass.IN}
    records: list[dns.rrset.RRset] = []
    chain: list[str] = []
    name = asked.name
    for _ in range(LONGEST_CHAIN):
        if (final := by_place.get((name, asked.rdtype))) is not None:
            records.append(final)
            break
        alias = by_place.get((name, dns.rdatatype.CNAME))
        if alias is None:
            break
        records.append(alias)
        name = alias[0].target
        chain.append(host_of(name))
    else:
        return Found(dns.rcode.SERVFAIL, at=now)  # a circle
    has_data = bool(records) and records[-1].rdtype == asked.rdtype
    ttl = min((r.ttl for r in records), default=NEGATIVE_TTL)
    ttl = ttl if has_data else min(_negative_ttl(answer), ttl)
    kept = tuple(records)
    addresses: tuple[str, ...] = ()
    if has_data and asked.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
        addresses = tuple(canonical_address(item.address) for item in records[-1])
    ttl = max(min(ttl, LONGEST_TTL), SHORTEST_TTL)
    return Found(dns.rcode.Rcode(answer.rcode()), kept, tuple(chain), addresses, ttl, now)


def _negative_ttl(answer: dns.message.Message) -> int:
    """How long an absence holds (RFC 2308 5): of the SOA the smaller of TTL and minimum."""
    for record in answer.authority:
        if record.rdtype == dns.rdatatype.SOA:
            return min(record.ttl, int(record[0].minimum), NEGATIVE_TTL)
    return 30

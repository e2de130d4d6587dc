"""Answers to a question as DNS messages."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from kidgate.proxy.dns.questions import Question

IN = dns.rdataclass.IN
DATAGRAM = 1232  # bytes; what passes every path unfragmented (DNS flag day 2020)
NEGATIVE_SECONDS = 60
_MASTER = dns.name.from_text("kidgate.home.arpa.")
_MAILBOX = dns.name.from_text("nobody.invalid.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `why` is an Extended DNS Error (RFC 8914): its code and words."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    records: Sequence[dns.rrset.RRset] = ()
    ttl: int = NEGATIVE_SECONDS  # of an answer without records
    why: tuple[int, str] | None = None


def wire(question: Question, reply: Reply, *, limit: int = 65_535) -> bytes:
    """The message of at most `limit` bytes; one that would be longer says so with the TC bit."""
    answer = dns.message.make_response(
        question.message, recursion_available=True, our_payload=DATAGRAM
    )
    answer.set_rcode(reply.rcode)
    answer.answer = list(reply.records)
    if not reply.records and reply.rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        answer.authority.append(_start_of(question.name, reply.ttl))
    if reply.why and question.message.edns >= 0:
        option = dns.edns.EDEOption(dns.edns.EDECode(reply.why[0]), reply.why[1])
        answer.use_edns(0, 0, DATAGRAM, options=[option])
    try:
        return answer.to_wire(max_size=limit)
    except dns.exception.TooBig:
        answer.answer, answer.authority = [], []
        answer.flags |= dns.flags.TC
        return answer.to_wire(max_size=limit)


def addresses(name: dns.name.Name, found: Iterable[str], kind: int, ttl: int) -> Reply:
    """The addresses of the asked family, as records of `name`."""
    records = dns.rrset.RRset(name, IN, dns.rdatatype.RdataType.make(kind))
    for text in found:
        version = ipaddress.ip_address(text).version
        if version == 4 and kind == dns.rdatatype.A:
            records.add(A(IN, dns.rdatatype.A, text), ttl)
        elif version == 6 and kind == dns.rdatatype.AAAA:
            records.add(AAAA(IN, dns.rdatatype.AAAA, text), ttl)
    return Reply(records=(records,) if len(records) else (), ttl=ttl)


def alias(name: dns.name.Name, target: dns.name.Name, ttl: int) -> dns.rrset.RRset:
    record = dns.rrset.RRset(name, IN, dns.rdatatype.CNAME)
    record.add(CNAME(IN, dns.rdatatype.CNAME, target), ttl)
    return record


def _start_of(name: dns.name.Name, ttl: int) -> dns.rrset.RRset:
    """The SOA that says how long a negative answer holds (RFC 2308)."""
    record = dns.rrset.RRset(name, IN, dns.rdatatype.SOA)
    record.add(SOA(IN, dns.rdatatype.SOA, _MASTER, _MAILBOX, 1, ttl, ttl, ttl, ttl), ttl)
    return record

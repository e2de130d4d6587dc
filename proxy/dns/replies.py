"""Answers to a question as DNS messages.

Records stand as bytes that fit behind the question they answer, whoever asks it: a name in them may
point back into its name. So what many ask for is rendered once.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

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

from kidgate.proxy.dns.questions import DATAGRAM, RECURSION_DESIRED, SHORTEST, Question

IN = dns.rdataclass.IN
NEGATIVE_SECONDS = 60
PADDED = 468  # bytes; an answer that hides its length is a multiple of this (RFC 8467 4.1)
_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHHIH")  # owner, type, class, TTL, length of what follows
_OPT = struct.Struct("!BHHIH")  # root, OPT, bytes taken, flags, length of the options
_OPTION = struct.Struct("!HH")
_ASKED = 0xC000 | SHORTEST  # points to the name that was asked for
_RESPONSE, _CUT = int(dns.flags.QR | dns.flags.RA), int(dns.flags.TC)
_MASTER = dns.name.from_text("kidgate.home.arpa.")
_MAILBOX = dns.name.from_text("nobody.invalid.")


@dataclass(frozen=True, slots=True)
class Records:
    """Records in wire form, and how many."""

    wire: bytes = b""
    count: int = 0


NONE = Records()


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `why` is an Extended DNS Error (RFC 8914): its code and words."""

    rcode: int = dns.rcode.NOERROR
    records: Records = NONE
    ttl: int = NEGATIVE_SECONDS  # of an answer without records
    why: tuple[int, str] | None = None


def wire(question: Question, reply: Reply, *, limit: int = 65_535) -> bytes:
    """The message of at most `limit` bytes; one that would be longer says so with the TC bit."""
    flags = _RESPONSE | RECURSION_DESIRED * question.recursion | reply.rcode
    records, authority = reply.records, b""
    if not records.count and reply.rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        authority = _start_of(reply.ttl)
    body = records.wire + authority
    size = SHORTEST + len(question.section) + len(body)
    opt = _opt(question, reply, size) if question.payload is not None else b""
    if size + len(opt) > limit:
        head = _HEADER.pack(question.number, flags | _CUT, 1, 0, 0, bool(opt))
        return head + question.section + _opt(question, reply, size - len(body)) * bool(opt)
    counts = (1, records.count, bool(authority), bool(opt))
    return _HEADER.pack(question.number, flags, *counts) + question.section + body + opt


@lru_cache(1024)
def addresses(found: tuple[str, ...], kind: int, ttl: int) -> Records:
    """The addresses of the asked family, as records of the name that was asked for."""
    wanted = {int(dns.rdatatype.A): 4, int(dns.rdatatype.AAAA): 6}.get(kind)
    known = (ipaddress.ip_address(text) for text in dict.fromkeys(found))
    packed = [address.packed for address in known if address.version == wanted]
    return Records(b"".join(_record(kind, ttl, data) for data in packed), len(packed))


def rendered(name: dns.name.Name, records: Iterable[dns.rrset.RRset], ttl: int) -> Records:
    """Records as they stand behind a question for `name`, each with the same TTL.

    Raises dns.exception.TooBig when no message holds them.
    """
    message = dns.message.QueryMessage(id=0)
    message.question = [dns.rrset.RRset(name, IN, dns.rdatatype.A)]
    message.answer = [_aged(record, ttl) for record in records]
    whole = message.to_wire(max_size=65_535)
    count = sum(len(record) for record in message.answer)
    return Records(whole[SHORTEST + len(name.to_digestable()) + 4 :], count)


def alias(name: dns.name.Name, target: dns.name.Name) -> dns.rrset.RRset:
    record = dns.rrset.RRset(name, IN, dns.rdatatype.CNAME)
    record.add(CNAME(IN, dns.rdatatype.CNAME, target), 0)
    return record


def _aged(record: dns.rrset.RRset, ttl: int) -> dns.rrset.RRset:
    """A copy whose time does not outlast what the house promises."""
    copy = dns.rrset.RRset(record.name, record.rdclass, record.rdtype, record.covers)
    copy.update_ttl(ttl)
    copy.items = record.items
    copy.ttl = ttl
    return copy


@lru_cache(1024)
def _start_of(ttl: int) -> bytes:
    """The SOA that says how long a negative answer holds (RFC 2308)."""
    start = SOA(IN, dns.rdatatype.SOA, _MASTER, _MAILBOX, 1, ttl, ttl, ttl, ttl)
    data = start.to_wire()
    assert data is not None
    return _record(dns.rdatatype.SOA, ttl, data)


def _record(kind: int, ttl: int, data: bytes) -> bytes:
    return _RECORD.pack(_ASKED, kind, IN, ttl, len(data)) + data


def _opt(question: Question, reply: Reply, size: int) -> bytes:
    """The pseudo-record of EDNS, behind so many bytes: what we take, and why it was blocked."""
    options = b""
    if reply.why is not None:
        code, words = reply.why
        said = code.to_bytes(2) + words.encode()
        options += _OPTION.pack(dns.edns.OptionType.EDE, len(said)) + said
    if question.padded:
        size += _OPT.size + len(options) + _OPTION.size
        padding = bytes(-size % PADDED)
        options += _OPTION.pack(dns.edns.OptionType.PADDING, len(padding)) + padding
    return _OPT.pack(0, dns.rdatatype.OPT, DATAGRAM, 0, len(options)) + options

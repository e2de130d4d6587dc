"""What a DNS message asks, or what it is answered because it asks nothing we serve (RFC 1035).

Nearly every question has one form, which is read here byte by byte; whatever differs from it in
anything is dnspython's to read, or to refuse.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
from dns.rdatatype import RdataType

from kidgate.policies.names import InvalidName, canonical_host

# Whole zones, zone changes, and types that carry nothing but tunnels: no device needs them.
REFUSED_TYPES = frozenset(
    (RdataType.AXFR, RdataType.IXFR, RdataType.ANY, RdataType.NULL, RdataType.MAILA)
)
SHORTEST = 12  # bytes of a header
DATAGRAM = 1232  # bytes; what passes every path unfragmented (DNS flag day 2020)
LONGEST_LABEL, LONGEST_NAME = 63, 255  # bytes; beyond the first it is no label but a pointer
RECURSION_DESIRED = 0x0100
_IN = int(dns.rdataclass.IN)
_TYPE_AND_CLASS = struct.Struct("!HH")
_ONE_QUESTION, _WITH_EDNS = b"\0\1\0\0\0\0\0\0", b"\0\1\0\0\0\0\0\1"  # the header's four counts
# A pseudo-record (RFC 6891 6.1.2): root, OPT, bytes taken, no extended rcode, version 0, options
_EDNS = struct.Struct("!BHHHHH")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `host` is canonical, without service labels (`_sip._tcp`); empty: no host."""

    number: int
    recursion: bool  # wished for
    section: bytes  # as it was asked: name, type and class
    type: int
    host: str
    plain: bool  # the name has no service labels before the host
    payload: int | None = None  # bytes of a datagram that the asker takes; None: no EDNS
    padded: bool = False  # the asker hides how much it says, and wants the same of us

    @property
    def key(self) -> bytes:
        """The name in wire form and lower case. Lengths are below `A`: they stay what they are."""
        return self.section[: -_TYPE_AND_CLASS.size].lower()

    @property
    def name(self) -> dns.name.Name:
        return dns.name.from_wire(self.section, 0)[0]


class NotServed(Exception):
    """No question for us; `answer` is what to send, None: nothing at all."""

    def __init__(self, answer: bytes | None) -> None:
        super().__init__("not served")
        self.answer = answer


def read(wire: bytes) -> Question:
    """The question in a datagram. Raises NotServed."""
    if len(wire) < SHORTEST or wire[2] & 0x80:
        raise NotServed(None)  # too short, or an answer: answering answers is how floods begin
    if wire[2] >> 3 & 0xF != dns.opcode.QUERY:
        raise NotServed(_head(wire, dns.rcode.NOTIMP))
    question = read_usual(wire) or read_any(wire)
    klass = int.from_bytes(question.section[-2:])
    if klass != _IN or question.type in REFUSED_TYPES:
        raise NotServed(_refusal(wire, question))
    return question


def read_usual(wire: bytes) -> Question | None:
    """One question whose name is written out, with EDNS or without; None: in another form."""
    labels: list[bytes] = []
    at = SHORTEST
    try:
        while size := wire[at]:
            if size > LONGEST_LABEL:
                return None
            labels.append(wire[at + 1 : at + 1 + size])
            at += 1 + size
        kind, _ = _TYPE_AND_CLASS.unpack_from(wire, at + 1)
    except (IndexError, struct.error):
        return None
    end, payload = at + 1 + _TYPE_AND_CLASS.size, None
    if wire[4:SHORTEST] == _WITH_EDNS:
        if len(wire) != end + _EDNS.size:
            return None
        root, opt, payload, version, _, options = _EDNS.unpack_from(wire, end)
        if (root, opt, version, options) != (0, RdataType.OPT, 0, 0):
            return None
    elif wire[4:SHORTEST] != _ONE_QUESTION or len(wire) != end:
        return None
    if at + 1 - SHORTEST > LONGEST_NAME:
        return None
    return _question(wire, wire[SHORTEST:end], labels, kind, payload)


def read_any(wire: bytes) -> Question:
    """The question of a message in whatever form. Raises NotServed."""
    try:
        message = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError):
        raise NotServed(_head(wire, dns.rcode.FORMERR)) from None
    if not isinstance(message, dns.message.QueryMessage) or len(message.question) != 1:
        raise NotServed(_head(wire, dns.rcode.FORMERR))
    asked = message.question[0]
    name = b"".join(len(label).to_bytes() + label for label in asked.name.labels)
    return _question(
        wire,
        name + _TYPE_AND_CLASS.pack(asked.rdtype, asked.rdclass),
        asked.name.labels[:-1],
        int(asked.rdtype),
        message.payload if message.edns >= 0 else None,
        padded=any(option.otype == dns.edns.OptionType.PADDING for option in message.options),
    )


def host_of(name: dns.name.Name) -> str:
    """The canonical host a DNS name stands for; empty when it cannot be one."""
    return _host(name.labels[:-1] if name.is_absolute() else name.labels)


def _question(
    wire: bytes,
    section: bytes,
    labels: Sequence[bytes],
    kind: int,
    payload: int | None,
    *,
    padded: bool = False,
) -> Question:
    return Question(
        number=int.from_bytes(wire[:2]),
        recursion=bool(wire[2] & RECURSION_DESIRED >> 8),
        section=section,
        type=kind,
        host=_host(labels),
        plain=not (labels and labels[0].startswith(b"_")),
        payload=payload,
        padded=padded,
    )


def _host(labels: Sequence[bytes]) -> str:
    while labels and labels[0].startswith(b"_"):
        labels = labels[1:]
    try:
        return canonical_host(b".".join(labels).decode("ascii")) if labels else ""
    except (InvalidName, UnicodeDecodeError):
        return ""


def _refusal(wire: bytes, question: Question) -> bytes:
    if question.payload is None:
        return _head(wire, dns.rcode.REFUSED, _ONE_QUESTION) + question.section
    opt = _EDNS.pack(0, RdataType.OPT, DATAGRAM, 0, 0, 0)
    return _head(wire, dns.rcode.REFUSED, _WITH_EDNS) + question.section + opt


def _head(wire: bytes, rcode: dns.rcode.Rcode, counts: bytes = bytes(8)) -> bytes:
    """The header of an answer; alone, to what could not be read: its number, and what is wrong."""
    flags = 0x8000 | (wire[2] & 0x79) << 8 | 0x80 | int(rcode)
    return wire[:2] + flags.to_bytes(2) + counts

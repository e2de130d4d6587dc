"""What a DNS message asks, or what it is answered because it asks nothing we serve (RFC 1035)."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.flags
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


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `host` is canonical, without service labels (`_sip._tcp`); empty: no host."""

    message: dns.message.QueryMessage
    name: dns.name.Name
    type: RdataType
    host: str

    @property
    def plain(self) -> bool:
        """Whether the name has no service labels before the host."""
        return not self.name.labels[0].startswith(b"_")


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
        raise NotServed(_header_only(wire, dns.rcode.NOTIMP))
    try:
        message = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError):
        raise NotServed(_header_only(wire, dns.rcode.FORMERR)) from None
    if not isinstance(message, dns.message.QueryMessage) or len(message.question) != 1:
        raise NotServed(_header_only(wire, dns.rcode.FORMERR))
    asked = message.question[0]
    if asked.rdclass != dns.rdataclass.IN or asked.rdtype in REFUSED_TYPES:
        raise NotServed(refusal(message))
    kind = RdataType.make(asked.rdtype)
    return Question(message, asked.name, kind, host_of(asked.name))


def refusal(message: dns.message.Message) -> bytes:
    answer = dns.message.make_response(message, recursion_available=True)
    answer.set_rcode(dns.rcode.REFUSED)
    return answer.to_wire()


def host_of(name: dns.name.Name) -> str:
    """The canonical host a DNS name stands for; empty when it cannot be one."""
    labels = name.labels[:-1] if name.is_absolute() else name.labels
    while labels and labels[0].startswith(b"_"):
        labels = labels[1:]
    try:
        return canonical_host(b".".join(labels).decode("ascii")) if labels else ""
    except (InvalidName, UnicodeDecodeError):
        return ""


def _header_only(wire: bytes, rcode: dns.rcode.Rcode) -> bytes:
    """An answer to what could not be read: its number, and what is wrong."""
    flags = 0x8000 | (wire[2] & 0x79) << 8 | 0x80 | int(rcode)
    return wire[:2] + flags.to_bytes(2, "big") + bytes(8)

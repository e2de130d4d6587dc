"""Questions of a device to a name server, exact to the byte, and what the answers amount to."""

from __future__ import annotations

import contextlib
import random
import socket
import string
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

SECONDS = 4.0
REJECTED = (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.SERVFAIL)
SERVICE = (dns.rdatatype.HTTPS, dns.rdatatype.SVCB)


def questions(client: Mapping[str, Any]) -> Iterator[bytes]:
    """Every message that a case sends. Raises KeyError for a type that has no name."""
    if "hex" in client:
        yield bytes.fromhex(client["hex"])
        return
    chance = random.Random(11)
    for number in range(client.get("count", 1)):
        label = "".join(chance.choices(string.ascii_lowercase + string.digits, k=40))
        name = client["qname"].replace("<random40>", label)
        asked = client.get("questions") or [[name, client["qtype"]]]
        head = struct.pack("!HHHHHH", 0x1000 + number, 0x0100, len(asked), 0, 0, 0)
        yield head + b"".join(_question(*pair) for pair in asked)


def _question(name: str, kind: str) -> bytes:
    """As written: nobody checks a label's length here."""
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    wire = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    return wire + struct.pack("!HH", dns.rdatatype.from_text(kind), 1)


def ask(wire: bytes, server: str, source: str, *, stream: bool = False) -> bytes:
    """The answer; empty: none came."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    with socket.socket(family, kind) as sock:
        sock.settimeout(SECONDS)
        try:
            if (":" in source) == (":" in server):
                sock.bind((source, 0))
            sock.connect((server, 53))
            sock.sendall(struct.pack("!H", len(wire)) + wire if stream else wire)
            return sock.recv(65535)[2 if stream else 0 :]
        except OSError:
            return b""


class DnsAnswer:
    """`own` are the gateway's addresses: where blocked names lead."""

    def __init__(self, wire: bytes, own: tuple[str, ...]) -> None:
        self.wire = wire
        self.message: dns.message.Message | None = None
        with contextlib.suppress(dns.exception.DNSException):
            self.message = dns.message.from_wire(wire) if wire else None
        records = self.message.answer if self.message else []
        self.records = [item for record in records for item in record]
        self.addresses = [item.address for item in self.records if item.rdtype in (1, 28)]
        self.targets = [item.target.to_text() for item in self.records if item.rdtype == 5]
        self.is_page = bool(self.addresses) and set(self.addresses) <= set(own)

    @property
    def rcode(self) -> str:
        if self.message is None:
            return "none"
        found = self.message.rcode()
        return "NODATA" if not found and not self.records else dns.rcode.to_text(found)

    @property
    def verdicts(self) -> frozenset[str]:
        """Every word of the README that this answer is."""
        if self.message is None or self.is_page:
            return frozenset(("block",))
        if self.message.rcode() in REJECTED:
            return frozenset(("reject",))
        if self.message.rcode():
            return frozenset(("block", "reject"))
        if not self.records:
            return frozenset(("block", "rewrite"))
        plain = [i.to_text() for i in self.records if i.rdtype in SERVICE]
        if plain and not any(" ech=" in text or "h3" in text for text in plain):
            return frozenset(("allow", "rewrite"))
        return frozenset(("allow",))

    def __str__(self) -> str:
        shown = ", ".join([*self.targets, *self.addresses]) or f"{len(self.records)} records"
        return f"{self.rcode} {shown}"

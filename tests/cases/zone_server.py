"""The name servers of the world as devices of the house see them: the zone, with its aliases, and
what a case makes them answer. Outside resolvers listen too: a query that reached one is on record.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.rdatatype
import dns.rrset

from tests.cases.namespace import NAMESERVER
from tests.cases.world import World

SECONDS_TO_LIVE = 30
ADDRESSES = {"A": 4, "AAAA": 6}


@dataclass
class ZoneServer:
    """`scripted`: (name, type) -> record text, instead of the zone's."""

    world: World
    scripted: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # by whom it may be asked
    strangers: list[str] = field(default_factory=list)  # places where a query should not be

    def listen(self) -> None:
        """Must be called inside the world."""
        for address in ("0.0.0.0", "::"):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            for kind in (socket.SOCK_DGRAM,):
                sock = socket.socket(family, kind)
                level, option = (
                    (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO)
                    if family == socket.AF_INET6
                    else (socket.IPPROTO_IP, 8)  # IP_PKTINFO
                )
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.setsockopt(level, option, 1)
                sock.bind((address, 53))
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        while True:
            wire, extra, _, sender = sock.recvmsg(4096, 256)
            to = extra[0][2]
            address = (
                socket.inet_ntop(socket.AF_INET6, to[:16])
                if sock.family == socket.AF_INET6
                else socket.inet_ntop(socket.AF_INET, to[8:12])
            )
            if address != NAMESERVER:
                self.strangers.append(address)
            try:
                answer = self._answer(dns.message.from_wire(wire))
            except (dns.exception.DNSException, ValueError):
                continue
            sock.sendmsg([answer.to_wire()], list(extra), 0, sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        name = question.name.to_text()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(name)
        while True:
            scripted = self.scripted.get((name.rstrip(".").lower(), kind))
            found = self.world.data["zone"].get(name.rstrip(".").lower())
            if scripted is None and isinstance(found, str):  # CNAME other
                target = found.partition(" ")[2] + "."
                answer.answer.append(_records(name, "CNAME", target))
                name = target
                continue
            texts = [scripted] if scripted else self._addresses(name, kind)
            if texts:
                answer.answer.append(_records(name, kind, *texts))
            return answer

    def _addresses(self, name: str, kind: str) -> list[str]:
        found = self.world.addresses(name) if kind in ADDRESSES else ()
        return [a for a in found if (":" in a) == (ADDRESSES[kind] == 6)]


def _records(name: str, kind: str, *texts: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, SECONDS_TO_LIVE, "IN", kind, *texts)

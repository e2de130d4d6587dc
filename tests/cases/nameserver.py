"""The DNS server of the world: what the gateway's own resolver asks, UDP alone.

It can die (answers nothing) and it can be poisoned (answers other addresses for a name).
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import threading
from collections.abc import Mapping

from tests.cases.namespace import NAMESERVER
from tests.cases.world import World

A, AAAA, IN = 1, 28, 1
SECONDS_TO_LIVE = 0


class NameServer:
    def __init__(self, world: World) -> None:
        self._world = world
        self.dead = False
        self.poison: Mapping[str, str] = {}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((NAMESERVER, 53))
        threading.Thread(target=self._serve, name="nameserver", daemon=True).start()

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(4096)
            if not self.dead:
                self._socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        name, end = _question(query)
        self.asked.append(name)
        (kind,) = struct.unpack_from("!H", query, end)
        poisoned = self.poison.get(name)
        found = (poisoned,) if poisoned else self._world.addresses(name)
        version = {A: 4, AAAA: 6}.get(kind)
        records = [
            struct.pack("!HHHIH", 0xC00C, kind, IN, SECONDS_TO_LIVE, len(ip.packed)) + ip.packed
            for ip in map(ipaddress.ip_address, found)
            if ip.version == version
        ]
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, len(records), 0, 0)
        return head + query[12 : end + 4] + b"".join(records)


def _question(query: bytes) -> tuple[str, int]:
    """The name asked for, lower case, and where it ends."""
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
        at += 1 + length
    return ".".join(labels), at + 1

"""Who is asking: the state of one client connection, and how its device was recognised."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from dataclasses import dataclass, field

from kidgate.policies.names import InvalidName, canonical_address
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.handler import GatewayHandler


@dataclass(slots=True)
class Peer:
    """One client connection. The policy is asked anew for each request; only names are kept."""

    handler: GatewayHandler
    address: str  # canonical
    login: str = ""  # the device that logged in on this connection
    connect: str = ""  # canonical CONNECT target
    sni: str = ""  # canonical, as in the ClientHello
    refused: bool = False  # decided at the hello: nothing is dialled

    def device(self, snapshot: PolicySnapshot) -> DeviceRow | None:
        """Proxy login over address; None: nobody has named this device."""
        if self.login:
            return snapshot.devices.get(self.login)
        return snapshot.device_at(self.address)

    @property
    def names(self) -> tuple[str, ...]:
        """The names this connection has claimed so far."""
        return tuple(name for name in (self.connect, self.sni) if name)


@dataclass(slots=True)
class Peers:
    """Connections by mitmproxy's client id, counted per address."""

    per_address: int
    in_all: int
    by_id: dict[str, Peer] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def has_room(self, address: str) -> bool:
        return self.counts[address] < self.per_address and len(self.by_id) < self.in_all

    def add(self, id: str, peer: Peer) -> None:
        self.by_id[id] = peer
        self.counts[peer.address] += 1

    def remove(self, id: str) -> None:
        peer = self.by_id.pop(id, None)
        if peer is not None:
            self.counts[peer.address] -= 1
            if not self.counts[peer.address]:
                del self.counts[peer.address]


def address_of(peername: tuple[object, ...] | None) -> str:
    """The canonical address of a socket's other end; empty when it has none."""
    try:
        return canonical_address(str(peername[0]).partition("%")[0]) if peername else ""
    except InvalidName:
        return ""


def credentials(header: str) -> tuple[str, str] | None:
    """User and password of a Basic `Proxy-Authorization`; None when it is not one (RFC 7617)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None

"""Who is asking: the state of one client connection, and how its device was recognised."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from kidgate.policies.names import InvalidName, canonical_address
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot

PREFIX = 64  # of an IPv6 network, in which a device takes what addresses it likes (RFC 8981)
LINK_LOCAL = ipaddress.IPv6Network("fe80::/10")  # one network for all links: says nothing
ADDRESSES = 4096  # whose networks are remembered


class Handler(Protocol):
    """Whoever holds the connection now: the door, or mitmproxy's layers."""

    def cut(self) -> None:
        """End the connection now, answered or not."""
        ...


@dataclass(slots=True)
class Peer:
    """One client connection. The policy is asked anew for each request; only names are kept."""

    handler: Handler
    address: str  # canonical
    login: str = ""  # the device that logged in on this connection
    holder: str = ""  # for whom it is counted; empty: it is not
    way: str = "explicit"  # it came in by, as config.yaml calls it
    key: str = ""  # the device whose WireGuard key brought it here
    mac: str = ""  # canonical; empty: nobody knows it (yet)
    connect: str = ""  # canonical name it asked for: CONNECT or SOCKS target, Host where redirected
    target: str = ""  # canonical address it was on its way to, where it asked for no name
    elsewhere: bool = False  # `target` is no address of the name it gave
    sni: str = ""  # canonical, as in the ClientHello
    may_log_in: bool = True  # False: it was redirected here, and knows of no proxy
    refused: bool = False  # decided at the hello: nothing is dialled
    by_address: bool = False  # it asks for a page of ours by our address: it may not go through us
    front: str = ""  # where it found us, as a URL has it: an address, or with the port
    proxy: str = ""  # address and port of our explicit proxy as it can reach it; empty: none

    def device(self, snapshot: PolicySnapshot) -> DeviceRow | None:
        """Proxy login over WireGuard key over MAC over address; None: nobody has named this device.

        An address within the tunnel is what the device says it is: its key alone counts.
        """
        if self.login or self.key:
            return snapshot.devices.get(self.login or self.key)
        return snapshot.device_at(self.address, self.mac)

    @property
    def host(self) -> str:
        """What its hello is judged by and dialled as: a name if it gave one, else the address."""
        return self.connect or ((self.sni or self.target) if self.target else "")

    @property
    def names(self) -> tuple[str, ...]:
        """The names this connection has claimed so far."""
        return tuple(name for name in (self.connect, self.sni) if name)


@dataclass(slots=True)
class Peers:
    """Connections by the door's number, or mitmproxy's client id; counted by `holder_of`."""

    per_device: int
    in_all: int
    by_id: dict[str, Peer] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    leaving: set[str] = field(default_factory=set)  # cut, and not gone yet

    def has_room(self, holder: str) -> bool:
        return self.counts[holder] < self.per_device and len(self.by_id) < self.in_all

    def make_room(self, holder: str) -> bool:
        """Whether there is room, if need be in the place of the oldest connection of whoever has
        most: a few devices that hold all there is must not shut the others out."""
        if self.has_room(holder):
            return True
        if self.counts[holder] >= self.per_device:
            return False
        ((heaviest, most),) = self.counts.most_common(1)
        return self.counts[holder] + 1 < most and self._cut_oldest(heaviest)

    def add(self, id: str, peer: Peer) -> None:
        peer.holder = peer.holder or holder_of(peer.address)
        self.by_id[id] = peer
        self.counts[peer.holder] += 1

    def hold(self, peer: Peer, device: str) -> None:
        """It is this device's, by its login. Has the device more than its share now, the oldest of
        them ends."""
        if not peer.holder or peer.holder == device:
            return
        self._uncount(peer.holder)
        peer.holder = device
        self.counts[device] += 1
        if self.counts[device] > self.per_device:
            self._cut_oldest(device, but=peer)

    def rename(self, id: str, to: str) -> None:
        self.by_id[to] = self.by_id.pop(id)
        self.leaving.discard(id)

    def remove(self, id: str) -> None:
        peer = self.by_id.pop(id, None)
        self.leaving.discard(id)
        if peer is not None:
            self._uncount(peer.holder)

    def _cut_oldest(self, holder: str, but: Peer | None = None) -> bool:
        """Whether there was one that is not leaving yet."""
        for id, peer in self.by_id.items():
            if peer.holder == holder and peer is not but and id not in self.leaving:
                self.leaving.add(id)
                peer.handler.cut()
                return True
        return False

    def _uncount(self, holder: str) -> None:
        self.counts[holder] -= 1
        if not self.counts[holder]:
            del self.counts[holder]


def holder_of(address: str, mac: str = "", device: DeviceRow | None = None) -> str:
    """For whom a connection is counted: its device, else its network card, else its address; of
    IPv6 the network, or a device would have as many shares as it has addresses."""
    if device is not None:
        return device.key
    return mac or (_network(address) if ":" in address else address)


@lru_cache(ADDRESSES)
def _network(address: str) -> str:
    ip = ipaddress.IPv6Address(address)
    return address if ip in LINK_LOCAL else str(ipaddress.IPv6Network((ip, PREFIX), strict=False))


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

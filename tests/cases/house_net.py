"""The house of `world.json` as namespaces: each device, the gate that runs the gateway, the world.

    device-KEY -- bridge `house0` -- gate -- `world0` -- world

Each device has its own MAC and addresses. In the world every address is local, but for those of the
gate and of the house; what comes from the house unproxied is written down by `Wiretap`.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

from tests import namespaces
from tests.cases.world import STRANGER, World
from tests.namespaces import NETNS, NoNamespaces, run

STRANGER_MAC = "06:77:00:00:00:ee"
STRANGER6 = "2001:db8:77::ee"
WAN_PEER = "198.51.100.1"
WAN6, WAN_PEER6 = "2001:db8:ffff::2", "2001:db8:ffff::1"
ETH_P_ALL = 0x0003


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of the house that left the gate as it came: not sent by a proxy."""

    source: str
    destination: str
    protocol: int
    port: int  # 0: the protocol has none


class HouseNet:
    """One for a run, inside the rig's namespaces. Raises NoNamespaces."""

    def __init__(self, world: World) -> None:
        self._world = world
        run("mkdir", "-p", str(NETNS))
        run("mount", "-t", "tmpfs", "tmpfs", str(NETNS))  # names of others stay theirs
        for place in ("gate", "world"):
            self._add(place)
        self._bridge()
        self._wan()
        for key, device in world.data["devices"].items():
            if "mac" in device and "ip" in device:
                self.join(key, device["mac"], device["ip"], device.get("ip6", ""))
            elif "wg_ip" in device:
                self._add(f"device-{key}")  # away: its tunnel is its only way out
        self.join("unknown", STRANGER_MAC, STRANGER, STRANGER6)

    def inside(self, place: str) -> contextlib.AbstractContextManager[None]:
        """This thread, and the sockets and processes it makes, in a place."""
        return namespaces.inside(place)

    def place_of(self, device: str) -> str:
        """The namespace of a device; one that has none is a stranger."""
        known = f"device-{device}"
        return known if (NETNS / known).exists() else "device-unknown"

    def add_address(self, device: str, address: str) -> None:
        """A further address on a device, as its user may set it."""
        length = "64" if ":" in address else "24"
        more = ("nodad",) if ":" in address else ()
        with contextlib.suppress(NoNamespaces):  # it has it already
            self._ip(
                self.place_of(device), "addr", "add", f"{address}/{length}", "dev", "eth0", *more
            )

    def remove_address(self, device: str, address: str) -> None:
        length = "64" if ":" in address else "24"
        with contextlib.suppress(NoNamespaces):
            self._ip(self.place_of(device), "addr", "del", f"{address}/{length}", "dev", "eth0")

    def switch(self, device: str, *, on: bool) -> None:
        """Plug a device in, or out."""
        place = self.place_of(device)
        self._ip(place, "link", "set", "eth0", "up" if on else "down")
        if on:
            self._routes(place)

    def set_mac(self, device: str, mac: str) -> None:
        """Pretend to be another, or be oneself again; a device that was out is in."""
        place = self.place_of(device)
        self._ip(place, "link", "set", "eth0", "address", mac)
        self.switch(device, on=True)

    def join(self, key: str, mac: str, *addresses: str) -> None:
        place, port = f"device-{key}", f"port{len(list(NETNS.iterdir()))}"
        if (NETNS / place).exists():
            return
        self._add(place)
        self._cable(port, "eth0", place)
        self._ip("gate", "link", "set", port, "master", "house0", "up")
        self._ip(place, "link", "set", "eth0", "address", mac)
        for address in filter(None, addresses):
            self.add_address(key, address)
        self.switch(key, on=True)

    def _bridge(self) -> None:
        gateway = self._world.gateway
        self._ip("gate", "link", "add", "house0", "type", "bridge", "mcast_snooping", "0")
        self._ip("gate", "addr", "add", f"{gateway['lan_ip']}/24", "dev", "house0")
        self._ip("gate", "addr", "add", f"{gateway['lan_ip6']}/64", "dev", "house0", "nodad")
        self._ip("gate", "link", "set", "house0", "up")

    def _wan(self) -> None:
        gateway = self._world.gateway
        self._cable("world0", "wan", "world")
        for place, link, four, six in (
            ("gate", "world0", gateway["wan_ip"], WAN6),
            ("world", "wan", WAN_PEER, WAN_PEER6),
        ):
            self._ip(place, "addr", "add", f"{four}/24", "dev", link)
            self._ip(place, "addr", "add", f"{six}/64", "dev", link, "nodad")
            self._ip(place, "link", "set", link, "up")
        self._ip("gate", "route", "add", "default", "via", WAN_PEER)
        self._ip("gate", "-6", "route", "add", "default", "via", WAN_PEER6)
        local = ("dev", "lo", "table", "local")
        self._ip("world", "route", "add", "local", "0.0.0.0/0", *local)
        self._ip("world", "-6", "route", "add", "local", "::/0", *local)
        out = ("dev", "wan", "table", "local")
        self._ip("world", "route", "add", f"{gateway['wan_ip']}/32", *out)
        self._ip("world", "-6", "route", "add", f"{WAN6}/128", *out)
        for net, via in ((gateway["lan_net"], gateway["wan_ip"]), (gateway["lan_net6"], WAN6)):
            family = ("-6",) if ":" in net else ()
            self._ip("world", *family, "route", "add", net, "via", via, "onlink", *out)

    def _routes(self, place: str) -> None:
        gateway = self._world.gateway
        for family, via in (("-4", gateway["lan_ip"]), ("-6", gateway["lan_ip6"])):
            hop = ("via", via, "dev", "eth0", "onlink")
            self._ip(place, family, "route", "replace", "default", *hop)

    def _cable(self, end: str, other: str, place: str) -> None:
        """From the gate to another place."""
        peer = ("peer", "name", other, "netns", place)
        self._ip("gate", "link", "add", end, "type", "veth", *peer)

    def _add(self, place: str) -> None:
        run("ip", "netns", "add", place)
        with self.inside(place):  # nobody else can have an address of the world
            for which in ("all", "default"):
                Path(f"/proc/sys/net/ipv6/conf/{which}/accept_dad").write_text("0")
        self._ip(place, "link", "set", "lo", "up")

    def _ip(self, place: str, *words: str) -> None:
        run("ip", "-n", place, *words)


class Wiretap:
    """What arrives in the world: `packets` of the house, unproxied; `sent` by the gate itself."""

    def __init__(self, net: HouseNet, world: World) -> None:
        gateway = world.gateway
        self._nets = [ipaddress.ip_network(gateway[k]) for k in ("lan_net", "lan_net6", "wg_net")]
        self._gate = (gateway["wan_ip"], WAN6)
        self._lock = threading.Lock()
        self._packets: list[Packet] = []
        with net.inside("world"):
            self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
            self._sock.bind(("wan", ETH_P_ALL))
        threading.Thread(target=self._listen, name="wiretap", daemon=True).start()

    def forget(self) -> None:
        with self._lock:
            self._packets.clear()

    @property
    def packets(self) -> list[Packet]:
        with self._lock:
            return [packet for packet in self._packets if packet.source not in self._gate]

    @property
    def sent(self) -> list[Packet]:
        with self._lock:
            return [packet for packet in self._packets if packet.source in self._gate]

    def _listen(self) -> None:
        while True:
            data, place = self._sock.recvfrom(65536)
            packet = _packet(data) if place[2] != socket.PACKET_OUTGOING else None
            if packet and self._is_known(packet.source):
                with self._lock:
                    self._packets.append(packet)

    def _is_known(self, source: str) -> bool:
        address = ipaddress.ip_address(source)
        return source in self._gate or any(address in net for net in self._nets)


def _packet(data: bytes) -> Packet | None:
    """What matters of an IP packet; None: none of the house's, or a neighbour's question."""
    version = data[0] >> 4 if data else 0
    if version == 4 and len(data) >= 20:
        source, destination = data[12:16], data[16:20]
        protocol, rest = data[9], data[(data[0] & 15) * 4 :]
    elif version == 6 and len(data) >= 40:
        source, destination, protocol, rest = data[8:24], data[24:40], data[6], data[40:]
    else:
        return None
    has_port = protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP) and len(rest) >= 4
    return Packet(
        str(ipaddress.ip_address(source)),
        str(ipaddress.ip_address(destination)),
        protocol,
        struct.unpack_from("!H", rest, 2)[0] if has_port else 0,
    )

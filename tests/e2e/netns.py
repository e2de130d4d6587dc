"""Three machines on one: a client, the gateway and the rest of the world, each a network namespace.

Every connection of the client to port 80 or 443 is redirected by the gateway's nftables. Nothing of
this machine's own network is touched.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

from tests import namespaces
from tests.namespaces import NoNamespaces, run

LAN, LAN6 = "10.77.0", "fd77::"
WORLD, WORLD6 = "192.0.2.7", "2001:db8::7"  # where the origin is
NOWHERE, NOWHERE6 = "198.51.100.9", "2001:db8:1::9"  # where nobody is
PORT = 8081  # of the gateway's transparent listener
RULES = f"""
table inet kidgate_test {{
  chain in {{
    type nat hook prerouting priority dstnat;
    iifname "lan" tcp dport {{ 80, 443 }} redirect to :{PORT}
  }}
}}
"""


@dataclass
class Net:
    """`devices`: the last parts of the client's addresses, of both families."""

    devices: tuple[int, ...]
    names: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Net:
        if missing := namespaces.missing():
            raise NoNamespaces(missing)
        self._stack = ExitStack()
        try:
            self._make()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def inside(self, place: str) -> AbstractContextManager[None]:
        """This thread, and what it starts, in `client`, `gateway` or `world`."""
        return namespaces.inside(self.names[place])

    def _make(self) -> None:
        for place in ("client", "gateway", "world"):
            name = f"kidgate-{os.getpid()}-{place}"
            run("ip", "netns", "add", name)
            self._stack.callback(run, "ip", "netns", "del", name)
            self.names[place] = name
            self._ip(place, "link", "set", "lo", "up")
        self._link("client", "eth0", "gateway", "lan")
        self._link("gateway", "wan", "world", "eth0")
        addresses = (
            ("gateway", "lan", f"{LAN}.1/24", f"{LAN6}1/64"),
            ("gateway", "wan", "192.0.2.1/24", "2001:db8::1/64"),
            ("world", "eth0", f"{WORLD}/24", f"{WORLD6}/64"),
            *(("client", "eth0", f"{LAN}.{n}/24", f"{LAN6}{n}/64") for n in self.devices),
        )
        for place, link, *both in addresses:
            for address in both:
                more = ("nodad",) if ":" in address else ()
                self._ip(place, "address", "add", address, "dev", link, *more)
        for via in (f"{LAN}.1", f"{LAN6}1"):
            self._ip("client", "route", "add", "default", "via", via)
        with self.inside("gateway"):
            run("nft", "-f", "-", text=RULES)

    def _link(self, one: str, name: str, other: str, other_name: str) -> None:
        peer = ("peer", "name", other_name, "netns", self.names[other])
        self._ip(one, "link", "add", name, "type", "veth", *peer)
        self._ip(one, "link", "set", name, "up")
        self._ip(other, "link", "set", other_name, "up")

    def _ip(self, place: str, *words: str) -> None:
        run("ip", "-n", self.names[place], *words)

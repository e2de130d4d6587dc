"""Who may reach the dashboard at all, before anybody signs in.

From where configuration says, under a name that is ours (a page elsewhere must not reach it by
making its own name point here: DNS rebinding), and never from a child's device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from kidgate.policies.names import InvalidName, canonical_address, parse_authority
from kidgate.policies.rows import PolicyRows

LOCAL_NAMES = ("localhost",)


@dataclass(frozen=True, slots=True)
class Guard:
    """`mac_of` tells the hardware address that an IP address has now; empty: nobody knows."""

    allow: tuple[str, ...]
    names: tuple[str, ...]
    mac_of: Callable[[str], str] = lambda address: ""
    _networks: tuple[object, ...] = field(init=False)

    def __post_init__(self) -> None:
        networks = tuple(ip_network(text) for text in self.allow)
        object.__setattr__(self, "_networks", networks)

    def is_near(self, address: str) -> bool:
        """Whether an address is one of the networks that may."""
        try:
            found = ip_address(canonical_address(address))
        except ValueError:
            return False
        return any(found in network for network in self._networks)  # type: ignore[operator]

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names us: an address, localhost, or a name that was configured."""
        try:
            name, _ = parse_authority(host, 443)
        except InvalidName:
            return False
        return name in (*LOCAL_NAMES, *self.names) or _is_address(name)

    def child_at(
        self,
        address: str,
        rows: PolicyRows,
        is_grown: Callable[[str], bool],
        sitting_at: Callable[[str], str] = lambda device: "",
    ) -> str:
        """The profile whose device this is, unless it is a grown-up's; empty: nobody's.
        `sitting_at`: who has signed in on a shared device, by its key."""
        try:
            address = canonical_address(address)
        except ValueError:
            return ""
        mac = self.mac_of(address)
        for device in rows.devices:
            if not (address in device.addresses or (mac and mac in device.macs)):
                continue
            child = device.of or sitting_at(device.key)
            if child and not is_grown(child):
                return child
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True

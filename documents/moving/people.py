"""Clients of other filters as profiles and devices of ours."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kidgate.policies.edits import RESERVED, slug
from kidgate.policies.names import InvalidName, canonical_address
from kidgate.policies.rows import DeviceRow, ProfileRow

LONGEST = 48  # characters of a key, before a number
MOST_ADDRESSES = 32  # of a range that becomes one device
RANGE_TOO_WIDE = (
    f"a device has single addresses, and this range holds more than {MOST_ADDRESSES}: add each "
    "device with kidgate device add, or judge them all as unknown devices"
)
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
_RANGE = re.compile(r"([0-9.]+)\s*-\s*([0-9.]+)")


@dataclass(slots=True)
class Keys:
    """Keys for names: the same name keeps its key, two names never share one."""

    _given: dict[str, str] = field(default_factory=dict)

    def of(self, name: str, fallback: str = "moved", *, stem: str = "") -> str:
        """The key of `name`, made from `stem` where that reads better."""
        if name not in self._given:
            stem = slug(stem or name)[:LONGEST].strip("-._") or fallback
            taken = {*self._given.values(), *RESERVED}
            numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
            free = stem if stem not in taken else next(k for k in numbered if k not in taken)
            self._given[name] = free
        return self._given[name]


@dataclass(frozen=True, slots=True)
class Ids:
    """What a client is recognised by."""

    addresses: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    too_wide: bool = False  # a range with more addresses than a device has

    @property
    def known(self) -> bool:
        return bool(self.addresses or self.macs)


def ids_of(text: str) -> Ids:
    """An address, a range (CIDR, netmask or first-last) or a hardware address; else nothing."""
    text = text.strip()
    if _MAC.fullmatch(text):
        return Ids(macs=(text.lower().replace("-", ":"),))
    try:
        return Ids(addresses=(canonical_address(text),))
    except InvalidName:
        pass
    try:
        found = list(_first(_addresses(text), MOST_ADDRESSES + 1))
    except ValueError:
        return Ids()
    return Ids(too_wide=True) if len(found) > MOST_ADDRESSES else Ids(addresses=tuple(found))


def person(key: str, name: str, *, tier: str, groups: tuple[str, ...] = ()) -> ProfileRow:
    return ProfileRow(key=key, name=name, tier=tier, groups=groups)


def device(key: str, of: str, ids: Ids) -> DeviceRow:
    return DeviceRow(key=key, of=of, addresses=ids.addresses, macs=ids.macs)


def _addresses(text: str) -> Iterator[str]:
    if found := _RANGE.fullmatch(text):
        first, last = (ipaddress.IPv4Address(part) for part in found.groups())
        return (str(ipaddress.IPv4Address(n)) for n in range(int(first), int(last) + 1))
    network = ipaddress.ip_network(text, strict=False)
    if network.prefixlen == network.max_prefixlen:
        return iter((str(network.network_address),))
    return (str(address) for address in network.hosts())


def _first(found: Iterator[str], most: int) -> Iterator[str]:
    for _, address in zip(range(most), found, strict=False):
        yield address

"""Which devices may do what no name is known of, by their tiers: elements of the table's sets."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.netfilter.plan import FAMILY, TABLE
from kidgate.proxy.netfilter.table import KINDS, MEMBERS, RAW_TCP, RAW_UDP, TUNNELS

# The key of a tier's `ways_around` that says so for each set.
KEYS = {RAW_TCP: "raw_tcp", RAW_UDP: "raw_udp", TUNNELS: "vpn"}
OPEN = (Action.ALLOW, Action.PASS, Action.WATCH)

Members = Mapping[str, frozenset[str]]  # set name with its suffix -> elements


def members(
    snapshot: PolicySnapshot,
    at: datetime,
    learned: Mapping[str, Iterable[str]] | None = None,
) -> Members:
    """The elements of every set at a moment. `learned` adds addresses of devices seen, by key.

    During a pause, at bedtime and in a lesson nothing of a device passes.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for key, device in snapshot.devices.items():
        places = (*device.addresses, *(learned or {}).get(key, ()))
        for name in may(snapshot, device, at):
            for address in places:
                suffix = str(ipaddress.ip_address(address).version)
                found[f"{name}_{suffix}"].add(address)
            found[f"{name}_mac"].update(mac.lower() for mac in device.macs)
    return {
        f"{name}_{suffix}": frozenset(found[f"{name}_{suffix}"])
        for name in MEMBERS
        for suffix in KINDS
    }


def update_text(elements: Members) -> str:
    """An `nft -f` file that makes the sets hold these elements, in one transaction."""
    lines: list[str] = []
    for name, items in sorted(elements.items()):
        lines.append(f"flush set {FAMILY} {TABLE} {name}")
        if items:
            lines.append(f"add element {FAMILY} {TABLE} {name} {{ {', '.join(sorted(items))} }}")
    return "\n".join(lines) + "\n"


def may(snapshot: PolicySnapshot, device: DeviceRow, at: datetime) -> list[str]:
    """The names of the sets that a device belongs to at a moment."""
    child = device.of or None
    asker = snapshot.asker(child, device.key, int(at.timestamp()) // 60)
    if any(p.scope in asker.scopes and at < p.until for p in snapshot.pauses):
        return []
    off = snapshot.off(asker.times, asker.zone, int(at.timestamp()) // 60)
    if any(asker.exception_at(name, at) is None for name in off) or asker.lesson_at(at):
        return []
    ways = asker.tier.row.ways_around
    return [name for name in MEMBERS if ways.get(KEYS[name], Action.ALLOW) in OPEN]

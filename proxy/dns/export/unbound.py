"""The fragment of unbound.conf that puts the zones in force: which client has which tags.

Written for unbound 1.17 and later: `rpz` with `tags`. What the zones hold is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kidgate.policies.destinations import PRIVATE, Network
from kidgate.proxy.dns.export.limits import CANNOT, LeftOut, comment
from kidgate.proxy.dns.export.zones import address_record

# Where a device that nobody has named may come from: anybody else is refused by unbound.
HOUSES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8")
HOUSES_6 = ("fc00::/7", "fe80::/10", "::1/128")


@dataclass(frozen=True, slots=True)
class Clause:
    """One RPZ zone; `tiers` are those it is for, none: for all."""

    name: str
    path: Path
    tiers: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Clients:
    """Who asks: tier keys, the devices' addresses with theirs, and that of all others."""

    tiers: tuple[str, ...]
    devices: Mapping[str, str]
    unknown: str


def fragment(
    version: str,
    clients: Clients,
    clauses: Iterable[Clause],
    own: Mapping[str, Sequence[str]],
    allowed: Sequence[Network],
    left_out: LeftOut,
    ttl: int,
) -> str:
    """`own`: the gateway's own names and their addresses; `allowed`: private destinations."""
    tags = {key: tag_of(key) for key in clients.tiers}
    lines = ["server:", '    module-config: "respip validator iterator"']
    lines.append(f'    define-tag: "{" ".join(tags.values())}"')
    lines.append("    # A device that nobody has named. Add your own networks alike.")
    lines += [_tagged(net, tags[clients.unknown]) for net in (*HOUSES, *HOUSES_6)]
    lines.append("    # Devices by address.")
    for address, tier in clients.devices.items():
        lines.append(_tagged(f"{address}/{128 if ':' in address else 32}", tags[tier]))
    lines.append("    # No public name leads into the house (DNS rebinding).")
    lines += [f"    private-address: {net}" for net in PRIVATE if not _overlaps(net, allowed)]
    for name, addresses in own.items():
        lines.append(f'    local-zone: "{name}." static')
        lines += [f'    local-data: "{name}. {ttl} {address_record(a)}"' for a in addresses]
    for clause in clauses:
        lines += _clause(clause, [tags[key] for key in clause.tiers])
    return _head(version, left_out) + "\n".join(lines) + "\n"


def tag_of(tier: str) -> str:
    return f"tier-{tier}"


def _tagged(net: str, tag: str) -> str:
    return f'    access-control-tag: {net} "{tag}"'


def _clause(clause: Clause, tags: Sequence[str]) -> list[str]:
    lines = [f"# {clause.about}", "rpz:", f'    name: "{clause.name}"']
    lines.append(f'    zonefile: "{clause.path}"')
    if tags:
        lines.append(f'    tags: "{" ".join(tags)}"')
    return lines


def _overlaps(net: Network, allowed: Sequence[Network]) -> bool:
    return any(one.version == net.version and one.overlaps(net) for one in allowed)


def _head(version: str, left_out: LeftOut) -> str:
    said = [
        f"Kidgate's policy, version {version}, for unbound: include this file in unbound.conf.",
        "Written by `kidgate gateway plan --dns unbound`; changes to it are lost.",
        "",
        "What a name server alone cannot do:",
        *(f"- {line}" for line in CANNOT),
    ]
    if left_out.counts:
        said += ["", "Of this policy is left out:", *(f"- {line}" for line in left_out.lines())]
    return comment(said, "#") + "\n"

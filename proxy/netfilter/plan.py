"""What the gateway asks of the kernel, as data: `table.py` writes the rules, `apply.py` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from kidgate.documents.config import Config

FAMILY, TABLE = "inet", "kidgate"
FAMILIES = ("-4", "-6")
DNS, POSTGRESQL = 53, 5432
SYSCTLS: Mapping[str, str] = {
    "net.ipv4.ip_forward": "1",
    "net.ipv6.conf.all.forwarding": "1",
    # Redirects would tell devices of a way past this box.
    "net.ipv4.conf.all.send_redirects": "0",
}

# Our rules mark what comes from the house, and without the mark it is not routed: who flushes the
# packet filter cuts the house off, and opens nothing.
MARK = 0x2000_0000
PREFERENCE = "100"  # of the routing rule (ip-rule(8)), before other programs' tables


class NoGateway(ValueError):
    """config.yaml describes no gateway; the message says what to add."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`interfaces` are those of the house. Ports are where the gateway itself listens; `dns` 0: it
    is no name server. `uid` is whom the workers run as, `inner_ports` what they may reach on this
    box: the database, a name server of the box's own on another port than 53."""

    interfaces: tuple[str, ...]
    transparent: int
    dns: int = 0
    uid: int | None = None
    inner_ports: tuple[int, ...] = ()


def plan_of(config: Config, *, uid: int | None = None) -> Plan:
    """The plan of a configuration. Raises NoGateway."""
    ports = {listener.way: listener.port for listener in reversed(config.listen)}
    if not config.gateway.interfaces:
        raise NoGateway(
            "`gateway: interfaces` in config.yaml names no network of the house; write the "
            "interface your devices are on, as in `ip link`"
        )
    if "transparent" not in ports:
        raise NoGateway(
            'nothing in `listen` takes redirected connections; add "transparent://0.0.0.0:8081" '
            'and "transparent://[::]:8081"'
        )
    return Plan(
        interfaces=config.gateway.interfaces,
        transparent=ports["transparent"],
        dns=ports.get("dns", 0),
        uid=uid,
        inner_ports=_inner_ports(config),
    )


def routing(plan: Plan) -> list[tuple[str, ...]]:
    """What `ip` is told, once for each family and interface."""
    unmarked = ("fwmark", f"0/{MARK:#x}", "unreachable")
    return [
        (family, "rule", "add", "pref", PREFERENCE, "iif", name, *unmarked)
        for family in FAMILIES
        for name in plan.interfaces
    ]


def _inner_ports(config: Config) -> tuple[int, ...]:
    ports = {s.port for s in config.resolver.servers if ip_address(s.address).is_loopback}
    if "://" in config.database:
        ports.add(urlsplit(config.database).port or POSTGRESQL)
    return tuple(sorted(ports - {DNS}))

"""What the gateway asks of the kernel, as data: `table.py` writes the rules, `apply.py` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kidgate.documents.config import Config

FAMILY, TABLE = "inet", "kidgate"
SYSCTLS: Mapping[str, str] = {
    "net.ipv4.ip_forward": "1",
    "net.ipv6.conf.all.forwarding": "1",
    # Redirects would tell devices of a way past this box.
    "net.ipv4.conf.all.send_redirects": "0",
}


class NoGateway(ValueError):
    """config.yaml describes no gateway; the message says what to add."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`interfaces` are those of the house. Ports are where the gateway itself listens; `dns` 0: it
    is no name server. `uid` is whom the workers run as, `inner_ports` what they may reach on this
    box (the database)."""

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
        inner_ports=(5432,) if "://" in config.database else (),
    )

"""What the supervisor tells a worker at its start, as one JSON document on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kidgate.proxy.dns.settings import DnsSettings
from kidgate.proxy.limits import Limits


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    slot: int
    home: str
    listening: tuple[tuple[str, int], ...]  # ways in (`kidgate.proxy.door.ways`), inherited sockets
    control: int  # inherited socket to the supervisor
    language: str
    require_login: bool
    leases: tuple[str, ...]  # files
    hosts: Mapping[str, tuple[str, ...]]
    resolver_seconds: float
    name_servers: tuple[str, ...]  # (): the system's resolver
    dns: DnsSettings
    wireguard: tuple[tuple[str, int], ...]  # addresses and first ports; of one worker alone
    web_ports: tuple[int, ...]  # of the dashboard
    given: int  # inherited table of the addresses that DNS gave out
    trusted: str  # PEM file of upstream roots
    pass_key: str  # hex
    log_level: str
    log_lines: int  # a second
    limits: Limits

    def dump(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, data: bytes) -> WorkerSpec:
        fields: dict[str, Any] = json.loads(data)
        fields["limits"] = Limits(**fields["limits"])
        fields["web_ports"] = tuple(fields["web_ports"])
        fields["leases"] = tuple(fields["leases"])
        fields["name_servers"] = tuple(fields["name_servers"])
        dns = fields["dns"]
        fields["dns"] = DnsSettings(**dns | {"page_addresses": tuple(dns["page_addresses"])})
        fields["listening"] = tuple((way, fd) for way, fd in fields["listening"])
        fields["wireguard"] = tuple((host, port) for host, port in fields["wireguard"])
        fields["hosts"] = {name: tuple(found) for name, found in fields["hosts"].items()}
        return cls(**fields)

"""What the supervisor tells a worker at its start, as one JSON document on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kidgate.proxy.limits import Limits


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    slot: int
    home: str
    listening: tuple[int, ...]  # inherited sockets
    control: int  # inherited socket to the supervisor
    language: str
    require_login: bool
    hosts: Mapping[str, tuple[str, ...]]
    resolver_seconds: float
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
        fields["listening"] = tuple(fields["listening"])
        fields["hosts"] = {name: tuple(found) for name, found in fields["hosts"].items()}
        return cls(**fields)

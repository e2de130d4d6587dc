"""The cases and the world they assume, as read from their folder. Nothing here runs anything."""

from __future__ import annotations

import importlib.util
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases" / "bypass_dev.jsonl"

# Where a name that the zone does not know is answered: "everything else" of the public web.
ELSEWHERE = "192.0.2.200"
# A device that nobody has enrolled.
STRANGER = "10.77.0.200"
PORT = re.compile(r"[a-z0-9\]]:([0-9]{2,5})(?=[/\"\\\s])")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a case file; see its README for the fields."""

    id: str
    layer: str
    family: str
    title: str
    kind: str
    severity: str
    rig: str
    mode: str
    device: str
    policy: str
    client: Mapping[str, Any]
    expect: Mapping[str, Any]
    world: Mapping[str, Any]

    @property
    def accepted(self) -> frozenset[str]:
        """Every verdict that is right."""
        return frozenset((self.expect["verdict"], *self.expect.get("accept", ())))

    @property
    def invariants(self) -> tuple[str, ...]:
        return tuple(self.expect.get("invariants", ()))


@dataclass(frozen=True, slots=True)
class World:
    data: Mapping[str, Any]
    extra: Mapping[str, str]  # names outside the zone that a case places at an address

    @property
    def now(self) -> str:
        return str(self.data["time"]["now"])

    @property
    def gateway(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data["gateway"]
        return found

    @property
    def proxy(self) -> tuple[str, int]:
        return self.gateway["lan_ip"], self.gateway["explicit_port"]

    def address_of(self, device: str) -> str:
        """The source address of a device; one nobody knows gets a stranger's."""
        row = self.data["devices"].get(device, {})
        return str(row.get("ip") or row.get("wg_ip") or STRANGER)

    def trusts_ca(self, device: str) -> bool:
        return bool(self.data["devices"].get(device, {}).get("ca_trusted", True))

    def addresses(self, name: str) -> tuple[str, ...]:
        """Where a name leads, as the rig's name server says it."""
        name = name.lower().rstrip(".")
        zone = self.data["zone"]
        found = zone.get(name)
        if found is None:
            _, _, parent = name.partition(".")
            found = zone.get(f"*.{parent}")
        if isinstance(found, str):  # CNAME other
            return self.addresses(found.partition(" ")[2])
        if found is None:
            return (self.extra.get(name, ELSEWHERE),)
        return tuple(text.partition(" ")[0] for text in found)

    def categories(self, name: str) -> tuple[str, ...]:
        """Every category that names a host or a parent of it."""
        labels = name.split(".")
        parents = {".".join(labels[at:]) for at in range(len(labels))}
        return tuple(c for c, hosts in self.data["categories"].items() if parents & set(hosts))

    def blocks(self, policy: str, name: str) -> bool:
        """Whether the words of a policy stop a name of the zone."""
        house, words = self.data["policies"]["_all"], self.data["policies"][policy]
        found = self.categories(name)
        if any(c in house["always_allow"] for c in found) or name in words.get("allow", ()):
            return False
        if any(c in (*house["never_overridable_block"], *words.get("block", ())) for c in found):
            return True
        allowed = any(c in words.get("allow", ()) for c in found)
        return bool(words["default"].startswith("block")) and not allowed

    def named_in(self, case: Case) -> tuple[str, ...]:
        """Names of the zone that a case speaks of."""
        text = json.dumps(case.client).lower()
        return tuple(name for name in self.data["zone"] if "*" not in name and name in text)

    def fixed(self) -> dict[str, list[str]]:
        """The zone's plain names, as `resolver.hosts` takes them; the rest is asked by DNS."""
        return {
            name: list(found)
            for name, found in self.data["zone"].items()
            if not isinstance(found, str) and "*" not in name and not any(" " in a for a in found)
        }


def load(files: Iterable[Path]) -> tuple[World, list[Case], ModuleType]:
    """The world, the cases in order, and the generators of their bodies. Raises OSError,
    ValueError."""
    files = list(files)
    folder = files[0].parent
    cases = [_case(json.loads(line)) for file in files for line in file.open(encoding="utf-8")]
    data = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    return World(data, _placed(cases, data["zone"])), cases, _module(folder / "bodygen.py")


def ports(cases: Iterable[Case]) -> frozenset[int]:
    """Every TCP port that a case may make the gateway dial."""
    found = {22, 25, 80, 443, 8443}
    for case in cases:
        found.update(int(n) for n in PORT.findall(json.dumps(case.client)) if int(n) < 65536)
        port = case.client.get("dst_port")
        if isinstance(port, int):
            found.add(port)
    return frozenset(found)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _case(fields: dict[str, Any]) -> Case:
    names = Case.__dataclass_fields__
    return Case(**{n: fields.get(n, {}) for n in names})


def _placed(cases: Iterable[Case], zone: Mapping[str, Any]) -> dict[str, str]:
    placed: dict[str, str] = {}
    for case in cases:
        name, address = case.client.get("sni"), case.client.get("dst_ip")
        if not isinstance(name, str) or not isinstance(address, str) or name.lower() in zone:
            continue
        if ipaddress.ip_address(address).version == 4:
            placed.setdefault(name.lower(), address)
    return placed


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bodygen", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

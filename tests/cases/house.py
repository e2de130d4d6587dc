"""The stage of the rig `netns`: the world's servers in one namespace, a gateway in another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kidgate.policies.tunnel_keys import tunnel_addresses
from tests.cases import namespace
from tests.cases.clients import Device
from tests.cases.gateway import Gateway, NotReady
from tests.cases.house_net import HouseNet, Wiretap
from tests.cases.namespace import NAMESERVER
from tests.cases.origins import Origins
from tests.cases.stage import Stage, flavours, old
from tests.cases.steps import Step
from tests.cases.tunnels import numbers
from tests.cases.world import ROOT, STRANGER, Case, ports
from tests.cases.zone_server import ZoneServer

TOGETHER = ("front-ok.example", "front-bad.example")
NTP = 123


@dataclass
class HouseGateway(Gateway):
    """`kidgate up` on the gate, with its own packet filter installed by its own command."""

    net: HouseNet | None = None

    def start(self, *, wait: bool = True) -> None:
        assert self.net is not None
        with self.net.inside("gate"):
            self.kidgate("gateway", "install")
            super().start(wait=wait)

    def stop(self) -> None:
        super().stop()
        assert self.net is not None
        with self.net.inside("gate"):
            self.kidgate("gateway", "remove")

    def kidgate(self, *words: str) -> None:
        """A command that must succeed. Raises NotReady."""
        config = str(self.home.root / "config.yaml")
        command = [sys.executable, "-m", "kidgate", "--config", config, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotReady(f"`{' '.join(words)}` on the gate: {done.stderr.strip()}")


@dataclass
class Houses:
    """The one house of a run, built when it is needed; `reason`: why there can be none."""

    stage: Stage
    cases: Sequence[Case]

    @property
    def reason(self) -> str:
        if self.stage.open_filter:  # the packet filter and the name server are no policy's
            return "the self test is played through the explicit proxy alone"
        return namespace.no_house()

    @cached_property
    def one(self) -> House:
        """Raises NoNamespaces."""
        return House(self.stage, self.cases)


class House:
    """One for a run. Raises NoNamespaces."""

    def __init__(self, stage: Stage, cases: Iterable[Case]) -> None:
        cases = list(cases)
        self.stage, self.world = stage, stage.world
        self.net = HouseNet(stage.world)
        self.tap = Wiretap(self.net, stage.world)
        self.names = ZoneServer(stage.world)
        self.moved: dict[str, str] = {}  # devices that are not at their own address
        self._touched: set[str] = set()
        with self.net.inside("world"):
            self.origins = Origins(
                stage.records,
                stage.authorities,
                ports(cases) - {53},
                flavours=flavours(cases),
                old=old(cases),
                together=TOGETHER,
            )
            self.names.listen()

    def gateway(self, now: str, overrides: dict[str, str]) -> HouseGateway:
        made = self.stage.gateway(now=now, overrides=overrides, **self._config())
        return HouseGateway(made.home, made.now, made.log, net=self.net)

    def device(self, key: str) -> Device:
        """A client in the namespace of a device."""
        found = self.stage.device(key)
        place = self.net.place_of(key)
        found.stand_in(lambda: self.net.inside(place))
        found.address = self.address_of(key)
        return found

    def visit(self, host: str) -> Step:
        """A page asked for without a proxy setting."""
        raw = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        return Step(to=(self.world.addresses(host)[0], 80), http1=raw, methods=("GET",))

    def move(self, key: str, address: str) -> None:
        """A device takes another address."""
        self.net.remove_address(key, self.world.address_of(key))
        self.net.add_address(key, address)
        self.net.switch(key, on=True)
        self.moved[key] = address
        self._touched.add(key)

    def unplug(self, key: str) -> None:
        self.net.switch(key, on=False)
        self._touched.add(key)

    def pretend(self, key: str, mac: str) -> None:
        """A device takes the MAC address of another."""
        self.net.set_mac(key, mac)
        self._touched.add(key)

    def add(self, key: str, mac: str, address: str) -> None:
        """A further device, for the rest of the case at this address."""
        self.net.join(key, mac, address)
        self.moved[key] = address

    def restore(self) -> None:
        """Every device of the world where it was, and as who it was."""
        devices = self.world.data["devices"]
        for key in self._touched & devices.keys():
            if key in self.moved:
                self.net.remove_address(key, self.moved[key])
                self.net.add_address(key, self.world.address_of(key))
            self.net.set_mac(key, devices[key]["mac"])
        self._touched.clear()
        self.moved.clear()

    def address_of(self, key: str) -> str:
        if key in self.moved:
            return self.moved[key]
        if number := numbers(self.world).get(key):
            return tunnel_addresses(number)[0]
        return self.world.address_of(key) if key != "unknown" else STRANGER

    def forget(self) -> None:
        self.stage.records.forget()
        self.tap.forget()
        self.names.scripted.clear()
        self.names.strangers.clear()

    def _config(self) -> dict[str, Any]:
        gateway = self.world.gateway
        four, six = gateway["lan_ip"], gateway["lan_ip6"]
        return {
            "listen": [
                f"{four}:{gateway['explicit_port']}",
                f"socks://{four}:{gateway['socks_port']}",
                f"transparent://0.0.0.0:{gateway['transparent_port']}",
                f"transparent://[::]:{gateway['transparent_port']}",
                f"dns://{four}:{gateway['dns_port']}",
                f"dns://[{six}]:{gateway['dns_port']}",
                f"wireguard://{gateway['wan_ip']}:{gateway['wg_port']}",
            ],
            "resolver": {"servers": [NAMESERVER], "timeout_seconds": 2},
            "dns": {"page_addresses": [four, six], "blocked_seconds": 1},
            "gateway": {"interfaces": ["house0"]},
        }

"""The stage of the rig `netns`: the world's servers in one namespace, a gateway in another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.cases.clients import Device
from tests.cases.gateway import Gateway, NotReady
from tests.cases.house_net import HouseNet, Wiretap
from tests.cases.namespace import NAMESERVER
from tests.cases.origins import Origins
from tests.cases.stage import Stage, _flavours, _old
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
            self._kidgate("gateway", "install")
            super().start(wait=wait)

    def stop(self) -> None:
        super().stop()
        assert self.net is not None
        with self.net.inside("gate"):
            self._kidgate("gateway", "remove")

    def _kidgate(self, *words: str) -> None:
        config = str(self.home.root / "config.yaml")
        command = [sys.executable, "-m", "kidgate", "--config", config, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotReady(f"`{' '.join(words)}` on the gate: {done.stderr.strip()}")


class House:
    """One for a run. Raises CannotEnter."""

    def __init__(self, stage: Stage, cases: Iterable[Case]) -> None:
        cases = list(cases)
        self.stage, self.world = stage, stage.world
        self.net = HouseNet(stage.world)
        self.tap = Wiretap(self.net, stage.world)
        self.names = ZoneServer(stage.world)
        with self.net.inside("world"):
            self.origins = Origins(
                stage.records,
                stage.authorities,
                ports(cases) - {53},
                flavours=_flavours(cases),
                old=_old(cases),
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
        return found

    def address_of(self, key: str) -> str:
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
            ],
            "resolver": {"servers": [NAMESERVER], "timeout_seconds": 2},
            "dns": {"page_addresses": [four, six], "blocked_seconds": 1},
            "gateway": {"interfaces": ["house0"]},
        }

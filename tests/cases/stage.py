"""Everything around the gateway: the world's servers, its authorities, homes and devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509

from kidgate.documents.home import Home
from kidgate.policies.rows import PolicyRows
from kidgate.proxy.ca import PRIVATE
from tests.cases.certificates import Authorities
from tests.cases.clients import Device
from tests.cases.gateway import Gateway
from tests.cases.home import Template, config_of
from tests.cases.nameserver import NameServer
from tests.cases.origins import Origins
from tests.cases.policies import allow_all, rows_of
from tests.cases.records import Records
from tests.cases.world import Case, World, ports


class Stage:
    """One for a run. Must stand inside the rig's namespace."""

    def __init__(
        self, world: World, cases: Iterable[Case], folder: Path, logs: Path, *, open_filter: bool
    ) -> None:
        cases = list(cases)
        self.world = world
        self.records = Records()
        self.authorities = Authorities()
        self.names = NameServer(world)
        self.open_filter = open_filter
        self._template = Template(folder / "template", world)
        self._template.make(self.authorities.trusted.pem)
        self._count = 0
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)
        self.authorities.gateway_ca = Home(folder / "template").ca / PRIVATE
        self.origins = Origins(
            self.records,
            self.authorities,
            ports(cases) - {world.proxy[1]},
            flavours=flavours(cases),
            old=old(cases),
            together=("front-ok.example", "front-bad.example"),
        )

    def rows(self, overrides: Mapping[str, str]) -> PolicyRows:
        rows = rows_of(self.world, overrides)
        return allow_all(rows) if self.open_filter else rows

    def gateway(
        self,
        *,
        now: str = "",
        overrides: Mapping[str, str] | None = None,
        **config: Any,
    ) -> Gateway:
        """A gateway of its own, not started; `config` replaces keys of its config.yaml."""
        self._count += 1
        now = now or self.world.now
        whole = config_of(self.world, **config)
        name = f"gateway-{self._count}"
        path = self._template.copy(name, self.rows(overrides or {}), whole, now)
        return Gateway(Home(path), now, self._logs / f"{name}.log")

    def device(self, key: str) -> Device:
        """A client at the address of a device."""
        ours = _certificate(self.authorities.gateway_ca)
        trusted = [self.authorities.trusted.certificate, self.authorities.unknown.certificate]
        trusted += [ours] if self.world.trusts_ca(key) else []
        return Device(self.world.proxy, self.world.address_of(key), trusted, ours)


def _certificate(path: Path | None) -> x509.Certificate:
    assert path is not None
    return x509.load_pem_x509_certificate(path.read_bytes())


def flavours(cases: Iterable[Case]) -> dict[str, str]:
    return {
        case.client["sni"]: case.client["upstream_cert"]
        for case in cases
        if "upstream_cert" in case.client and case.client.get("sni")
    }


def old(cases: Iterable[Case]) -> frozenset[str]:
    return frozenset(
        case.client["dst_ip"]
        for case in cases
        if case.client.get("upstream_tls") in ("1.0", "1.1") and "dst_ip" in case.client
    )

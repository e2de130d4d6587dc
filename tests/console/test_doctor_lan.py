"""`doctor` on a box that is a router: packet filter, kernel settings, IPv6; in a namespace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.runner import Kidgate
from tests.lan.lan import ROOT, Lan
from tests.namespaces import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
CONFIG = """\
locale: en
gateway: {interfaces: [house0]}
listen: ["transparent://0.0.0.0:8081", "transparent://[::]:8081", "dns://0.0.0.0:5353"]
dns: {page_addresses: ["192.168.77.1"]}
resolver: {servers: ["203.0.113.10"]}
"""


class Gate:
    def __init__(self, lan: Lan, kidgate: Kidgate) -> None:
        self.lan, self.home = lan, kidgate.home

    def kidgate(self, *words: str) -> Any:
        env = ["env", f"KIDGATE_HOME={self.home}", f"PYTHONPATH={ROOT / 'src'}"]
        program = [sys.executable, "-m", "kidgate", *words, "--json"]
        done = self.lan.run("gate", *env, *program)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    def not_well(self) -> dict[str, str]:
        """What of the network is not ok, with its advice."""
        parts = ("network", "forwarding", "rules", "IPv6", "DHCP", "DNS")
        rows = [r for r in self.kidgate("doctor")["parts"] if r["part"] in parts]
        return {r["what"]: r["advice"] for r in rows if r["level"] != "ok"}

    def nft(self, text: str) -> None:
        done = self.lan.run("gate", "nft", "-f", "-", text=text)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def gate(kidgate: Kidgate) -> Iterator[Gate]:
    (kidgate.home / "config.yaml").write_text(CONFIG)
    with Lan() as lan:
        yield Gate(lan, kidgate)


def test_router_is_mended_by_installing_and_every_hole_after_that_is_told(gate: Gate) -> None:
    holes = gate.not_well()
    assert any("not in force" in what for what in holes)
    assert any("net.ipv4.ip_forward is not 1" in what for what in holes)
    assert set(holes.values()) == {"run kidgate gateway install"}

    gate.kidgate("gateway", "install")
    assert gate.not_well() == {}

    gate.nft("add element inet kidgate raw_tcp_4 { 192.168.77.10 }")  # the keeper's to fill
    assert gate.not_well() == {}
    gate.nft("add rule inet kidgate prerouting tcp dport 80 return")
    assert any("differs" in what for what in gate.not_well())
    gate.kidgate("gateway", "install")
    gate.nft("add element inet kidgate house { other0 }")
    assert any("differs" in what for what in gate.not_well())
    gate.kidgate("gateway", "install")

    gate.nft(
        "table ip other { chain pre { type nat hook prerouting priority -110; "
        "tcp dport 80 redirect to :9; }; }\n"
    )
    (what,) = gate.not_well()
    assert "`ip other`" in what


def test_ipv6_that_goes_past_us_is_told(gate: Gate) -> None:
    gate.kidgate("gateway", "install")
    text = CONFIG.replace('"transparent://[::]:8081", ', "")
    (gate.home / "config.yaml").write_text(text)
    assert any("house0 speaks IPv6" in what for what in gate.not_well())
    (gate.home / "config.yaml").write_text(CONFIG)
    route = ("route", "add", "default", "via", "fe80::99", "dev", "house0", "proto", "ra")
    gate.lan.ip("gate", "-6", *route)
    (what,) = gate.not_well()
    assert "another router, fe80::99" in what

"""`gateway`: what is printed and refused before anything is changed."""

from __future__ import annotations

import pytest

from kidgate.console import units
from tests.console.runner import Kidgate

ROUTER = 'locale: en\ngateway: {interfaces: [lo]}\nlisten: ["transparent://127.0.0.1:8081"]\n'


def test_plan_names_every_file_that_install_would_write(kidgate: Kidgate) -> None:
    (kidgate.home / "config.yaml").write_text(ROUTER)
    planned = kidgate.json("gateway", "plan")
    assert {name.rpartition("/")[2] for name in planned["files"]} == {
        *("gateway.nft", "kidgate.service", "kidgate-filter.service", "kidgate.conf"),
    }
    assert planned["nftables"] in planned["files"][str(units.ETC / units.RULES)]
    printed = kidgate("gateway", "plan")
    for path, text in planned["files"].items():
        assert path in printed and text.strip() in printed


def test_service_needs_no_router(kidgate: Kidgate) -> None:
    assert "add --service" in kidgate.fails(2, "gateway", "plan")
    planned = kidgate.json("gateway", "plan", "--service")
    assert planned["nftables"] == "" and planned["sysctls"] == {}
    assert "nft" not in "".join(planned["files"])


def test_service_is_refused_where_systemd_does_not_run_or_knows_no_such_home(
    kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "booted", lambda: True)
    assert "/var/lib/kidgate" in kidgate.fails(3, "gateway", "install", "--service")
    monkeypatch.setattr(units, "booted", lambda: False)
    monkeypatch.setattr(units, "check", lambda home: None)
    assert "systemd does not run here" in kidgate.fails(3, "gateway", "install", "--service")


def test_box_without_interfaces_of_the_house_starts_without_rules(kidgate: Kidgate) -> None:
    before = kidgate.files()
    kidgate("gateway", "install", "--if-configured")
    assert kidgate.files() == before

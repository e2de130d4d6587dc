"""Applied to a namespace and undone, by the command line as an admin would."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.proxy.netfilter.plan import MARK
from tests.lan.lan import HOME4, HOME6, WORLD4, WORLD6, Lan
from tests.namespaces import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
FORWARD = ("sysctl", "-n", "net.ipv4.ip_forward")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Lan]:
    (tmp_path / "config.yaml").write_text(
        'listen: ["transparent://0.0.0.0:8081", "transparent://[::]:8081"]\n'
        "gateway: {interfaces: [house0]}\n"
    )
    with Lan() as lan:
        yield lan


def kidgate(house: Lan, home: Path, *words: str) -> tuple[int, str]:
    done = house.run("gate", sys.executable, "-m", "kidgate", "--home", str(home), *words)
    return done.returncode, done.stdout or done.stderr


def rules(house: Lan) -> str:
    return house.run("gate", "nft", "list", "ruleset").stdout


def test_gateway_is_installed_and_removed_as_often_as_one_likes(house: Lan, tmp_path: Path) -> None:
    house.run("gate", "sysctl", "-qw", "net.ipv4.ip_forward=0")
    other = "table ip other {\n\tchain c {\n\t}\n}\n"
    house.run("gate", "nft", "-f", "-", text=other)
    before = rules(house)
    for _ in range(2):
        status, said = kidgate(house, tmp_path, "gateway", "install")
        assert status == 0, said
        assert "table inet kidgate" in rules(house)
        assert house.run("gate", *FORWARD).stdout.strip() == "1"
        assert house.run("gate", "ip", "-6", "rule").stdout.count("iif house0") == 1
    for _ in range(2):
        status, said = kidgate(house, tmp_path, "gateway", "remove")
        assert status == 0, said
        assert rules(house) == before
        assert house.run("gate", *FORWARD).stdout.strip() == "0"
        assert "house0" not in house.run("gate", "ip", "-6", "rule").stdout


@pytest.mark.parametrize(("address", "home"), [(WORLD4, HOME4), (WORLD6, HOME6)])
def test_nothing_of_the_house_is_routed_without_our_rules(
    house: Lan, tmp_path: Path, address: str, home: str
) -> None:
    """Another program may flush them; the mark that they set is then on no packet."""
    kidgate(house, tmp_path, "gateway", "install")
    way = ("ip", "route", "get", address, "from", home, "iif", "house0")
    assert house.run("gate", *way).returncode != 0
    assert house.run("gate", *way, "mark", hex(MARK)).returncode == 0


def test_plan_prints_what_install_applies(house: Lan, tmp_path: Path) -> None:
    _, said = kidgate(house, tmp_path, "gateway", "plan", "--json")
    planned = json.loads(said)
    applied = house.run("gate", "nft", "-c", "-f", "-", text=planned["nftables"])
    assert applied.returncode == 0, applied.stderr
    assert "redirect to :8081" in planned["nftables"]
    assert planned["sysctls"]["net.ipv4.ip_forward"] == "1"
    assert "\n[Service]\nType=notify\n" in planned["unit"]


def test_without_an_interface_it_says_what_to_write(house: Lan, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("")
    status, said = kidgate(house, tmp_path, "gateway", "plan")
    assert status == 2
    assert "gateway: interfaces" in said

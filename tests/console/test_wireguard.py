"""Keys for devices, from the command line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kidgate.proxy.wireguard.keys import public_of
from tests.console.runner import Kidgate

LISTEN = 'listen: ["127.0.0.1:8080", "wireguard://0.0.0.0:51820"]\n'
ADD = ("device", "wireguard", "add")


@pytest.fixture
def house(kidgate: Kidgate) -> Kidgate:
    (kidgate.home / "config.yaml").write_text(LISTEN)
    kidgate("device", "add", "phone", "--of", "mai")
    return kidgate


def field(config: str, name: str) -> str:
    return next(line.split(" = ")[1] for line in config.splitlines() if line.startswith(name))


def test_device_gets_a_key_that_only_it_has(house: Kidgate, tmp_path: Path) -> None:
    picture = tmp_path / "phone.png"
    answer = house.json(*ADD, "phone", "--endpoint", "home.example", "--png", picture)
    private = field(answer["config"], "PrivateKey")
    row = house.json("device", "show", "phone")
    assert (row["wireguard"], row["tunnel"]) == (public_of(private), 1)
    assert field(answer["config"], "Endpoint") == "home.example:51820"
    assert field(answer["config"], "AllowedIPs") == "0.0.0.0/0, ::/0"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    assert not [name for name, data in house.files().items() if private.encode() in data]


def test_each_device_has_a_tunnel_of_its_own_and_keeps_it(house: Kidgate) -> None:
    first = house.json(*ADD, "tablet", "--endpoint", "home.example:4000")
    second = house.json(*ADD, "phone", "--endpoint", "[2001:db8::1]")
    again = house.json(*ADD, "tablet", "--endpoint", "home.example")
    assert [one["tunnel"] for one in (first, second, again)] == [1, 2, 1]
    assert field(first["config"], "Endpoint") == "home.example:4000"
    assert field(second["config"], "Endpoint") == "[2001:db8::1]:51821"
    assert field(first["config"], "PrivateKey") != field(again["config"], "PrivateKey")
    house("device", "wireguard", "remove", "tablet")
    row = house.json("device", "show", "tablet")
    assert (row["wireguard"], row["tunnel"]) == ("", 0)


def test_people_are_told_which_port_to_forward(house: Kidgate) -> None:
    result = house.run(*ADD, "phone", "--endpoint", "home.example")
    assert result.exit_code == 0
    assert "[Interface]" in result.stdout
    assert "UDP port 51820" in result.stderr


def test_add_is_refused_when_it_cannot_be(house: Kidgate, tmp_path: Path) -> None:
    taken = tmp_path / "taken.png"
    taken.write_bytes(b"mine")
    version = house.version
    end = ("--endpoint", "home.example")
    assert "--endpoint" in house.fails(2, *ADD, "phone")
    assert "no device is called" in house.fails(2, *ADD, "fone", *end)
    assert "cannot be written" in house.fails(2, *ADD, "phone", *end, "--png", taken)
    assert taken.read_bytes() == b"mine"
    (house.home / "config.yaml").write_text("{}")
    assert "wireguard://0.0.0.0:51820" in house.fails(2, *ADD, "phone", *end)
    assert house.version == version

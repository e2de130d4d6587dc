"""What a device's WireGuard app is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.config import parse_listener
from kidgate.documents.home import Home
from kidgate.proxy.wireguard.peers import endpoint_of, new_peer

ANYWHERE = parse_listener("wireguard://0.0.0.0:51820")
HERE = parse_listener("wireguard://[fd00::1]:51820")


def test_endpoint_is_the_listener_s_or_what_was_said() -> None:
    assert endpoint_of("", HERE) == ("[fd00::1]", 51820)
    assert endpoint_of("home.example:6000", ANYWHERE) == ("home.example", 6000)
    assert endpoint_of("[2001:db8::1]", ANYWHERE) == ("[2001:db8::1]", 51820)
    for text in ("", "not a host"):
        with pytest.raises(ValueError):
            endpoint_of(text, ANYWHERE)


def test_peer_has_a_port_of_its_own_and_a_key_that_is_kept_nowhere(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    peer = new_peer(home, ANYWHERE, "home.example:6000", 3)
    assert "Endpoint = home.example:6002" in peer.config
    assert (peer.port, peer.own_port) == (6002, 51822)
    private = peer.config.split("PrivateKey = ")[1].split("\n")[0]
    assert private != peer.public and "Address = 10.89.0.3/32" in peer.config
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert private.encode() not in kept

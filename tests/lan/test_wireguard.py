"""Devices away from home: a real WireGuard client, and what its key opens."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings
from kidgate.policies.tunnel_keys import NAME_SERVER, tunnel_addresses
from kidgate.proxy.wireguard.keys import new_pair
from tests.e2e.origin import wait_until
from tests.lan.house import LISTEN, OWN, House
from tests.lan.lan import GATE4, Lan
from tests.namespaces import missing

TUN = "" if Path("/dev/net/tun").exists() else "there is no /dev/net/tun"
pytestmark = pytest.mark.skipif(bool(missing() or TUN), reason=missing() or TUN or "can be built")
PORT = 51820
MAI, BA = new_pair(), new_pair()
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    profiles=(ProfileRow("mai", tier="13-15"), ProfileRow("ba", tier="adult")),
    devices=(
        DeviceRow("tablet", of="mai", wireguard=MAI[1], tunnel=1),
        DeviceRow("phone", of="ba", wireguard=BA[1], tunnel=2),
    ),
    rules=(RuleRow(1, "child:mai", "bad.example", Action.BLOCK),),
)
ASK = """
import json, sys
import dns.message, dns.query
how = getattr(dns.query, sys.argv[2])
answer = how(dns.message.make_query("bad.example", "A"), sys.argv[1], timeout=5)
print(json.dumps([item.address for record in answer.answer for item in record]))
"""
SECURE = ("--resolve", f"{OWN}:443:203.0.113.10")
QUIC = """
import json, socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.settimeout(1)
    sock.sendto(b"x" * 1200, ("203.0.113.10", 443))
    try:
        print(json.dumps(sock.recv(100).decode()))
    except OSError:
        print(json.dumps(None))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Lan() as lan:
        listen = (*LISTEN, f"wireguard://{GATE4}:{PORT}")
        root = tmp_path_factory.mktemp("gate")
        yield House(lan, root, ROWS, workers=2, listen=listen).up()


def connect(
    house: House, private: str, number: int, addresses: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    """The client, in the tunnel or refused; `addresses` other than those it was given."""
    return house.tunnel(private, PORT, number, addresses)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)


def test_key_decides_who_asks_whatever_address_is_written(house: House) -> None:
    assert wait_until(lambda: (house.home.wireguard / "server.key").exists(), 5)
    mode = (house.home.wireguard / "server.key").stat().st_mode & 0o777
    assert mode == 0o600
    phones = tuple(f"{address}" for address in tunnel_addresses(2))
    for places in ((), (f"{phones[0]}/32", f"{phones[1]}/128")):  # its own, and the phone's
        client = connect(house, MAI[0], 1, places)
        assert said(client) == "ready"
        words = ["--resolve", f"{OWN}:80:203.0.113.10,[2001:db8:77::10]"]
        assert house.who("-4", *words) == "mai"
        assert house.who("-6", *words) == "mai"
        for how in ("udp", "tcp"):
            assert house.lan.python("home", ASK, NAME_SERVER, how) == [GATE4]
        assert house.lan.python("home", QUIC) is None
        ca = str(house.home.ca / "kidgate-ca.pem")
        opened = house.curl("--cacert", ca, *SECURE, f"https://{OWN}/check")
        assert json.loads(opened)["child"] == "mai"
        page = house.curl(
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "http://bad.example/",
            *("--resolve", "bad.example:80:203.0.113.10"),
        )
        assert page == "403"
        leave(client)
    lines = {(x.child, x.device, x.host, x.address) for x in house.journal()}
    assert lines == {("mai", "tablet", "bad.example", tunnel_addresses(1)[0])}


def test_key_opens_its_own_tunnel_alone(house: House) -> None:
    for private, number in ((MAI[0], 2), (new_pair()[0], 1)):
        assert said(connect(house, private, number)) == "silent"
    client = connect(house, BA[0], 2)
    assert said(client) == "ready"
    assert house.who("--resolve", f"{OWN}:80:203.0.113.10") == "ba"
    leave(client)


def test_key_that_was_taken_away_opens_nothing(house: House) -> None:
    added = json.loads(house.kidgate("device", "wireguard", "add", "tablet", "--json"))
    private = next(
        line.split(" = ")[1] for line in added["config"].splitlines() if "PrivateKey" in line
    )
    number = added["tunnel"]

    def opens(key: str) -> bool:
        client = connect(house, key, number)
        found = said(client)
        leave(client)
        return found == "ready"

    assert wait_until(lambda: opens(private), 10)
    assert not opens(MAI[0])
    house.kidgate("device", "wireguard", "remove", "tablet")
    assert wait_until(lambda: not opens(private), 10)

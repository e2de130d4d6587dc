"""The same child by every address of its device, in every way in; a device that is unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings
from tests.e2e.origin import wait_until
from tests.lan.house import EXPLICIT, OWN, House
from tests.lan.lan import GATE4, GATE6, HOME4, HOME6, HOME_MAC, WORLD4, WORLD6, Lan
from tests.namespaces import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
PRIVACY = "fd77::5c1:77ff:fe00:abcd"
ANOTHER_MAC = "3c:22:fb:00:00:99"
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    profiles=(ProfileRow("mai", tier="13-15"), ProfileRow("ba", tier="adult")),
    devices=(DeviceRow("tablet", of="mai", macs=(HOME_MAC,)),),
    rules=(RuleRow(1, "child:mai", "bad.example", Action.BLOCK),),
)
ASK = """
import json, sys
import dns.message, dns.query
server, source = sys.argv[1:]
answer = dns.query.udp(dns.message.make_query("bad.example", "A"), server, source=source, timeout=5)
print(json.dumps([item.address for record in answer.answer for item in record]))
"""


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Lan() as lan:
        lan.ip("home", "addr", "add", f"{PRIVACY}/64", "dev", "eth0", "nodad")
        yield House(lan, tmp_path_factory.mktemp("gate"), ROWS, workers=2).up()


def ways(address: str) -> dict[str, list[str]]:
    """How curl asks from an address, by way in."""
    gate, world = (f"[{GATE6}]", WORLD6) if ":" in address else (GATE4, WORLD4)
    return {
        "explicit": ["--interface", address, "-x", f"http://{gate}:{EXPLICIT}"],
        "transparent": ["--interface", address, "--resolve", f"{OWN}:80:{world}"],
    }


def test_child_is_the_same_by_every_address_in_every_way(house: House) -> None:
    found = {
        (address, way): house.who(*words)
        for address in (HOME4, HOME6, PRIVACY)
        for way, words in ways(address).items()
    }
    assert found == dict.fromkeys(found, "mai")
    for address in (HOME4, HOME6, PRIVACY):
        gate = GATE6 if ":" in address else GATE4
        assert house.lan.python("home", ASK, gate, address) == [GATE4]
    seen = {(line.child, line.device, line.host) for line in house.journal()}
    assert seen == {("mai", "tablet", "bad.example")}
    assert house.kidgate("device", "inbox") == "Nobody unknown has asked.\n"


def test_unknown_device_is_in_the_inbox_until_it_is_assigned(house: House) -> None:
    house.lan.ip("home", "link", "set", "eth0", "down")
    house.lan.ip("home", "link", "set", "eth0", "address", ANOTHER_MAC)
    house.lan.ip("home", "link", "set", "eth0", "up")
    explicit = ways(HOME4)["explicit"]
    assert house.who(*explicit) is None
    assert json.loads(house.curl(*explicit, f"http://{OWN}/check"))["tier"] == "0-5"
    assert wait_until(lambda: ANOTHER_MAC in house.kidgate("device", "inbox"), 10)
    (row,) = json.loads(house.kidgate("device", "inbox", "--json"))
    assert (row["mac"], row["way"], row["made_up"]) == (ANOTHER_MAC, "explicit", False)
    house.kidgate("device", "assign", ANOTHER_MAC, "--of", "ba")
    assert wait_until(lambda: house.who(*explicit) == "ba", 5)
    assert house.kidgate("device", "inbox") == "Nobody unknown has asked.\n"

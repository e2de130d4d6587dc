"""Unknown devices: seen by the gateway, named by an adult."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kidgate.documents.home import Home
from kidgate.keeper import client
from tests.console.runner import Kidgate

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
RANDOM, REAL = "02:ab:00:00:00:01", "3c:22:fb:00:00:02"


def ask(kidgate: Kidgate, mac: str, address: str, name: str = "", way: str = "dns") -> None:
    """What a worker tells."""
    home = Home(kidgate.home)
    fields: dict[str, Any] = {"mac": mac, "address": address, "name": name, "way": way}
    client.do(home, f"sqlite:///{home.database}", lambda: NOON, "inbox.report", **fields)


def test_inbox_tells_who_asked_and_what_a_made_up_address_is(kidgate: Kidgate) -> None:
    assert kidgate("device", "inbox") == "Nobody unknown has asked.\n"
    ask(kidgate, REAL, "192.168.1.8", "An\x1b's phone")
    text = kidgate("device", "inbox")
    assert REAL in text and "2026-11-23 12:00" in text and "\x1b" not in text
    assert "made-up" not in text
    ask(kidgate, RANDOM, "192.168.1.9")
    text = kidgate("device", "inbox")
    for system in ("iPhone", "Android", "Windows"):
        assert system in text
    rows = {row["mac"]: row for row in kidgate.json("device", "inbox")}
    assert (rows[REAL]["made_up"], rows[RANDOM]["made_up"]) == (False, True)
    assert (rows[REAL]["address"], rows[REAL]["way"]) == ("192.168.1.8", "dns")
    assert rows[RANDOM]["first_at"] == "2026-11-23T12:00:00+07:00"
    assert "Private Wi-Fi Address" in rows[RANDOM]["advice"]


def test_assigned_device_is_known_by_its_mac_and_leaves_the_inbox(kidgate: Kidgate) -> None:
    ask(kidgate, REAL, "192.168.1.8", "Mai's Phone")
    answer = kidgate.json("device", "assign", "192.168.1.8", "--of", "mai")
    assert answer["device"] == "mai-s-phone"
    row = kidgate.json("device", "show", "mai-s-phone")
    assert (row["of"], row["macs"], row["addresses"]) == ("mai", [REAL], [])
    assert kidgate.json("device", "inbox") == []


def test_assigned_device_joins_the_one_that_is_named(kidgate: Kidgate) -> None:
    ask(kidgate, RANDOM, "192.168.1.9")
    result = kidgate.run("device", "assign", RANDOM.upper(), "--of", "mai", "--name", "tablet")
    assert result.exit_code == 0
    assert "iPhone" in result.stderr
    row = kidgate.json("device", "show", "tablet")
    assert (row["macs"], row["addresses"]) == ([RANDOM], ["127.0.0.5"])


def test_device_without_a_mac_is_known_by_its_address(kidgate: Kidgate) -> None:
    ask(kidgate, "", "10.8.0.7")
    kidgate("device", "assign", "10.8.0.7", "--shared", "--name", "pc")
    row = kidgate.json("device", "show", "pc")
    assert (row["of"], row["macs"], row["addresses"]) == ("", [], ["10.8.0.7"])


def test_forgotten_device_comes_back_when_it_asks_again(kidgate: Kidgate) -> None:
    ask(kidgate, REAL, "192.168.1.8")
    assert kidgate.json("device", "forget", "192.168.1.8") == {"forgotten": [REAL]}
    assert kidgate.json("device", "inbox") == []
    assert "is not in the inbox" in kidgate.fails(2, "device", "forget", REAL)
    ask(kidgate, REAL, "192.168.1.8")
    assert [row["mac"] for row in kidgate.json("device", "inbox")] == [REAL]


def test_assign_is_refused_when_it_cannot_be(kidgate: Kidgate) -> None:
    assert "--shared" in kidgate.fails(2, "device", "assign", REAL)
    assert "neither a MAC" in kidgate.fails(2, "device", "assign", "phone", "--of", "mai")
    assert "no profile is called" in kidgate.fails(2, "device", "assign", REAL, "--of", "mia")


def test_advice_is_in_the_language_of_the_house(kidgate: Kidgate) -> None:
    ask(kidgate, RANDOM, "192.168.1.9")
    kidgate("setup", "--language", "vi", "--quiet")
    assert "Địa chỉ Wi-Fi riêng tư" in kidgate("device", "inbox")

"""The kernel's own table, in a namespace with a real neighbour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.who import neighbours
from kidgate.proxy.who.neighbours import Neighbours, neighbour
from tests.lan.lan import HOME4, HOME_MAC, Lan
from tests.namespaces import missing

LOOK = """
import json, sys, time
from kidgate.proxy.who.neighbours import Neighbours
known = Neighbours()
for _ in range(10):
    found = [known.mac_of(address) for address in sys.argv[1:]]
    if all(found[:2]):
        break
    time.sleep(0.3)
print(json.dumps(found))
"""
PING = """
import json, socket
for family, place in ((socket.AF_INET, ("192.168.77.1", 9)), (socket.AF_INET6, ("fd77::1", 9))):
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        if family == socket.AF_INET6:
            sock.bind(("fd77::abcd", 0))
        sock.sendto(b"hello", place)
        sock.settimeout(0.5)
        try:
            sock.recv(1)
        except OSError:
            pass
print(json.dumps(None))
"""


@pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
def test_every_address_of_a_device_has_its_mac() -> None:
    with Lan() as house:
        house.ip("home", "addr", "add", "fd77::abcd/64", "dev", "eth0", "nodad")
        house.run("gate", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        house.python("home", PING)
        found = house.python("gate", LOOK, HOME4, "fd77::abcd", "192.168.77.99")
        assert found == [HOME_MAC, HOME_MAC, ""]


TAKEN = """
import json, subprocess, sys
from kidgate.proxy.who import neighbours
neighbours.FRESH_SECONDS = 1e9  # only what the kernel tells counts
known = neighbours.Neighbours()
address, taker = sys.argv[1:]
before = known.mac_of(address)
change = ["ip", "neigh", "replace", address, "lladdr", taker, "dev", "house0"]
subprocess.run(change, check=True)
after = known.mac_of(address)
subprocess.run(["ip", "neigh", "del", address, "dev", "house0"], check=True)
print(json.dumps([before, after, known.mac_of(address)]))
"""


@pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
def test_address_that_another_takes_is_another_s_at_once() -> None:
    taker = "3c:22:fb:00:00:01"
    with Lan() as house:
        house.ip("home", "addr", "add", "fd77::abcd/64", "dev", "eth0", "nodad")
        house.run("gate", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        house.python("home", PING)
        found = house.python("gate", TAKEN, HOME4, taker)
        assert found == [HOME_MAC, taker, ""]


def test_without_neighbours_nobody_is_known() -> None:
    assert Neighbours().mac_of("127.0.0.1") == ""


class Table:
    """A kernel's table, and how often it was read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.macs: dict[str, str] = {}
        self.reads, self.now = 0, 0.0
        monkeypatch.setattr(neighbours, "read", self.read)
        monkeypatch.setattr(neighbours, "changes", lambda: None)  # the house's own network is quiet
        monkeypatch.setattr("time.monotonic", lambda: self.now)

    def read(self) -> list[tuple[str, str]]:
        self.reads += 1
        return list(self.macs.items())


def test_new_addresses_are_found_at_once_also_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    table, known = Table(monkeypatch), Neighbours()
    for number in range(10):
        table.macs[f"fd77::{number}"] = HOME_MAC
        assert known.mac_of(f"fd77::{number}") == HOME_MAC
    reads = table.reads
    assert known.mac_of("fd77::1") == HOME_MAC
    assert table.reads == reads


def test_address_without_a_device_is_looked_for_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    table, known = Table(monkeypatch), Neighbours()
    for _ in range(5):
        assert known.mac_of("192.0.2.1") == ""
    assert table.reads == 1
    table.now = neighbours.AGAIN_SECONDS + 0.1
    table.macs["192.0.2.1"] = HOME_MAC
    assert known.mac_of("192.0.2.1") == HOME_MAC


def test_flood_of_addresses_reads_the_table_no_more_than_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, known = Table(monkeypatch), Neighbours()
    for number in range(3 * neighbours.MISSED):
        known.mac_of(f"2001:db8::{number:x}")
        table.now += 0.001
    assert table.reads <= neighbours.READINGS * (1 + table.now)


def test_device_that_moved_is_seen_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    table, known = Table(monkeypatch), Neighbours()
    table.macs["192.0.2.1"] = HOME_MAC
    assert known.mac_of("192.0.2.1") == HOME_MAC
    table.macs["192.0.2.1"] = "3c:22:fb:00:00:01"
    table.now = neighbours.FRESH_SECONDS + 0.1
    assert known.mac_of("192.0.2.1") == "3c:22:fb:00:00:01"


@given(st.binary(max_size=80))
def test_no_message_raises(body: bytes) -> None:
    found = neighbour(body)
    assert found is None or len(found[1]) == 17

"""What is known of an address, in the order in which it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from kidgate.policies.rows import DeviceRow, ProfileRow
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.handler import GatewayHandler
from kidgate.proxy.peers import Peer
from kidgate.proxy.who.known import Who
from kidgate.proxy.who.leases import Lease
from kidgate.proxy.who.sessions import Session, Sessions, SignedIn, dump
from tests.proxy.stand import NOW, ROWS, gateway

TABLET, PHONE, ROUTER = "3c:22:fb:00:00:01", "3c:22:fb:00:00:02", "3c:22:fb:00:00:03"


@dataclass
class Wire:
    """Neighbours and leases of a house, and how often they were asked."""

    macs: Mapping[str, str] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)
    asked: int = 0

    def mac_of(self, address: str) -> str:
        return self.macs.get(address, "")

    def at(self, address: str) -> Lease | None:
        self.asked += 1
        return self.leases.get(address)


def house(who: Who) -> Gateway:
    rows = replace(
        ROWS,
        profiles=(*ROWS.profiles, ProfileRow("ba", tier="plain")),
        devices=(
            DeviceRow("tablet", of="mai", addresses=("192.0.2.1",), macs=(TABLET,)),
            DeviceRow("phone", of="ba", addresses=("192.0.2.2",), macs=(PHONE,)),
            DeviceRow("printer", of="ba", addresses=("192.0.2.3",)),
            DeviceRow("computer", addresses=("192.0.2.9",)),
        ),
    )
    heart = gateway(rows=rows)
    heart.who = who
    return heart


def peer(address: str = "192.0.2.1", **known: Any) -> Peer:
    return Peer(cast(GatewayHandler, None), address, **known)


def test_neighbour_counts_before_a_lease() -> None:
    wire = Wire({"192.0.2.7": TABLET}, {"192.0.2.7": Lease("192.0.2.7", PHONE)})
    assert Who(wire, wire).mac_of("192.0.2.7") == TABLET
    assert Who(Wire(), wire).mac_of("192.0.2.7") == PHONE


def test_lease_files_are_not_asked_for_an_unknown_address_at_every_request() -> None:
    wire, time = Wire(), [0.0]
    who = Who(wire, wire, monotonic=lambda: time[0])
    for _ in range(5):
        assert who.mac_of("192.0.2.7") == ""
    assert wire.asked == 1
    time[0] = 1.0
    assert who.mac_of("192.0.2.7") == ""
    assert wire.asked == 2


@pytest.mark.parametrize(
    ("address", "mac", "more", "found"),
    [
        ("192.0.2.1", "", {}, "tablet"),
        ("192.0.2.1", TABLET, {}, "tablet"),
        ("2001:db8::1234", TABLET, {}, "tablet"),  # a privacy address
        ("192.0.2.2", TABLET, {}, None),  # took the phone's address, or pretends the tablet's MAC
        ("192.0.2.2", ROUTER, {}, None),  # so did somebody unknown: no way into the phone's tier
        ("192.0.2.3", ROUTER, {}, "printer"),  # known by address alone
        ("192.0.2.1", TABLET, {"key": "phone"}, "phone"),
        ("192.0.2.1", TABLET, {"key": "gone"}, None),
        ("192.0.2.1", TABLET, {"key": "phone", "login": "printer"}, "printer"),
        ("192.0.2.77", "", {}, None),
    ],
)
def test_device_is_known_by_the_best_that_is_known(
    address: str, mac: str, more: dict[str, str], found: str | None
) -> None:
    heart = house(Who(Wire({address: mac})))
    device = heart.device_of(peer(address, **more))
    assert (device.key if device else None) == found


def test_mac_that_shows_up_later_is_taken_then() -> None:
    macs: dict[str, str] = {}
    heart, known = house(Who(Wire(macs))), peer("2001:db8::1234")
    assert heart.device_of(known) is None
    macs["2001:db8::1234"] = TABLET
    device = heart.device_of(known)
    assert device is not None
    assert device.key == "tablet"


def test_shared_device_is_whose_session_holds(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    held = [
        Session("computer", "mai", NOW + timedelta(minutes=1)),
        Session("phone", "mai", NOW + timedelta(minutes=1)),
    ]
    file.write_bytes(dump(SignedIn(tuple(held))))
    sessions = Sessions(file)
    heart = house(Who(sessions=sessions))
    assert heart.device_of(peer("192.0.2.9")) == heart.snapshot.devices["computer"]
    assert sessions.look()
    there = heart.device_of(peer("192.0.2.9"))
    assert there == replace(heart.snapshot.devices["computer"], of="mai")
    own = heart.device_of(peer("192.0.2.2"))
    assert own is not None
    assert own.of == "ba"  # a device of one's own is nobody else's
    heart.now = lambda: NOW + timedelta(minutes=1)
    ended = heart.device_of(peer("192.0.2.9"))
    assert ended is not None
    assert ended.of == ""


def test_session_of_a_child_that_is_gone_is_nobody_s(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    file.write_bytes(dump(SignedIn((Session("computer", "gone", NOW + timedelta(1)),))))
    heart = house(Who(sessions=Sessions(file)))
    heart.who.sessions.look()
    there = heart.device_of(peer("192.0.2.9"))
    assert there is not None
    assert there.of == ""


def test_newcomer_is_told_with_its_name() -> None:
    wire = Wire({"192.0.2.7": ROUTER}, {"192.0.2.7": Lease("192.0.2.7", ROUTER, "an-phone")})
    heart = house(Who(wire, wire))
    assert heart.device_of(peer("192.0.2.7", way="dns")) is None
    (found,) = heart.who.newcomers()
    assert (found.address, found.mac, found.way, found.name) == (
        "192.0.2.7",
        ROUTER,
        "dns",
        "an-phone",
    )
    assert heart.who.newcomers() == []

"""Devices, their log-ins and tunnels, and those nobody has named."""

from __future__ import annotations

import hashlib

import pytest

from kidgate.dashboard.acts import devices, inbox
from kidgate.dashboard.acts.devices import (
    DeviceAdded,
    DeviceAsked,
    DeviceChanged,
    DevicesAsked,
    LoginAsked,
    WireguardAsked,
)
from kidgate.dashboard.acts.inbox import AssignAsked, PlaceAsked
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import Nothing
from kidgate.documents.config import parse_listener
from tests.dashboard.conftest import Site

REAL, RANDOM = "3c:22:fb:00:00:02", "02:ab:00:00:00:01"


def test_device_is_added_by_any_spelling_of_its_addresses(site: Site) -> None:
    asked = DeviceAdded("mai", places=("3C-22-FB-00-00-02", "10.9.0.77"))
    made = devices.add(site.desk, site.actor(), asked)
    shown = devices.show(site.desk, site.actor(), DeviceAsked(made.key))
    assert (shown.key, shown.macs, shown.addresses) == ("mai-device", (REAL,), ("10.9.0.77",))
    assert not shown.made_up
    listed = devices.list_(site.desk, site.actor(), DevicesAsked(of="mai", text="fb:00"))
    assert [one.key for one in listed.devices] == ["mai-device"]


def test_address_that_is_taken_or_none_is_refused(site: Site) -> None:
    for place in ("10.9.0.5", "not-an-address", "ff:ff:ff:ff:ff:ff"):
        with pytest.raises(Invalid):
            devices.add(site.desk, site.actor(), DeviceAdded("mai", places=(place,)))


def test_device_moves_to_another_child(site: Site) -> None:
    devices.change_(site.desk, site.actor(), DeviceChanged("tablet", of="nam", trusts_ca=False))
    shown = devices.show(site.desk, site.actor(), DeviceAsked("tablet"))
    assert (shown.of, shown.trusts_ca, shown.addresses) == ("nam", False, ("10.9.0.5",))
    with pytest.raises(NotThere):
        devices.change_(site.desk, site.actor(), DeviceChanged("tablet", of="nobody"))


def test_login_is_shown_once_and_kept_as_a_hash(site: Site) -> None:
    issued = devices.login(site.desk, site.actor(), LoginAsked("tablet"))
    row = next(row for row in site.desk.rows.devices if row.key == "tablet")
    assert row.password_hash == hashlib.sha256(issued.password.encode()).hexdigest()
    assert devices.login(site.desk, site.actor(), LoginAsked("tablet", revoke=True)).user == ""
    assert site.desk.rows.devices[-1].login == ""


def test_wireguard_peer_is_made_where_the_gateway_listens(site: Site) -> None:
    asked = WireguardAsked("tablet", "home.example")
    with pytest.raises(Invalid, match="nothing listens"):
        devices.wireguard(site.desk, site.actor(), asked)
    site.desk.listen = (parse_listener("wireguard://0.0.0.0:51820"),)
    with pytest.raises(Invalid, match="say where"):
        devices.wireguard(site.desk, site.actor(), replace_endpoint(asked, ""))
    made = devices.wireguard(site.desk, site.actor(), asked)
    assert "Endpoint = home.example:51820" in made.config
    private = made.config.split("PrivateKey = ")[1].split("\n")[0]
    row = site.desk.rows.devices[-1]
    assert row.tunnel == 1 and row.wireguard and private not in repr(site.desk.rows)
    devices.wireguard(site.desk, site.actor(), WireguardAsked("tablet", revoke=True))
    assert site.desk.rows.devices[-1].tunnel == 0


def replace_endpoint(asked: WireguardAsked, endpoint: str) -> WireguardAsked:
    return WireguardAsked(asked.key, endpoint)


def ask(site: Site, mac: str, address: str, name: str = "") -> None:
    site.do("inbox.report", mac=mac, address=address, name=name, way="dns")


def test_inbox_is_assigned_in_one_act(site: Site) -> None:
    ask(site, REAL, "10.9.0.50", "Galaxy A12")
    ask(site, RANDOM, "10.9.0.51")
    found = inbox.list_(site.desk, site.actor(), Nothing())
    assert {one.mac: one.made_up for one in found.devices} == {REAL: False, RANDOM: True}
    made = inbox.assign(site.desk, site.actor(), AssignAsked(REAL, "mai"))
    assert made.key == "galaxy-a12"
    inbox.assign(site.desk, site.actor(), AssignAsked(RANDOM, "mai", "tablet"))
    tablet = devices.show(site.desk, site.actor(), DeviceAsked("tablet"))
    assert (tablet.macs, tablet.made_up) == ((RANDOM,), True)
    assert inbox.count(site.desk, site.actor(), Nothing()).waiting == 0


def test_forgotten_device_comes_back_when_it_asks_again(site: Site) -> None:
    ask(site, REAL, "10.9.0.50")
    assert inbox.forget(site.desk, site.actor(), PlaceAsked(REAL)).waiting == 0
    ask(site, REAL, "10.9.0.50")
    assert inbox.count(site.desk, site.actor(), Nothing()).waiting == 1


def test_device_was_seen_in_an_hour(site: Site) -> None:
    hour = 495_000
    site.desk.home.coverage(0).write_text(f'{{"{hour}": {{"tablet": {{"opened": 3}}}}}}')
    shown = devices.show(site.desk, site.actor(), DeviceAsked("tablet"))
    assert shown.seen_at is not None and shown.seen_at.timestamp() == hour * 3600
    assert devices.show(site.desk, site.actor(), DeviceAsked("phone")).seen_at is None

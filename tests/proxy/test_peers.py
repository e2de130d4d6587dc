"""Who is asking, and how many connections one device may have."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies.rows import DeviceRow
from kidgate.proxy.handler import GatewayHandler
from kidgate.proxy.peers import Peer, Peers, address_of, credentials, holder_of
from tests.proxy.stand import gateway


def peer(address: str = "127.0.0.1", login: str = "") -> Peer:
    return Peer(cast(GatewayHandler, None), address, login)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_address_has_no_room_when_it_has_its_share() -> None:
    peers = Peers(2, 10)
    for id in "ab":
        assert peers.has_room("127.0.0.1")
        peers.add(id, peer())
    assert not peers.has_room("127.0.0.1")
    assert peers.has_room("127.0.0.2")
    peers.remove("a")
    assert peers.has_room("127.0.0.1")


def test_nobody_has_room_when_the_worker_is_full() -> None:
    peers = Peers(10, 2)
    peers.add("a", peer("127.0.0.1"))
    peers.add("b", peer("127.0.0.2"))
    assert not peers.has_room("127.0.0.3")


def test_counts_hold_nothing_when_all_have_gone() -> None:
    peers = Peers(10, 10)
    peers.add("a", peer())
    peers.remove("a")
    peers.remove("a")
    peers.remove("never came")
    assert not peers.counts and not peers.by_id


@pytest.mark.parametrize(
    ("name", "address"),
    [
        (("127.0.0.1", 1), "127.0.0.1"),
        (("::1", 1, 0, 0), "::1"),
        (("::ffff:192.0.2.7", 1, 0, 0), "192.0.2.7"),
        (("fe80::1%eth0", 1, 0, 2), "fe80::1"),
        (None, ""),
        ((), ""),
        (("nonsense", 1), ""),
    ],
)
def test_address_is_canonical(name: tuple[object, ...] | None, address: str) -> None:
    assert address_of(name) == address


@pytest.mark.parametrize(
    ("header", "pair"),
    [
        (basic("phone:secret"), ("phone", "secret")),
        (basic("phone:a:b"), ("phone", "a:b")),
        (basic("tên:mật khẩu"), ("tên", "mật khẩu")),
        (basic(":"), ("", "")),
        (basic("phone:s").replace("Basic", "bAsIc"), ("phone", "s")),
        (basic("no colon"), None),
        ("Basic ???", None),
        ("Basic /////w==", None),
        ("Basic é", None),
        ("Bearer cGhvbmU6c2VjcmV0", None),
        ("Basic", None),
        ("", None),
    ],
)
def test_credentials_are_read_or_there_are_none(header: str, pair: tuple[str, str] | None) -> None:
    assert credentials(header) == pair


@given(st.text())
def test_credentials_never_raise(header: str) -> None:
    assert credentials("Basic " + header) is None or ":" in header or header


def test_login_wins_over_the_address() -> None:
    snapshot = gateway().snapshot
    assert peer().device(snapshot).key == "tablet"  # type: ignore[union-attr]
    assert peer(login="gone").device(snapshot) is None  # a device that was removed is nobody
    assert peer("127.0.0.2").device(snapshot) is None


def test_names_are_those_claimed_so_far() -> None:
    one = peer()
    assert one.names == ()
    one.sni = "b.example"
    assert one.names == ("b.example",)
    one.connect = "a.example"
    assert one.names == ("a.example", "b.example")


@dataclass
class Held:
    cuts: int = 0

    def cut(self) -> None:
        self.cuts += 1


def test_who_has_least_is_let_in_for_the_oldest_of_who_has_most() -> None:
    peers = Peers(per_device=3, in_all=5)
    held = [Held() for _ in range(5)]
    for number, one in enumerate(held):
        peers.add(str(number), Peer(one, "127.0.0.1" if number < 3 else "127.0.0.2"))
    assert peers.make_room("127.0.0.3")
    assert [one.cuts for one in held] == [1, 0, 0, 0, 0]
    peers.add("5", Peer(Held(), "127.0.0.3"))
    assert peers.make_room("127.0.0.4")  # the first one has not gone yet: another goes
    assert [one.cuts for one in held] == [1, 1, 0, 0, 0]
    peers.remove("0")
    peers.remove("1")
    peers.add("6", Peer(Held(), "127.0.0.4"))
    assert not peers.make_room("127.0.0.3")  # nobody has so many that it would be fairer
    assert not peers.make_room("127.0.0.1")


def test_who_has_most_makes_no_room_for_itself() -> None:
    peers, held = Peers(per_device=2, in_all=9), Held()
    for number in range(2):
        peers.add(str(number), Peer(held, "127.0.0.1"))
    assert not peers.make_room("127.0.0.1")
    assert held.cuts == 0


CARD = "3c:22:fb:00:00:01"


@pytest.mark.parametrize(
    ("address", "mac", "device", "holder"),
    [
        ("192.0.2.7", CARD, DeviceRow("tablet", of="mai"), "tablet"),
        ("192.0.2.7", CARD, None, CARD),
        ("2001:db8::7", CARD, None, CARD),
        ("192.0.2.7", "", None, "192.0.2.7"),
        ("2001:db8:0:1:aa:bb:cc:dd", "", None, "2001:db8:0:1::/64"),
        ("fe80::7", "", None, "fe80::7"),  # one network for everybody
    ],
)
def test_connection_counts_for_what_is_known_best(
    address: str, mac: str, device: DeviceRow | None, holder: str
) -> None:
    assert holder_of(address, mac, device) == holder


def test_addresses_of_one_ipv6_network_have_one_share() -> None:
    peers = Peers(per_device=2, in_all=9)
    for number in (1, 2):
        peers.add(str(number), peer(f"2001:db8::{number}"))
    assert not peers.has_room(holder_of("2001:db8::3"))
    assert peers.has_room(holder_of("2001:db8:0:1::3"))


def test_login_counts_the_connection_for_its_device() -> None:
    peers = Peers(per_device=2, in_all=9)
    one = peer("192.0.2.7")
    peers.hold(one, "phone")  # not counted yet
    assert not peers.counts
    peers.add("1", one)
    peers.hold(one, "phone")
    peers.hold(one, "phone")
    assert dict(peers.counts) == {"phone": 1}
    peers.remove("1")
    assert not peers.counts


def test_oldest_of_a_device_goes_when_logins_exceed_its_share() -> None:
    peers = Peers(per_device=2, in_all=9)
    held = [Held() for _ in range(4)]
    for number, one in enumerate(held):
        made = Peer(one, f"192.0.2.{number}")
        peers.add(str(number), made)
        if number != 2:
            peers.hold(made, "phone")
    assert [one.cuts for one in held] == [1, 0, 0, 0]

"""Who is asking, and how many connections one address may have."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.handler import GatewayHandler
from kidgate.proxy.peers import Peer, Peers, address_of, credentials
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
    peers = Peers(per_address=3, in_all=5)
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
    peers, held = Peers(per_address=2, in_all=9), Held()
    for number in range(2):
        peers.add(str(number), Peer(held, "127.0.0.1"))
    assert not peers.make_room("127.0.0.1")
    assert held.cuts == 0

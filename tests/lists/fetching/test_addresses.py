"""Where a name leads is decided once, and one private address among others is enough to refuse."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from kidgate.lists.fetching.addresses import networks, reachable
from kidgate.lists.fetching.faults import FetchFailed, Trouble


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says what names resolve to; counts how often it was asked."""

    def set_up(*addresses: str) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, **more: Any) -> list[Any]:
            asked.append(host)
            return [(0, 0, 0, "", (address, port)) for address in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return set_up


def test_public_addresses_are_reached_in_their_order(resolve: Any) -> None:
    asked = resolve("203.0.113.7", "2001:db8::7", "203.0.113.7")
    assert reachable("lists.example", 443, ()) == ("203.0.113.7", "2001:db8::7")
    assert asked == ["lists.example"]


@pytest.mark.parametrize(
    "private",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "fe80::1%eth0",
        "::ffff:192.168.1.1",
        "64:ff9b::7f00:1",  # disguises of 127.0.0.1
        "2002:7f00:1::",
    ],
)
def test_one_private_address_refuses_the_name(resolve: Any, private: str) -> None:
    resolve("203.0.113.7", private)
    with pytest.raises(FetchFailed) as found:
        reachable("lists.example", 443, ())
    assert found.value.reason is Trouble.PRIVATE_ADDRESS


def test_private_address_is_reached_when_the_owner_named_it(resolve: Any) -> None:
    resolve("192.168.1.20")
    assert reachable("nas.home", 80, networks(["192.168.1.20/32"])) == ("192.168.1.20",)
    with pytest.raises(FetchFailed):
        reachable("nas.home", 80, networks(["192.168.1.21"]))


def test_name_that_is_not_found_may_be_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchFailed, match="is not found") as found:
        reachable("lists.example", 443, ())
    assert (found.value.reason, found.value.passing) == (Trouble.UNREACHABLE, True)


def test_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        networks(["192.168.1.1/24"])

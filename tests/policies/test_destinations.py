"""Private addresses and their disguises."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.destinations import ends_of, is_private, within

FAST = settings(max_examples=300, deadline=None, database=None)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.251",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_is_private_when_nobodys_site_can_live_there(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "9.255.255.255", "172.15.0.1", "172.32.0.1", "192.0.2.7", "203.0.113.1"),
        *("223.255.255.255", "2001:db8::1", "2606:4700::1111", "64:ff9b::c000:207"),
    ],
)
def test_is_not_private_when_the_address_is_public(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("64:ff9b::c0a8:101", "192.168.1.1"),  # NAT64, RFC 6052
        ("2002:c0a8:101::1", "192.168.1.1"),  # 6to4, RFC 3056
        ("2001:0:4136:e378:8000:63bf:3f57:fefe", "192.168.1.1"),  # Teredo, RFC 4380
        ("::ffff:192.168.1.1", "192.168.1.1"),
    ],
)
def test_ends_of_finds_the_address_inside(address: str, inside: str) -> None:
    assert ends_of(address)[1:] == (inside,)
    assert any(is_private(end) for end in ends_of(address))


def test_ends_of_is_the_address_alone_when_nothing_is_inside() -> None:
    assert ends_of("192.0.2.7") == ("192.0.2.7",)
    assert ends_of("2606:4700::1111") == ("2606:4700::1111",)


def test_within_keeps_the_versions_apart() -> None:
    networks = (ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32"))
    assert within("192.0.2.7", networks)
    assert within("2001:db8::7", networks)
    assert not within("192.0.3.7", networks)
    assert not within("::c000:207", networks)
    assert not within("192.0.2.7", ())


@FAST
@given(address=st.ip_addresses(v=4))
def test_is_private_agrees_with_the_standard_library_when_that_calls_it_private(
    address: ipaddress.IPv4Address,
) -> None:
    documentation = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    ours = is_private(str(address))
    if any(address in ipaddress.ip_network(n) for n in documentation):
        assert not ours
    elif address.is_multicast or not address.is_global:
        assert ours


@FAST
@given(address=st.ip_addresses(v=6))
def test_ends_of_raises_nothing_when_given_any_address(address: ipaddress.IPv6Address) -> None:
    assert ends_of(str(address))[0] == str(address)

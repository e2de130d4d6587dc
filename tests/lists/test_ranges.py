"""Address ranges: nested ones, both families, against asking each range in turn."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.faults import IndexFault
from kidgate.lists.layout import NETWORK
from kidgate.lists.ranges import Ranges, packed, parse_range


def network(version: int) -> st.SearchStrategy[str]:
    """Ranges that lie close together, so that they nest."""
    bits, base = (32, 0xC0000200) if version == 4 else (128, 0x20010DB8 << 96)
    kind = ipaddress.ip_network
    return st.tuples(st.integers(0, 255), st.sampled_from([0, 1, 8, 24, 25, 28, 31, bits])).map(
        lambda drawn: str(
            kind((base + drawn[0] if version == 4 else base + (drawn[0] << 90), drawn[1]), False)
        )
    )


NETWORKS = st.lists(network(4) | network(6), unique=True, max_size=30)
ADDRESSES = st.one_of(
    st.integers(0xC00001F0, 0xC0000310).map(lambda n: str(ipaddress.IPv4Address(n))),
    st.integers(0, 2**9).map(lambda n: str(ipaddress.IPv6Address((0x20010DB8 << 96) + (n << 89)))),
    st.ip_addresses().map(str),
)


def table(texts: list[str]) -> Ranges:
    return Ranges(memoryview(packed((parse_range(text), n) for n, text in enumerate(texts))))


@given(texts=NETWORKS, addresses=st.lists(ADDRESSES, min_size=1, max_size=10))
def test_every_range_around_an_address_is_found_the_narrowest_first(
    texts: list[str], addresses: list[str]
):
    ranges = table(texts)
    assert len(ranges) == len(texts)
    for address in addresses:
        ip = ipaddress.ip_address(address)
        around = [(t, n) for n, t in enumerate(texts) if ip in ipaddress.ip_network(t)]
        around.sort(key=lambda found: -ipaddress.ip_network(found[0]).prefixlen)
        assert list(ranges.around(address)) == around


def test_families_are_kept_apart():
    ranges = table(["::/0", "0.0.0.0/0"])
    assert list(ranges.around("192.0.2.1")) == [("0.0.0.0/0", 1)]
    assert list(ranges.around("::1")) == [("::/0", 0)]


@pytest.mark.parametrize(
    "text", ["192.0.2.1/24", "192.0.2.1", "2001:DB8::/32", "a.example/24", "", "192.0.2.0/33"]
)
def test_text_that_is_no_canonical_range_is_an_error(text: str):
    with pytest.raises(ValueError):
        parse_range(text)


@pytest.mark.parametrize(
    "fields",
    [
        (4, bytes(16), 0, 1, 0),  # in itself
        (4, bytes([192]) + bytes(15), 0, 1, 2**32 - 1),  # bits behind its prefix
    ],
)
def test_table_that_makes_no_sense_is_a_fault(fields: tuple[int, bytes, int, int, int]):
    with pytest.raises(IndexFault, match="address range"):
        list(Ranges(memoryview(NETWORK.pack(*fields))).around("192.0.2.1"))

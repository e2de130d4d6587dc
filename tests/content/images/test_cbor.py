"""CBOR within limits."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.images.cbor import BadCbor, decode
from tests.content.images.claims import cbor

VALUES = st.recursive(
    st.integers(-(2**63), 2**63) | st.text(max_size=20) | st.binary(max_size=20) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(VALUES)
@settings(max_examples=50)
def test_what_was_encoded_is_decoded(value: object) -> None:
    assert decode(cbor(value)) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("9f0102ff", [1, 2]),  # RFC 8949, appendix A
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("7f657374726561646d696e67ff", "streaming"),
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
        ("fb3ff199999999999a", None),
        ("a1016161", {"1": "a"}),
    ],
)
def test_examples_of_the_standard_are_decoded(data: str, value: object) -> None:
    assert decode(bytes.fromhex(data)) == value


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_else(data: bytes) -> None:
    with suppress(BadCbor):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81" * 100_000,  # a list in a list in a list
        b"\x9b" + b"\xff" * 8,  # a list of 2^64 items
        b"\x5b" + b"\xff" * 8,
        b"\x9f" + b"\0" * 100_000 + b"\xff",
        b"\x7f\x41a\xff",  # a text that is made of bytes
        b"\x61\xff",
        b"\xbf\x61\x61\x01",  # the break is missing
        b"\x1c",
    ],
)
def test_hostile_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(BadCbor):
        decode(data)

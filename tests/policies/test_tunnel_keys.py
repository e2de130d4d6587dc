from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.policies.tunnel_keys import (
    MOST,
    NAME_SERVER,
    canonical_key,
    tunnel_addresses,
    tunnel_port,
)


@given(st.binary(min_size=32, max_size=32).filter(any))
def test_key_has_one_spelling(key: bytes) -> None:
    text = base64.b64encode(key).decode()
    assert canonical_key(f" {text}\n") == text


@pytest.mark.parametrize(
    "text", ["", "x", "é" * 44, base64.b64encode(bytes(32)).decode(), "A" * 43, "QUJD"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no WireGuard key"):
        canonical_key(text)


def test_every_tunnel_has_addresses_and_a_port_of_its_own() -> None:
    places = {place for number in range(1, MOST + 1) for place in tunnel_addresses(number)}
    assert len(places) == 2 * MOST
    assert NAME_SERVER not in places
    assert (tunnel_addresses(1)[0], tunnel_port(51820, 1)) == ("10.89.0.1", 51820)
    assert tunnel_port(51820, 3) == 51822


@pytest.mark.parametrize("number", [0, -1, MOST + 1])
def test_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError):
        tunnel_addresses(number)
    with pytest.raises(ValueError):
        tunnel_port(1024, number)


def test_port_beyond_the_last_is_refused() -> None:
    with pytest.raises(ValueError, match="listen on a lower one"):
        tunnel_port(65_530, 10)

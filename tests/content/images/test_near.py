"""Everything within 31 bits is found, nothing beyond; whatever else is on the lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="needs the extra `images`")

from kidgate.content.images.layout import HashesFault
from kidgate.content.images.near import Near
from kidgate.content.images.pdq_words import DISTANCE
from tests.content.images.hash_lists import (
    compiled,
    digests,
    flipped,
    hash_list,
    perceptual,
)

HASHES = perceptual(3000, seed=1)
DATA = compiled(hash_list("a", digests(50, 2), HASHES[::2]), hash_list("b", [], HASHES[1::2]))
NEAR = Near(memoryview(DATA))


@given(st.integers(0, len(HASHES) - 1), st.integers(0, 80), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_hash_is_found_when_near_and_only_then(number: int, bits: int, seed: int) -> None:
    found = NEAR.find(flipped(HASHES[number], bits, seed))
    if bits <= DISTANCE:
        assert found is not None
        assert found.distance == bits
        assert found.listed == "ab"[number % 2]
    else:
        assert found is None


@pytest.mark.deep
@given(st.integers(0, len(HASHES) - 1), st.integers(0, 2**32))
@settings(max_examples=5000, deadline=None)
def test_no_hash_is_missed_at_the_greatest_distance(number: int, seed: int) -> None:
    found = NEAR.find(flipped(HASHES[number], DISTANCE, seed))
    assert found is not None and found.distance == DISTANCE


def test_bits_spread_evenly_over_the_bands_are_found() -> None:
    """Two in each band but one: the hardest case of the look-up."""
    number = int.from_bytes(HASHES[7])
    spread = sum(3 << 16 * band for band in range(15)) | 1 << 240
    assert spread.bit_count() == DISTANCE
    found = NEAR.find((number ^ spread).to_bytes(32))
    assert found is not None and found.distance == DISTANCE


def test_nearest_is_told_when_several_are_near() -> None:
    close = flipped(HASHES[0], 4, seed=5)
    near = Near(
        memoryview(compiled(hash_list("far", [], [HASHES[0]]), hash_list("close", [], [close])))
    )
    found = near.find(flipped(close, 2, seed=6))
    assert found is not None and (found.listed, found.distance) == ("close", 2)


def test_lists_without_perceptual_hashes_find_nothing() -> None:
    near = Near(memoryview(compiled(hash_list("a", digests(5, 3), []))))
    assert len(near) == 0
    assert near.find(HASHES[0]) is None


@pytest.mark.parametrize("at", [0, 9, 30, 200, len(DATA) // 2, len(DATA) - 1])
def test_damage_is_refused_wherever_it_is(at: int) -> None:
    damaged = bytearray(DATA)
    damaged[at] ^= 1
    with pytest.raises(HashesFault, match="kidgate images build"):
        Near(memoryview(bytes(damaged)))


@pytest.mark.parametrize("size", [0, 10, 103, len(DATA) - 8])
def test_cut_file_is_refused(size: int) -> None:
    with pytest.raises(HashesFault):
        Near(memoryview(DATA[:size]))

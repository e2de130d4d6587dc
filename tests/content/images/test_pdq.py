"""The hash is the reference implementation's, bit for bit."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs the extra `images`")
pytest.importorskip("PIL", reason="needs the extra `images`")

import numpy as np

from kidgate.content.images.pdq import pdq
from kidgate.content.images.pdq_words import DISTANCE, QUALITY
from tests.content.images.drawn import field, waves

# Height and width, quality, hash: by pdqhash 0.2.8, which wraps the reference in C++.
GOLDEN = (
    ((240, 320), 100, "b6496caabe5585ff0f0ade587e8ac35d7d8b132085501fe59ad9df8291258b01"),
    ((512, 512), 100, "b6496caa3e5585ff4f0ad8507e8ad35d7d8b33208d501fe59ad9df8291251b01"),
    ((64, 64), 100, "1e4964aa3e5581ff0daade48568acb5d6dcb13a085500fe59bf9dfc299258b81"),
    ((37, 100), 100, "1ed964ab3e5081fd0d8ade4d5e8a9b5d6dcb13a885500fe58bf99fc293250b81"),
    ((5, 9), 100, "5c8a3e17a375c1f8a1e5c0f970a13f060e1e3e075c8a3e17a375c1f8f1e1c0f9"),
    ((301, 200), 100, "b6496caa3e5585ff4f0ad8597e8a935d7d8b33208d501fe59ad99f8291251b01"),
)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


@pytest.mark.parametrize(("shape", "quality", "text"), GOLDEN)
def test_hash_is_that_of_the_reference(shape: tuple[int, int], quality: int, text: str) -> None:
    found = pdq(waves(*shape))
    # Another processor may round a value beside the median otherwise.
    assert distance(found.bits, bytes.fromhex(text)) <= 2
    assert found.quality == quality


@pytest.mark.parametrize("seed", (1, 4, 7))
def test_hash_agrees_with_the_package_where_it_is_installed(seed: int) -> None:
    reference = pytest.importorskip("pdqhash", reason="compares with pdqhash, a development extra")
    pixels = waves(100 + 40 * seed, 640 - 60 * seed, seed)
    vector, quality = reference.compute(pixels)
    found = pdq(pixels)
    assert distance(found.bits, np.packbits(vector.astype(bool)).tobytes()) <= 2
    assert found.quality == quality


def test_pictures_of_different_things_are_far_apart() -> None:
    hashes = [pdq(waves(240, 320, seed)).bits for seed in range(1, 6)]
    apart = [distance(a, b) for n, a in enumerate(hashes) for b in hashes[:n]]
    assert min(apart) > DISTANCE


def test_plain_field_has_too_little_to_see() -> None:
    assert pdq(field(240, 320, (200, 20, 20))).quality < QUALITY


@pytest.mark.parametrize("shape", [(4, 100, 3), (100, 4, 3), (100, 100), (100, 100, 4)])
def test_what_has_no_hash_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="has no hash"):
        pdq(np.zeros(shape, np.uint8))

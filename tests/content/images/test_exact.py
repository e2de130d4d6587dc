"""The exact part of the compiled hashes."""

from __future__ import annotations

from hashlib import sha256

import pytest

from kidgate.content.images.canary import NAME, canary
from kidgate.content.images.exact import Exact
from kidgate.content.images.layout import HashesFault
from tests.content.images.hash_lists import compiled, digests, hash_list

FIRST, SECOND = digests(2000, 1), digests(500, 2)
DATA = compiled(hash_list("first", FIRST, []), hash_list("second", sorted([*SECOND, FIRST[0]]), []))


def reading(data: bytes) -> Exact:
    return Exact(lambda offset, size: data[offset : offset + size])


def test_every_hash_is_found_with_its_list() -> None:
    exact = reading(DATA)
    assert {exact.find(one) for one in FIRST} == {"first"}
    assert {exact.find(one) for one in SECOND} == {"second"}
    assert exact.header.exact == 2501


def test_other_hashes_are_not_found() -> None:
    exact = reading(DATA)
    assert {exact.find(one) for one in digests(2000, 3)} == {""}
    assert [exact.find(edge * 32) for edge in (b"\0", b"\xff")] == ["", ""]


def test_canary_is_always_there() -> None:
    digest = sha256(canary()).digest()
    assert reading(DATA).find(digest) == NAME
    assert reading(compiled()).find(digest) == NAME


def test_damaged_head_is_refused() -> None:
    for data in (b"", DATA[:50], b"X" + DATA[1:], DATA[:8] + b"\x09" + DATA[9:]):
        with pytest.raises(HashesFault, match="kidgate images build"):
            reading(data)


def test_file_that_is_cut_short_is_no_miss() -> None:
    """A list that ends early must not look like one that does not have the picture."""
    exact = reading(DATA)
    cut = Exact(lambda offset, size: DATA[: len(DATA) // 3][offset : offset + size])
    missed = 0
    for one in FIRST:
        assert exact.find(one)
        try:
            missed += not cut.find(one)
        except HashesFault:
            continue
    assert missed == 0


def test_starts_that_contradict_the_header_are_refused() -> None:
    exact = reading(DATA)
    key = FIRST[0][0] << 8 | FIRST[0][1]
    at = exact.header.exact_starts_at + 4 * key
    broken = DATA[:at] + b"\xff\xff\xff\x7f" + DATA[at + 4 :]
    with pytest.raises(HashesFault, match="contradicts"):
        reading(broken).find(FIRST[0])

"""Recovery codes: random, kept as hashes, found however they are typed."""

from __future__ import annotations

import re

import pytest

from kidgate.dashboard.signing_in.recovery import CODES, LETTERS, hash_code, match, new_codes
from kidgate.store.keys import is_hash


def test_codes_are_random_and_can_be_written_down() -> None:
    codes = [code for _ in range(20) for code in new_codes()]
    assert len(set(codes)) == 20 * CODES
    assert all(re.fullmatch(rf"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}}){{3}}", code) for code in codes)
    assert len(set(LETTERS)) == 32
    assert not set("ilou") & set(LETTERS)


def test_code_is_found_by_its_hash() -> None:
    codes = new_codes()
    hashes = [hash_code(code) for code in codes]
    assert all(map(is_hash, hashes))
    assert [match(hashes, code) for code in codes] == hashes
    assert match(hashes[1:], codes[0]) == ""
    assert match([], codes[0]) == ""


@pytest.mark.parametrize(
    "typed", ["01AB-CDEF-GH01-9XYZ", "oIab cdef ghOl 9xyz", "01abcdefgh019xyz"]
)
def test_code_is_found_however_it_is_typed(typed: str) -> None:
    assert hash_code(typed) == hash_code("01ab-cdef-gh01-9xyz")


@pytest.mark.parametrize("typed", ["", "----", "01ab-cdef-gh01-9xy", "\ud800", "x" * 10_000])
def test_what_is_no_code_is_nobody_s(typed: str) -> None:
    assert match([hash_code(code) for code in new_codes()], typed) == ""

"""What a page carries: ours alone, for one purpose, until its time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.proxy.seals import seal, unseal

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = 1_000_000.0


def test_sealed_fields_come_back_until_their_time() -> None:
    text = seal(KEY, "ask", {"url": "https://x.example/é?a=1", "child": "mai"}, NOW + 10)
    found = unseal(KEY, "ask", text, NOW + 10)
    assert found is not None
    assert (found["url"], found["child"]) == ("https://x.example/é?a=1", "mai")
    assert unseal(KEY, "ask", text, NOW + 11) is None
    assert unseal(KEY, "waiting", text, NOW) is None
    assert unseal(OTHER, "ask", text, NOW) is None


@pytest.mark.parametrize("text", ["", ".", "é.é", "e30.", "\ud800.00", "a" * 10_000, "e30.é"])
def test_what_is_no_seal_says_nothing(text: str) -> None:
    assert unseal(KEY, "ask", text, NOW) is None


@given(at=st.integers(0, 200), char=st.characters())
@settings(max_examples=100, deadline=None, database=None)
def test_seal_with_another_character_is_none(at: int, char: str) -> None:
    text = seal(KEY, "ask", {"child": "mai", "url": "https://x.example/"}, NOW)
    at %= len(text)
    if text[at] != char:
        assert unseal(KEY, "ask", text[:at] + char + text[at + 1 :], NOW) is None

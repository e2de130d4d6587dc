"""Phrase lists, which are no lists of sites."""

from __future__ import annotations

import pytest

from kidgate.lists.formats import phrases

LINES = {
    "<word>": True,
    "< word ><50>": True,
    "<one>,<two><-20>": True,
    "<one>, <two>, <three><5> # why": True,
    "<word": False,
    "a.example": False,
    "<word> and more": False,
    ".Include<file>": False,
}


@pytest.mark.parametrize("line", LINES)
def test_phrase_is_told(line: str):
    assert phrases.votes(line) is LINES[line]

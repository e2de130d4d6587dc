"""Types of requests."""

from __future__ import annotations

import pytest

from kidgate.lists.rules.resources import ALL, BITS, NAMES, UNKNOWN, bit_of, names_of, seen_as


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("document", "document"),
        ("iframe", "subdocument"),
        ("sharedworker", "script"),
        ("style", "stylesheet"),
        ("video", "media"),
        ("empty", "xmlhttprequest"),
        ("report", "other"),
    ],
)
def test_words_of_browsers(word: str, name: str):
    assert seen_as(word) == BITS[name]


@pytest.mark.parametrize("word", ["", "SCRIPT", "script, image", "hologram"])
def test_other_words_are_unknown(word: str):
    assert seen_as(word) == UNKNOWN


def test_words_of_lists():
    assert [bit_of(name) for name in NAMES] == [1 << place for place in range(len(NAMES))]
    assert bit_of("xhr") == BITS["xmlhttprequest"]
    assert bit_of("popup") == 0
    assert list(names_of(ALL)) == list(NAMES)
    with pytest.raises(KeyError):
        bit_of("csp")

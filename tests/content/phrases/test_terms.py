"""Phrases as tables: what is sought for them."""

from __future__ import annotations

import pytest

from kidgate.content.phrases.terms import Table, usable
from kidgate.policies.phrases import Phrase


def phrase(*texts: str, loose: bool = False, **marks: bool) -> Phrase:
    return Phrase(texts, 10, "adult", "test", loose=loose, **marks)


def sought(*phrases: Phrase) -> dict[str, list[bool]]:
    """Each pattern, and for each of its terms whether it is one without marks."""
    patterns = Table(phrases).patterns
    return {one.decode(): [term.folded for term in terms] for one, terms in patterns.items()}


def test_phrase_is_sought_with_marks_and_without() -> None:
    assert sought(phrase("Nổ Hũ")) == {"nổ hũ": [False], "no hu": [True]}
    assert sought(phrase("casino online")) == {"casino online": [False]}
    assert sought(phrase("lồn")) == {"lồn": [False]}
    assert sought(phrase("lồn", safe_folded=True)) == {"lồn": [False], "lon": [True]}
    assert sought(phrase("cá độ", never_folded=True)) == {"cá độ": [False]}


def test_both_tone_placements_are_one_pattern() -> None:
    assert sought(phrase("hòa bình")) == sought(phrase("hoà bình"))
    assert len(sought(phrase("hòa bình"), phrase("hoà bình"))) == 2


def test_phrases_of_the_same_text_share_what_is_sought() -> None:
    table = Table([phrase("sex"), Phrase(("sex",), 5, "dating", "test")])
    assert table.singles == {0: (0, 1)}
    assert list(table.groups) == [0, 1]


def test_combination_is_looked_at_by_its_longest_text() -> None:
    table = Table([phrase("bet", "casino online")])
    (anchor,) = table.anchored
    assert table.patterns[b"casino online"][0].number == anchor
    assert table.members == {0: ((0,), (1,))}


@pytest.mark.parametrize(
    ("written", "loose", "can_be"),
    [
        ("a", False, True),
        ("ab", True, False),
        (" ab ", True, True),
        (" ab", True, False),
        ("abc", True, True),
        ("女", True, True),
        ("...", False, False),
        ("", True, False),
    ],
)
def test_text_must_be_more_than_a_piece_of_any_word(
    written: str, *, loose: bool, can_be: bool
) -> None:
    assert usable(phrase(written, loose=loose)) is can_be
    assert bool(Table([phrase(written, loose=loose)]).phrases) is can_be

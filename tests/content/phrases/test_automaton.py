"""Where a phrase is found, and where it is not."""

from __future__ import annotations

import pytest

from kidgate.content.phrases.automaton import PIECE, REPEATS, Automaton, Spelling
from kidgate.content.phrases.words import searchable
from kidgate.content.vietnamese.views import normal
from kidgate.policies.phrases import Phrase


def phrase(*texts: str, loose: bool = False, safe: bool = False) -> Phrase:
    return Phrase(texts, 10, "adult", "test", safe_folded=safe, loose=loose)


def found(text: str, *phrases: Phrase, spelling: Spelling = Spelling.WRITTEN) -> list[str]:
    automaton = Automaton.build(phrases)
    hits = automaton.hits(searchable(normal(text).encode()), spelling)
    return [
        automaton.phrases[n].shown for term, _, _ in hits for n in automaton.singles.get(term, ())
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [("sex", 1), ("SEX sex", 2), ("essex", 0), ("sexy", 0), ("sex.", 1), ("asex sex sexa", 1)],
)
def test_own_phrase_is_a_whole_word(text: str, times: int) -> None:
    assert found(text, phrase("sex")) == ["sex"] * times


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("sex", {"sex", "essex", "sexy", "asexa"}),
        (" sex", {"sex", "sexy"}),
        ("sex ", {"sex", "essex"}),
        (" sex ", {"sex"}),
    ],
)
def test_loose_phrase_is_bound_by_its_blanks(written: str, where: set[str]) -> None:
    words = {"sex", "essex", "sexy", "asexa", "se"}
    assert {word for word in words if found(word, phrase(written, loose=True))} == where


def test_one_pattern_with_different_ends_gives_each_its_own() -> None:
    both = (phrase(" sex ", loose=True), phrase("sex", loose=True))
    assert found("essex", *both) == ["sex"]
    assert len(found("sex", *both)) == 2


def test_text_without_marks_meets_phrases_of_two_syllables() -> None:
    two, one = phrase("nổ hũ"), phrase("lồn")
    assert found("no hu lon", two, one, spelling=Spelling.BOTH) == ["nổ hũ"]
    assert found("no hu lon", two, one, spelling=Spelling.WRITTEN) == []
    assert found("nổ hũ", two, spelling=Spelling.WRITTEN) == ["nổ hũ"]
    assert found("porn", phrase("porn"), spelling=Spelling.FOLDED) == []  # it was written so


def test_one_syllable_without_marks_must_be_marked_safe() -> None:
    assert found("dit", phrase("địt", safe=True), spelling=Spelling.BOTH) == ["địt"]
    assert found("dit", phrase("địt"), spelling=Spelling.BOTH) == []


def test_page_that_writes_marks_is_not_read_without_them() -> None:
    assert found("các bạn bán lon nước", phrase("cặc"), phrase("lồn"), phrase("bán lồn")) == []


@pytest.mark.parametrize("before", [*range(PIECE - 14, PIECE + 3), 2 * PIECE - 5])
def test_phrase_is_found_once_wherever_a_piece_ends(before: int) -> None:
    text = "x" * (before - 1) + " online casino " + "y" * PIECE
    phrases = (phrase("online casino"), phrase("no", loose=True), phrase("line cas", loose=True))
    assert sorted(found(text, *phrases)) == ["line cas", "online casino"]


def test_repeats_are_told_a_few_times() -> None:
    assert len(found("sex " * 1000, phrase("sex"))) == REPEATS


def test_combination_needs_each_of_its_texts() -> None:
    automaton = Automaton.build([phrase("nạp tiền", "rút tiền", "nhà cái"), phrase("xổ số")])

    def complete(text: str) -> list[str]:
        hits = automaton.hits(searchable(normal(text).encode()), Spelling.BOTH)
        terms = {term for term, _, _ in hits}
        return [automaton.phrases[number].shown for number, _ in automaton.complete(terms)]

    assert complete("nhà cái cho nạp tiền và rút tiền") == ["nạp tiền + rút tiền + nhà cái"]
    assert complete("nha cai cho nap tien va rut tien") == ["nạp tiền + rút tiền + nhà cái"]
    assert complete("nhà cái cho nạp tiền, xổ số") == []


def test_of_equal_phrases_the_weightiest_stays() -> None:
    equal = [Phrase(("x y",), weight, "adult", f"{weight}") for weight in (5, 30, 10)]
    other = Phrase(("x y",), 7, "drugs", "other")
    assert [p.source for p in Automaton.build([*equal, other]).phrases] == ["30", "other"]


def test_what_cannot_be_sought_is_left_out() -> None:
    useless = [phrase(), phrase("..."), phrase("ab", loose=True), phrase("sex", "", loose=True)]
    assert Automaton.build(useless).phrases == ()
    assert found("abc", *useless) == []


def test_no_phrases_find_nothing() -> None:
    assert found("anything") == []

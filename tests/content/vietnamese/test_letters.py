"""Single letters."""

from __future__ import annotations

import pytest

from kidgate.content.vietnamese.letters import (
    MARKED,
    latinised,
    lowered,
    marks_fewer_than,
    placed,
    without_marks,
)


def plain_letters(text: str) -> bytes:
    return placed(latinised(lowered(text)))


def test_every_marked_letter_loses_its_marks() -> None:
    plain = without_marks(MARKED.encode()).decode()
    assert plain == "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"


def test_upper_case_letters_are_the_same_letters() -> None:
    assert plain_letters(MARKED.upper()) == plain_letters(MARKED)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hòa", "hoà"), ("tọa", "toạ"), ("khỏe", "khoẻ"), ("túy", "tuý"), ("thủy", "thuỷ")],
)
def test_tone_stands_where_the_new_way_puts_it(old: str, new: str) -> None:
    assert plain_letters(old).decode() == new


@pytest.mark.parametrize(
    "word", ["của", "mùa", "kìa", "bảo", "cháo", "hoàn", "quả", "thuở", "huýt"]
)
def test_other_tones_stay(word: str) -> None:
    assert plain_letters(word).decode() == word


@pytest.mark.parametrize(
    "text", ["москва", "ελλάδα", "हिन्दी", "العربية", "日本語", "עברית", "ไทย", "한국어"]
)
def test_words_of_other_scripts_stay_but_for_what_nobody_sees(text: str) -> None:
    assert plain_letters(text).decode() == text


def test_joiner_between_letter_and_tone_takes_nothing() -> None:
    assert plain_letters("ho\u200ba\u200b\u0300").decode() == "hoà"


@pytest.mark.parametrize("times", [1, 600])
def test_odd_letters_are_read_whether_few_or_many(times: int) -> None:
    odd = "ｓ\u200b𝐞\u0336🆇 học "
    assert plain_letters(odd * times).decode() == "sex học " * times


@pytest.mark.parametrize("times", [0, 1, 600])
def test_foreign_letter_in_a_latin_word_is_read_behind_any_number_of_odd_ones(times: int) -> None:
    text = "\u200b" * times + "pоrn, порт"  # the first o is Cyrillic
    assert plain_letters(text).decode() == "porn, порт"


def test_marks_are_counted_up_to_the_limit() -> None:
    assert marks_fewer_than(3, "ăn ở".encode())
    assert not marks_fewer_than(2, "ăn ở".encode())
    assert marks_fewer_than(1, b"plain")

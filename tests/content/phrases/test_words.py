"""What stands between words: in a text, and in a phrase."""

from __future__ import annotations

import pytest

from kidgate.content.phrases import words
from kidgate.content.phrases.words import count_words, pattern, patterns


def searchable(text: str) -> bytes:
    return words.searchable(text.encode("utf-8", "replace"))


def holds(text: str, phrase: str) -> bool:
    return b" " + pattern(phrase) + b" " in searchable(text).replace(b"\x01", b" ")


@pytest.mark.parametrize(
    "text",
    [
        "cá độ",
        "cá  độ",
        "cá\tđộ",
        "cá\u00a0độ",
        "cá\u2003 độ",
        "cá-độ",
        "cá.độ",
        "cá_độ",
        "cá·độ",
        "cá/độ",
        "(cá độ)",
        "“cá độ”",
        "chơi cá độ.",
    ],
)
def test_phrase_is_found_whatever_joins_its_words(text: str) -> None:
    assert holds(text, "cá độ")


@pytest.mark.parametrize(
    "text",
    [
        "bán cá, độ tươi",
        "bán cá. độ ẩm",
        "bán cá! độ ẩm",
        "bán cá (độ tươi)",
        "bán cá – độ tươi",
        "bán cá… độ tươi",
        "bán cá。độ",
        "bán “cá” độ",
        "bán cá\nđộ ẩm",
        "bán cá: độ ẩm",
        "bán cá 🔥 độ ẩm",
    ],
)
def test_phrase_does_not_reach_across_the_end_of_a_thought(text: str) -> None:
    assert b"c\xc3\xa1 \xc4\x91\xe1\xbb\x99" not in searchable(text)


def test_punctuation_in_a_phrase_is_what_it_is_in_a_text() -> None:
    assert pattern("yes, master") in searchable("oh yes, master of")
    assert pattern("yes, master") not in searchable("oh yes master of")
    assert pattern("don’t") == pattern("don't")
    assert pattern("www.google.com/intl/en/") == b"www google com intl en"


@pytest.mark.parametrize("text", ["", " ", "...", "<>", "–", "\u2003", "🔥"])
def test_nothing_is_left_of_what_holds_no_word(text: str) -> None:
    assert pattern(text) == b""


def test_text_that_is_no_unicode_is_searched_all_the_same() -> None:
    assert pattern("sex") in searchable("\ud800 sex \udfff\x00")


def test_lines_are_spelt_as_each_alone() -> None:
    lines = ["nổ hũ", " <sex>. ", "", "cá – độ", "a\u00a0b -"]
    assert patterns("".join(f"{line}\n" for line in lines)) == [pattern(line) for line in lines]
    assert patterns("") == []


def test_words_are_counted_about_right() -> None:
    assert count_words(searchable("")) == 0
    assert count_words(searchable("một hai\nba bốn")) == 4
    assert count_words(searchable("美女明星" * 10)) == 10

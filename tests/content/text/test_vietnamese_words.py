from __future__ import annotations

import unicodedata

import pytest

from kidgate.content.text.vietnamese_words import share_of_syllables


@pytest.mark.parametrize(
    "text",
    [
        "nghiêng Quốc ngữ chuyện khuỷu thuở hoà hòa yêu uống rượu Nguyễn ĐƯỜNG giếng quyển",
        "tiếng Việt thời xưa, mẹ về; gió thổi... hoằng ngoẹo khoắng quỳnh",
    ],
)
def test_share_of_syllables_when_vietnamese(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    good, total = share_of_syllables(text)
    assert good == total > 8


@pytest.mark.parametrize(
    "word",
    ["élève", "müssen", "nàýt", "tiẾng", "bôơi", "càch", "ngàýen", "straße", "Ölçü", "дом"],
)
def test_share_of_syllables_when_not(word: str) -> None:
    assert share_of_syllables(word) == (0, 1)


def test_share_of_syllables_when_a_letter_stands_alone() -> None:
    assert share_of_syllables("à ố – “ hello") == (0, 0)

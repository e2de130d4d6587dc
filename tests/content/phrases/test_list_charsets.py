"""What charset a line is in, when nobody says."""

from __future__ import annotations

import pytest

from kidgate.content.phrases.list_charsets import decoder

RUSSIAN = "секс форум"


@pytest.mark.parametrize("folder", ["russian-1251", "russian-koi8-r", "weighted_russian"])
@pytest.mark.parametrize("charset", ["cp1251", "koi8_r", "utf-8"])
def test_russian_is_told_by_its_small_letters_whatever_the_folder_says(
    folder: str, charset: str
) -> None:
    row = RUSSIAN.encode(charset)
    assert decoder(f"phraselists/{folder}/weighted", [row])(row) == RUSSIAN


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp"])
def test_japanese_lines_may_each_have_their_own(charset: str) -> None:
    rows = [word.encode(charset) for word in ("美人", "胸の谷間")]
    decode = decoder("phraselists/japanese/pornography/weighted", rows)
    assert [decode(row) for row in rows] == ["美人", "胸の谷間"]


def test_chinese_goes_by_its_folder() -> None:
    for folder, charset in (("chinesebig5", "big5"), ("chinesegb2312", "gb2312")):
        row = "美女明星".encode(charset)
        assert decoder(f"phraselists/{folder}/x/weighted", [row])(row) == "美女明星"


def test_others_are_western_or_polish() -> None:
    assert decoder("lists/weighted_french", [])("très".encode("cp1252")) == "très"
    assert decoder("lists/polish/weighted", [])("dojrzałe".encode("cp1250")) == "dojrzałe"
    assert decoder("lists/x", [])(b"\x81\x8d") is None

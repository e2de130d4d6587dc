"""Telex and VNI as they are left when the keyboard program was off."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kidgate.content.vietnamese.keys import from_telex, from_vni, typed_out


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("ddooj", "độ"),
        ("ddoojc", "độc"),
        ("tieenf", "tiền"),
        ("tieefn", "tiền"),
        ("ddanhs", "đánh"),
        ("thuoocs", "thuốc"),
        ("nguwowif", "người"),
        ("nguowif", "người"),
        ("nguoif", "người"),
        ("truwowngf", "trường"),
        ("gias", "giá"),
        ("gif", "gì"),
        ("quas", "quá"),
        ("casi", "cái"),
        ("hoaf", "hoà"),
        ("lawcs", "lắc"),
    ],
)
def test_telex_makes_the_syllable(keys: str, syllable: str) -> None:
    assert from_telex(keys) == syllable


@pytest.mark.parametrize(
    "word", ["phim", "books", "for", "wind", "cheats", "trick", "kings", "eels"]
)
def test_words_that_are_no_syllable_are_not_telex(word: str) -> None:
    assert from_telex(word) is None


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [("d9o65", "độ"), ("ngu7o7i2", "người"), ("ngu7oi2", "người"), ("lo71n", "lớn"), ("ca1", "cá")],
)
def test_vni_makes_the_syllable(keys: str, syllable: str) -> None:
    assert from_vni(keys) == syllable


@pytest.mark.parametrize("word", ["mp3", "b52", "bet365", "go88", "h264", "cap3", "covid19", "s3x"])
def test_names_with_digits_are_not_vni(word: str) -> None:
    assert from_vni(word) is None


@pytest.mark.shared
def test_common_english_words_alone_are_never_read_as_telex(shared: Path) -> None:
    with gzip.open(shared / "data/phrases/freq/en_50k.txt.gz", "rt", encoding="utf-8") as file:
        words = [line.split()[0] for line in file]
    changed = [word for word in words if typed_out(word.encode()) != word.encode()]
    assert changed == []

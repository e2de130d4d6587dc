"""There is a mask for every language of a page and every label."""

from __future__ import annotations

import struct

import pytest

from kidgate.content.images.verdict import Label
from kidgate.proxy.pages.languages import LANGUAGES
from kidgate.proxy.pictures.strips import number, strips


def test_every_language_has_words_for_every_label() -> None:
    labels = [label for label in Label if label]
    numbers = [number(language, label) for language in LANGUAGES for label in labels]
    assert numbers == list(range(1, len(strips()) + 1))
    for picture in strips():
        width, height = struct.unpack(">II", picture[16:24])
        assert height == 56 and width > 4 * height


def test_no_other_language_is_drawn() -> None:
    with pytest.raises(ValueError):
        number("fr", Label.AI_MADE)

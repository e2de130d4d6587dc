"""The table of look-alike characters is what Unicode says it is."""

from __future__ import annotations

from pathlib import Path

from kidgate.content.confusables import LOOKS_LIKE
from tests.content.confusable_table import table, text_of


def test_table_is_made_from_unicode_data(shared: Path) -> None:
    path = shared / "data" / "vectors" / "unicode" / "confusables.txt.gz"
    assert table(text_of(path)) == LOOKS_LIKE


def test_each_character_looks_like_one_text_alone() -> None:
    every = "".join(LOOKS_LIKE.values())
    assert len(every) == len(set(every))
    assert not any(character.isascii() for character in every)
    assert all(text.isascii() for text in LOOKS_LIKE)

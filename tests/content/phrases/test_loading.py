"""From rows to an automaton."""

from __future__ import annotations

from kidgate.content.phrases.loading import analyser
from kidgate.policies.phrases import Phrase

ROWS = (
    Phrase(("nổ hũ",), 30, "gambling", "a", safe_folded=True),
    Phrase((" run ",), 5, "sport", "b", loose=True),
    Phrase(("bệnh viện",), -10, "", "c"),
)


def test_rows_become_phrases() -> None:
    first, second, _ = analyser(ROWS).phrases
    assert (first.texts, first.weight, first.category) == (("nổ hũ",), 30, "gambling")
    assert (first.source, first.safe_folded, first.loose) == ("a", True, False)
    assert second.loose


def test_only_wanted_categories_are_sought_and_what_speaks_for_all() -> None:
    assert [p.source for p in analyser(ROWS, {"gambling"}).phrases] == ["a", "c"]

"""Pages that a child should not be shown reach the limit of 9-12, however they are spelled.

The figures of all rounds are `python -m benchmarks accuracy`; here is what must not get worse.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.accuracy import ROUNDS, TIER, Judged
from benchmarks.pages import WrittenPage, decomposed, without_marks, written_pages
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.score import score
from kidgate.documents.builtin import load_builtin

LIMITS = next(row.text_limits for row in load_builtin()[0] if row.key == TIER)
FIRST = [*written_pages("vi"), *written_pages("en")]
LATER = [page for name in ("fresh", "last", *ROUNDS) for page in written_pages(name)]
KNOWN_MISSES = {"job-vi"}  # of the round that nothing is changed for


def judged(page: WrittenPage, own: Automaton, spell: Callable[[str], str] = str) -> Judged:
    return Judged(page.name, page.about, score(page.page(spell), own))


def hidden(text: str) -> str:
    """Invisible joiners in every word, tones placed the old way, capitals."""
    return "\u200b".join(text.replace("oà", "òa").replace("uý", "úy").upper())


@pytest.mark.parametrize("page", FIRST, ids=lambda page: page.name)
def test_page_reaches_its_limit(page: WrittenPage, own: Automaton) -> None:
    found = judged(page, own)
    assert page.about in found.over(LIMITS), found.told(LIMITS)


@pytest.mark.parametrize("spell", [without_marks, decomposed, hidden], ids=lambda one: one.__name__)
def test_pages_reach_their_limits_otherwise_spelled(
    spell: Callable[[str], str], own: Automaton
) -> None:
    pages = [page for page in FIRST if page.written in ("marks", "unmarked")]
    missed = [page.name for page in pages if judged(page, own, spell).is_wrong(LIMITS)]
    assert len(missed) <= len(pages) * 0.05, missed


def test_at_least_95_in_100_of_all_rounds_are_caught(own: Automaton) -> None:
    pages = [*FIRST, *LATER]
    missed = {page.name for page in pages if judged(page, own).is_wrong(LIMITS)}
    assert len(missed) <= len(pages) * 0.05, missed
    assert missed <= KNOWN_MISSES


def test_every_category_of_the_lists_has_pages() -> None:
    about = {page.about for page in FIRST}
    assert about == {
        "adult", "gambling", "drugs", "weapons", "violence", "gore", "self_harm", "hate", "proxy",
        "scam", "grooming",
    }  # fmt: skip

"""Names of other lists in the words of our categories."""

from __future__ import annotations

import pytest

from kidgate.content.phrases.list_categories import KNOWN, category_of
from kidgate.documents.builtin import load_categories
from kidgate.policies.phrases import EVERY


@pytest.mark.parametrize(
    ("path", "said", "category"),
    [
        ("phraselists/ukenglish/pornography/weighted", "", "adult"),
        ("phraselists/ukenglish/drugadvocacy/weighted", "IllegalDrugs", "drugs"),
        ("weighted", "Pornography (Portuguese)", "adult"),
        ("weighted", "Pornography (Polish", "adult"),
        ("weighted", "Illegal Drugs", "drugs"),
        ("weighted", "Pornography (Russian UTF-8)", "adult"),
        ("x/intolerance/banned", "", "hate"),
        ("phraselists/danish/goodphrases/weighted", "GoodPhrases (Swedish)", EVERY),
        ("x/rta/banned", "'Restricted To Adults' tag", "adult"),
        ("weighted", "Secret Societies", "secretsocieties"),
        ("x/travel/weighted", "", "travel"),
        ("weighted", "", "phrases"),
    ],
)
def test_category_of_a_list(path: str, said: str, category: str) -> None:
    assert category_of(path, said) == category


def test_lists_that_we_know_are_about_categories_that_we_have() -> None:
    ours = {category.key for category in load_categories()}
    assert set(KNOWN.values()) - ours == {EVERY, "badwords"}

"""Every sentence is there in both languages, with the same gaps to fill."""

from __future__ import annotations

import re

import pytest

from kidgate.documents.builtin import load_categories
from kidgate.documents.digest.alerts import category_about, category_title, said
from kidgate.documents.digest.questions import BANDS, TOPICS, load_questions, questions
from kidgate.documents.sentences import Sentences, load_sentences
from kidgate.policies.alerts import KINDS
from kidgate.policies.model import Reason

PACKAGES = ("kidgate.documents.digest", "kidgate.documents.reports")
# Said to nobody as something that was stopped.
SILENT = {"safe_harbour", "own_page", "grant"}


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("package", PACKAGES)
def test_sentences_are_the_same_in_both_languages(package: str) -> None:
    vi, en = (load_sentences(package, language) for language in ("vi", "en"))
    assert vi.texts.keys() == en.texts.keys()
    assert all(vi.texts.values()) and all(en.texts.values())
    assert {k for k in vi.texts if gaps(vi.texts[k]) != gaps(en.texts[k])} == set()


def test_other_language_is_told_in_english() -> None:
    assert load_sentences(PACKAGES[0], "fr").language == "en"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", [*KINDS, "unheard_of"])
def test_every_alert_can_be_told_whatever_facts_it_has(kind: str, language: str) -> None:
    for facts in ({}, {"child": "mai", "hosts": ["a.example"], "category": "grooming"}):
        found = said(kind, facts, 3, language)
        assert all(found) and "{" not in "".join(found)
    assert ("(3 times)" if language == "en" else "(3 lần)") in found.what


def test_every_reason_has_words() -> None:
    words: Sentences = load_sentences(PACKAGES[0], "vi")
    assert {r.value for r in Reason if f"reasons/{r.value}" not in words.texts} <= SILENT


def test_category_that_nobody_knows_stays_itself() -> None:
    assert category_title("games", "vi") == "Trò chơi"
    assert (category_title("homemade", "vi"), category_about("homemade", "en")) == ("homemade", "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_bank_has_questions_for_every_topic_and_age(language: str) -> None:
    bank = load_questions(language)
    assert set(bank) == {*TOPICS, "asked", "calm"}
    assert all(tuple(ages) == BANDS for ages in bank.values())
    every = [text for ages in bank.values() for texts in ages.values() for text in texts]
    assert len(every) == len(set(every))
    assert all(text.endswith(("?", ".")) and "?" in text for text in every)
    accusing = re.compile(r"why did you|tại sao \S+ (lại|dám)|caught|bắt quả", re.IGNORECASE)
    assert [text for text in every if accusing.search(text)] == []


def test_topics_speak_of_categories_that_there_are() -> None:
    known = {category.key for category in load_categories()} | {r.value for r in Reason}
    assert {name for names in TOPICS.values() for name in names} <= known | {"security"}


@pytest.mark.parametrize(
    ("happened", "age", "topics"),
    [
        ([], 10, ["calm", "calm"]),
        (["games"], 7, ["games", "calm"]),
        (["games", "gambling", "self_harm"], 14, ["low", "money"]),
        (["adult", "asked"], None, ["bodies", "asked"]),
    ],
)
def test_two_questions_are_chosen_by_what_happened(
    happened: list[str], age: int | None, topics: list[str]
) -> None:
    bank, band = load_questions("en"), "9-12" if age in (10, None) else "0-8" if age == 7 else "13+"
    found = questions(happened, age=age, language="en", turn=47)
    assert len(found) == len(set(found)) == 2
    assert all(text in bank[topic][band] for text, topic in zip(found, topics, strict=True))


def test_calm_questions_go_round() -> None:
    weeks = [questions([], age=10, language="en", turn=turn)[0] for turn in range(3)]
    assert len(set(weeks)) == 3


def test_adult_calls_the_child_as_they_do() -> None:
    parent = questions(["security"], age=10, language="vi", turn=1)[0]
    teacher = questions(["security"], age=10, language="vi", turn=1, you="em")[0]
    assert parent.startswith("Con ") and teacher.startswith("Em ")

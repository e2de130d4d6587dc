"""Hits gathered by phrase."""

from __future__ import annotations

from kidgate.content.phrases.automaton import Automaton, Spelling
from kidgate.content.phrases.tally import Tally
from kidgate.content.phrases.words import searchable
from kidgate.content.text.page import Kind
from kidgate.policies.phrases import Phrase

PHRASES = (
    Phrase(("casino",), 10, "gambling", "t"),
    Phrase(("online casino",), 10, "gambling", "t"),
    Phrase(("casino",), 10, "adult", "t"),
    Phrase(("no online casino",), -10, "gambling", "t"),
    Phrase(("bonus", "deposit"), 10, "gambling", "t"),
)


def found(*texts: tuple[Kind, str]) -> dict[int, list[Kind]]:
    automaton = Automaton.build(PHRASES)
    tally = Tally(automaton)
    for kind, text in texts:
        tally.add(automaton.hits(searchable(text.encode()), Spelling.BOTH), kind)
    return {number: list(places) for number, places in tally.found()}


def test_longest_phrase_of_a_category_stands_for_those_within_it() -> None:
    assert found((Kind.BODY, "online casino")) == {1: [Kind.BODY], 2: [Kind.BODY]}
    assert found((Kind.BODY, "online casino, casino")) == {
        0: [Kind.BODY],
        1: [Kind.BODY],
        2: [Kind.BODY] * 2,
    }


def test_context_does_not_swallow_what_stands_within_it() -> None:
    assert set(found((Kind.BODY, "no online casino"))) == {1, 2, 3}


def test_places_are_told_in_the_order_of_the_texts() -> None:
    places = found((Kind.TITLE, "casino"), (Kind.BODY, "casino casino"))
    assert places[0] == [Kind.TITLE, Kind.BODY, Kind.BODY]


def test_combination_stands_where_its_weakest_text_does() -> None:
    texts = ((Kind.TITLE, "bonus"), (Kind.BODY, "bonus deposit"), (Kind.NAVIGATION, "deposit"))
    assert found(*texts) == {4: [Kind.BODY]}
    assert found((Kind.TITLE, "bonus")) == {}

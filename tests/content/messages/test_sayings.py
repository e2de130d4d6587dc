"""The notation of sayings, and how a message is put into words for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.messages.near import Rule, is_rule, rule
from kidgate.content.messages.notation import (
    ANY_NUMBER,
    Element,
    Folded,
    Lexicon,
    expression,
    spoken,
)
from kidgate.content.messages.sayings import MAX_CHARACTERS, Sayings
from kidgate.content.messages.sayings import _signs as signs_of
from kidgate.documents.chats import load_chats
from kidgate.policies.chats import SayingsRow
from tests.content.messages.talks import sayings as shipped

FAST = settings(max_examples=150, deadline=None, database=None)
ROW = SayingsRow(
    "vi",
    sets={"ai": ("bố mẹ", "mẹ")},
    stages={"secrecy": {"strong": ("đừng (nói|kể) .. (với|cho) <ai> nhé?", "don't tell")}},
    categories={"bullying": {"plain": ("đồ ngu", "đồ (ngu|hèn) nhát")}},
    never_folded=("ngu",),
    innocent=("đồ ngu ngơ",),
)


@pytest.fixture(scope="module")
def few() -> Sayings:
    return Sayings([ROW])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("đừng nói với mẹ", ["secrecy"]),
        ("Đừng kể chuyện này cho Bố Mẹ nhé!", ["secrecy"]),
        ("đừng nói gì về chuyện này với mẹ", ["secrecy"]),
        ("đừng nói gì về chuyện hôm nay với mẹ", []),  # five words between
        ("đừng nói. về với mẹ", []),  # another sentence
        ("dung noi voi me", ["secrecy"]),
        ("dung noi với me", []),  # whoever types marks types them all
        ("đứng nói với mẹ", []),
        ("DON’T tell", ["secrecy"]),
        ("dont tell", ["secrecy"]),
        ("đồ ngu", ["bullying"]),
        ("đồ-ngu,", ["bullying"]),
        ("cái đồ\u200b ngu kia", ["bullying"]),
        ("đồ ngu ngơ", []),
        ("đồ ngu ngơ! đồ ngu", ["bullying"]),
        ("đồ nguồn", []),
        ("do ngu", []),  # `đồ ngủ`
        ("do ngu nhat", []),
        ("do hen nhat", ["bullying"]),
        ("", []),
    ],
)
def test_a_message_holds_the_sayings_it_says(few: Sayings, text: str, kinds: list[str]) -> None:
    assert [sign.kind for sign in few.signs(text)] == kinds


def test_spoken_words_have_one_blank_around_each() -> None:
    assert spoken("a,  b...c\n_d_") == " a b . c . d "
    assert spoken("?!") == " . "
    assert spoken("") == " "


def test_an_expression_takes_no_sign_of_its_own_from_words() -> None:
    assert expression(Lexicon({}).elements("c++ a.b")) == " c a \\. b "


def test_the_end_of_a_very_long_message_counts(few: Sayings) -> None:
    assert few.signs("x " * MAX_CHARACTERS + "đồ ngu")
    assert not few.signs("đồ ngu" + " x" * MAX_CHARACTERS)


@FAST
@given(text=st.text(max_size=200))
def test_signs_never_raise_when_given_any_text(text: str) -> None:
    shipped().signs(text)


def spelt(found: tuple[Element, ...], pick: int) -> str:
    """A message that says it, with one or another of its alternatives."""
    words = [element.texts[pick % len(element.texts)] for element in found if element.texts]
    return " ".join(words).replace(ANY_NUMBER, "500k")


def near(found: Rule, pick: int) -> str:
    """A message with one of each part's texts."""
    words = [texts[pick % len(texts)] for texts in found.wanted]
    return " ".join(words).replace(ANY_NUMBER, "500k")


def test_every_saying_is_found_in_a_message_that_says_it() -> None:
    """Whatever words it is looked up by, and though innocent sayings are taken out."""
    missed = []
    said = 0
    for row in load_chats().sayings:
        lexicon = Lexicon(row.sets)
        for sign in signs_of(row):
            if is_rule(sign.saying):
                continue
            found = lexicon.elements(sign.saying)
            for pick in (0, 1, 5):
                said += 1
                if sign not in shipped().signs(spelt(found, pick)):
                    missed.append(sign)
    assert said > 2000
    assert missed == []


def test_every_rule_is_fulfilled_by_one_text_of_each_part() -> None:
    """Unless the texts are one another's beginning or an innocent saying: hardly any are."""
    missed = []
    said = 0
    for row in load_chats().sayings:
        lexicon = Lexicon(row.sets)
        for sign in signs_of(row):
            found = rule(sign.saying, lexicon) if is_rule(sign.saying) else None
            for pick in (0, 1) if found else ():
                said += 1
                if sign not in shipped().signs(near(found, pick)):
                    missed.append(sign.saying)
    assert said > 1000
    assert len(missed) <= said // 50, missed


def test_every_saying_without_marks_is_found_unless_it_says_something_else_then() -> None:
    row = next(row for row in load_chats().sayings if row.key == "vi")
    lexicon = Folded(Lexicon(row.sets), row.never_folded)
    missed = []
    said = 0
    for sign in signs_of(row):
        if not is_rule(sign.saying) and (found := lexicon.elements(sign.saying)):
            said += 1
            if sign not in shipped().signs(spelt(found, 0)):
                missed.append(sign)
    assert said > 300
    assert missed == []

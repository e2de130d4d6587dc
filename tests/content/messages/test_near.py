"""Words of several kinds near each other: in any order, in one sentence, within reach."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.messages.near import REACH, Near, is_rule, rule
from kidgate.content.messages.notation import Folded, Lexicon, spoken

SETS = {
    "home": ("mom", "your dad"),
    "tell": ("tell", "show"),
    "untold": ("dont <tell>", "never <tell>"),
}
FAST = settings(max_examples=100, deadline=None, database=None)


def found(saying: str, text: str) -> bool:
    taken = rule(saying, Lexicon(SETS))
    assert taken is not None
    return list(Near([("sign", taken)]).found(spoken(text.lower()))) == ["sign"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("dont tell mom", True),
        ("Mom? No: dont tell", False),  # another sentence
        ("mom is strict so never show it", True),  # the other way round
        ("your dad, never tell", True),
        ("dad, never tell", False),
        ("tell mom", False),
        ("dont tell " + "x " * REACH + "mom", True),
        ("dont tell " + "x " * (REACH + 1) + "mom", False),
        ("mom " + "x " * REACH + "dont tell", True),
        ("mom " + "x " * (REACH + 1) + "dont tell", False),
        ("dont tell mom the surprise", False),
        ("dont tell mom. surprise", True),  # that is said of something else
        ("", False),
    ],
)
def test_a_rule_holds_where_its_words_stand_near(text: str, holds: bool) -> None:
    assert found("<untold> + <home> - surprise", text) is holds


def test_one_word_is_not_two_parts() -> None:
    assert not found("(snap|pic) + (snap|tele)", "snap")
    assert found("(snap|pic) + (snap|tele)", "snap pic")


def test_a_number_stands_for_any() -> None:
    assert found("(pay|send) + <number>", "send 200k now")
    assert not found("(pay|send) + <number>", "send it now")


def test_words_left_out_may_leave_no_rule() -> None:
    assert rule("(ngu|hèn) + mày", Folded(Lexicon({}), ("ngu",))) is not None
    assert rule("ngu + mày", Folded(Lexicon({}), ("ngu",))) is None


def test_a_saying_in_order_is_no_rule() -> None:
    assert is_rule("a + b")
    assert not is_rule("a .. b")


@FAST
@given(words=st.lists(st.sampled_from(["dont", "tell", "mom", "your", "dad", ".", "x"])))
def test_nearness_is_what_a_look_at_every_pair_says(words: list[str]) -> None:
    text = f" {' '.join(words)} "
    starts = [i for i in range(len(words) - 1) if words[i : i + 2] == ["dont", "tell"]]
    homes = [(i, i + 1) for i, word in enumerate(words) if word == "mom"]
    homes += [(i, i + 2) for i in range(len(words) - 1) if words[i : i + 2] == ["your", "dad"]]
    near = any(
        (end <= at and at - end <= REACH and "." not in words[end:at])
        or (at + 2 <= begin and begin - at - 2 <= REACH and "." not in words[at + 2 : begin])
        for at in starts
        for begin, end in homes
    )
    taken = rule("<untold> + <home>", Lexicon(SETS))
    assert taken is not None
    assert bool(list(Near([("sign", taken)]).found(text))) is near

"""Texts that a match of a regular expression must hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.rules.literals import required

pieces = st.recursive(
    st.sampled_from(
        [
            "abc",
            "x",
            "ads",
            r"\.",
            r"\/",
            "[a-c]",
            "[^/]x",
            ".",
            r"\d",
            "^",
            "$",
            r"\b",
            "-",
            "[]a]",
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,}", "+?", "??"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.tuples(st.sampled_from("abz"), st.sampled_from(["?", "*", "+", "{2}", "{0}"])).map(
            "".join
        ),
    ),
    max_leaves=12,
)


@given(pieces, st.data())
def test_every_match_holds_one_of_them(regex: str, data: st.DataObject):
    compiled = re.compile(regex, re.ASCII)
    text = data.draw(st.from_regex(compiled, alphabet=st.characters(codec="ascii")))
    texts = required(regex)
    assert not texts or any(known in text.lower() for known in texts), (regex, text, texts)


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        ("banner", {"banner"}),
        ("Banner[0-9]+ads", {"banner"}),
        (r"^https?:\/\/ads\.", {"://ads."}),
        ("ads|banner", {"ads", "banner"}),
        ("(ads|banner)s", {"ads", "banner"}),
        ("(?:ads|x)banner", {"banner"}),
        ("abc+de", {"abc"}),
        ("abc?de", set()),
        ("abc{2}", {"abc"}),
        ("(abc){0,2}", set()),
        ("(abc)+", {"abc"}),
        ("ads|[a-z]", set()),
        ("ab", set()),
        (r"\x41ads", set()),  # not known here: nothing is sure
        (r"\Qads\E", set()),
        ("(?i)ads", set()),
        ("(?!ads)x", set()),
        ("(ads", set()),
        ("ads)", set()),
        ("ads**", set()),
        ("a{b}ds", {"a{b}ds"}),
        (r"[[:alpha:]]ads", {"ads"}),
        ("|".join(f"ads{n}" for n in range(40)), set()),
    ],
)
def test_texts_of(regex: str, texts: set[str]):
    assert required(regex) == texts


def test_deep_expression_says_nothing():
    assert required("(" * 5000 + "ads" + ")" * 5000) == frozenset()

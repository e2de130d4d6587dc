"""The one text of a rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.rules.conditions import Conditions
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.resources import ALL, BITS, DOCUMENT
from kidgate.lists.rules.text import Kind, Rule, parse
from tests.lists.rules import written


@given(written.rules, written.conditions(), st.booleans())
def test_text_parses_to_the_rule_it_was_made_of(
    rule: Rule, conditions: Conditions, exception: bool
):
    whole = Rule(rule.kind, rule.body, exception, conditions)
    text = str(whole)
    parsed = parse(text)
    assert str(parsed) == text
    assert parsed == whole
    assert text.isascii()
    assert "\t" not in text
    assert text[0] in "*|/^~@"


@given(st.text(st.sampled_from("ab|*^/~@$,.=") | st.characters(), max_size=20))
def test_any_other_text_is_refused(text: str):
    try:
        assert str(parse(text)) == text
    except RuleRefused as refused:
        assert refused.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example",
        "a.example/x",
        "2001:db8::1",
        "||A.example^",
        "||a.example^$script,image",
        "||a.example^$third-party",
        "||a.example^$badfilter",
        "||a.example^$",
        "*ảds",
        "*a|b",
        "*a b",
        "//",
        "*a$frobnicate",
    ],
)
def test_text_that_is_not_canonical_is_refused(text: str):
    with pytest.raises(RuleRefused):
        parse(text)


def test_dollar_in_a_pattern_is_not_taken_for_modifiers():
    assert parse("*/a$script$") == Rule(Kind.PATTERN, "*/a$script")
    assert str(Rule(Kind.PATTERN, "*/a$b", conditions=Conditions(party="3p"))) == "*/a$b$3p"


@pytest.mark.parametrize(
    ("text", "covered", "unknown_too"),
    [
        ("*-ad-", ALL & ~DOCUMENT, True),
        ("/ad[0-9]/", ALL & ~DOCUMENT, True),
        ("||a.example/x", ALL, True),
        ("|https://a.example/x", ALL, True),
        ("||*ad*^", ALL, True),
        ("~/ad/", ALL, True),
        ("^/ad/", ALL, True),
        ("*-ad-$all", ALL, True),
        ("*-ad-$document", DOCUMENT, False),
        ("*-ad-$image", BITS["image"], False),
        ("*-ad-$~image", ALL & ~DOCUMENT & ~BITS["image"], True),
        ("||a.example^$~document", ALL & ~DOCUMENT, True),
    ],
)
def test_types_a_rule_holds_for(text: str, covered: int, unknown_too: bool):
    assert parse(text).types == (covered, unknown_too)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("||a*.example^", True),
        ("~/ad/", True),
        ("||a*.example^$important", True),
        ("||a.example^$denyallow=b.example", True),
        ("||a.example^$3p", False),
        ("||a.example^$script", False),
        ("||a.example^$domain=~b.example", False),
        ("||a.example/x", False),
        ("/ad/", False),
    ],
)
def test_host_alone_suffices_for_rules_about_hosts_without_conditions(text: str, alone: bool):
    assert parse(text).by_host_alone is alone


@pytest.mark.parametrize(
    ("text", "lifts"),
    [
        ("@@||a.example/x_", True),
        ("@@|https://a.example/x_", True),
        ("@@||ok*.example^", True),
        ("@@~/^ok/", True),
        ("@@*/ok.js", False),
        ("@@/ok/", False),
        ("@@/|ok/", False),
        ("@@||a.example/x_$image", False),
        ("@@||a.example^$domain=b.example", False),
        ("@@||a.example^$~3p", False),
        ("||a.example/x_", False),
    ],
)
def test_only_exceptions_by_place_lift_names(text: str, lifts: bool):
    assert parse(text.replace("~3p", "1p")).lifts_names is lifts

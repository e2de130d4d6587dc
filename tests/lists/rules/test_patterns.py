"""Plain patterns against the regular expressions they stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from kidgate.lists.rules.patterns import Pattern, literals, spelled
from tests.lists.rules import written
from tests.lists.rules.reference import pattern_regex


def matches(pattern: str, address: str) -> bool:
    start = address.index("://") + 3
    end = address.index("/", start)
    dots = [at + 1 for at in range(start, end) if address[at] == "."]
    return Pattern(pattern).matches(address, [start, *dots])


@given(written.patterns, written.hosts, written.targets)
def test_pattern_matches_what_its_regular_expression_does(pattern: str, host: str, target: str):
    address = f"https://{host}{target}".lower()
    expected = bool(re.search(pattern_regex(pattern), address, re.ASCII))
    assert matches(pattern, address) is expected


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("||a.example^", "https://a.example/", True),
        ("||a.example^", "https://www.a.example:81/", True),
        ("||a.example^", "https://aa.example/", False),
        ("||a.example^", "https://a.example.com/", False),
        ("||a.example^", "https://b.example/a.example/", False),
        ("||a.example/x^", "https://a.example/x", True),
        ("||a.example/x^", "https://a.example/x?y", True),
        ("||a.example/x^", "https://a.example/x.js", False),
        ("||a.example/x^|", "https://a.example/x", True),
        ("||a.example/x^|", "https://a.example/x/", True),
        ("||a.example/x^|", "https://a.example/x/y", False),
        ("|https://a.*/x|", "https://a.example/b/x", True),
        ("|https://a.*/x|", "https://a.example/b/x/", False),
        ("*.swf|", "https://a.example/b.swf", True),
        ("*.swf|", "https://a.example/b.swf?x", False),
        ("*/a*b*a|", "https://c.example/abba", True),
        ("*/a*ba*ba|", "https://c.example/aba", False),
        ("*^x^y^", "https://c.example/x/y", True),
        ("*^^x", "https://x.example/", True),
        ("*", "https://a.example/", True),
        ("*^|", "https://a.example/x", True),
    ],
)
def test_signs(pattern: str, address: str, expected: bool):
    assert matches(pattern, address) is expected


@pytest.mark.parametrize(
    ("pattern", "canonical"),
    [
        ("/Ads/*", "*/ads/"),
        ("**ads**", "*ads"),
        ("|*ads", "*ads"),
        ("||*ads/x", "*ads/x"),
        ("ads*|", "*ads"),
        ("a|b", "*a%7cb"),
        ("/%2f%7E%41", "*/%2f~a"),
        ("/%zz", "*/%25zz"),
        ("/ả", "*/%e1%ba%a3"),
        ("/a b[1]", "*/a%20b%5b1%5d"),
        ("||a.example//b?c=//d", "||a.example/b?c=//d"),
        ("|", "*"),
        ("||", "*"),
        ("|||", "*"),
        ("", "*"),
    ],
)
def test_spelling(pattern: str, canonical: str):
    assert spelled(pattern, match_case=False) == canonical
    assert spelled(canonical, match_case=False) == canonical


def test_case_is_kept_behind_the_host_when_it_matters():
    assert spelled("||A.Example/B%2f*C", match_case=True) == "||a.example/B%2F*C"
    assert spelled("|HTTPS://A.example/B", match_case=True) == "|https://a.example/B"
    assert spelled("/Bx", match_case=True) == "*/Bx"


@given(written.patterns)
def test_spelling_twice_is_spelling_once(pattern: str):
    assert spelled(pattern, match_case=False) == pattern


@given(written.patterns, written.hosts, written.targets)
def test_what_matches_holds_every_literal(pattern: str, host: str, target: str):
    address = f"https://{host}{target}".lower()
    assert not matches(pattern, address) or all(text in address for text in literals(pattern))


def test_hostile_pattern_takes_no_time_to_speak_of():
    pattern = "*" + "*a" * 2000 + "b|"
    assert not matches(pattern, "https://a.example/" + "a" * 8000)

"""Regular expressions of lists."""

from __future__ import annotations

import pytest

from kidgate.lists.report import Skip
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.regexes import RegexSet, checked, compiled, starts_behind_scheme


@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        ("(?=a)b", Skip.REGEX_FEATURE),
        ("(?<!a)b", Skip.REGEX_FEATURE),
        (r"(a)\1", Skip.REGEX_FEATURE),
        ("a(b", Skip.REGEX_FEATURE),
        ("((a{100}){100}){100}", Skip.REGEX_FEATURE),
        ("(abc){900}", Skip.REGEX_FEATURE),
        ("[ảạ]", Skip.REGEX_FEATURE),
        ("a\tb", Skip.REGEX_FEATURE),
        ("a" * 2001, Skip.TOO_LONG),
    ],
)
def test_expression_is_refused(regex: str, reason: Skip):
    with pytest.raises(RuleRefused) as refused:
        checked(regex)
    assert refused.value.reason is reason


def test_letters_are_spelled_as_an_address_spells_them():
    assert checked("ả+") == "(?:%E1%BA%A3)+"
    assert compiled(checked("quảng"), match_case=False).search(b"/qu%e1%ba%a3ng")


def test_case_matters_only_when_said_so():
    assert compiled("Ads", match_case=False).search(b"/ads")
    assert not compiled("Ads", match_case=True).search(b"/ads")


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("^ads", True),
        ("^Ads", True),
        ("^(ad|stat)s?[0-9]*", True),
        ("^x", True),
        ("^(?:ad|x)[.]", True),
        ("^(ad|h)x", False),
        ("^(ad|stat)?h", False),
        (r"^[0-9]+\.", True),
        ("^https?:", False),
        ("^HTTPS:", False),
        ("^h", False),
        (r"^\w+:", False),
        ("^[a-z]+:", False),
        ("^.*ads", False),
        ("^", False),
        ("ads", False),
    ],
)
def test_expression_for_hosts_is_told_by_its_start(regex: str, expected: bool):
    assert starts_behind_scheme(regex) is expected


def test_set_finds_what_each_expression_finds():
    regexes = [f"^{a}+{b}" for a in "abcdef" for b in "uvwxyz"] + ["(a|b){150}c"] * 30
    many = RegexSet(regexes)
    for text in (b"aaau", b"fffz", b"q", b"a" * 150 + b"c"):
        single = [n for n, r in enumerate(regexes) if compiled(r, match_case=False).search(text)]
        assert many.find(text) == single


def test_empty_set_finds_nothing():
    assert RegexSet([]).find(b"x") == []


@pytest.mark.parametrize("regex", ["(a+)+$", "(a|aa)+b", "(.*a){20}b", "([a-z]+)*1"])
def test_hostile_expression_ends(regex: str):
    """Each takes a backtracking matcher longer than the universe has been there."""
    assert not compiled(checked(regex), match_case=False).search(b"a" * 4000 + b"!")

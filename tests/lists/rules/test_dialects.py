"""Rules as programs other than ad blockers write them."""

from __future__ import annotations

import pytest

from kidgate.lists.entries import Entry, Mode, Outcome
from kidgate.lists.report import Skip
from kidgate.lists.rules.dialects import host_regex, keyword, page_regex, pihole_regex, wildcard
from kidgate.lists.rules.table import RuleTable, build


def rule(text: str) -> Entry:
    return Entry(text, Mode.RULE)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Porn", rule("||*porn*^")),
        ("ad-server.", rule("||*ad-server.*^")),
        ("xx", Skip.TOO_GENERAL),
        ("com", Skip.TOO_GENERAL),
        ("a*b", Skip.PATTERN),
        ("ảnh", Skip.PATTERN),
        ("", Skip.PATTERN),
    ],
)
def test_keyword(text: str, outcome: Outcome):
    assert keyword(text) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("ads*.example", rule("||ads*.example^")),
        ("*.Ads**.example.", rule("||ads*.example^")),
        ("*ads*", rule("||*ads*^")),
        ("*", Skip.TOO_GENERAL),
        ("*.*", Skip.TOO_GENERAL),
        ("www.*", Skip.TOO_GENERAL),
        ("a b*", Skip.PATTERN),
    ],
)
def test_wildcard(text: str, outcome: Outcome):
    assert wildcard(text) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"(^|\.)ads[0-9]*\.example$", rule(r"~/(^|\.)ads[0-9]*\.example$/")),
        ("(?i)Ads", rule("~/Ads/")),
        ("ads/x", rule("~/ads/x/")),
        (".*", Skip.TOO_GENERAL),
        ("^a", Skip.TOO_GENERAL),
        (r"(ad)\1", Skip.REGEX_FEATURE),
        ("^(?!ads)", Skip.REGEX_FEATURE),
    ],
)
def test_host_regex(text: str, outcome: Outcome):
    assert host_regex(text) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"regex[0-9].ftl", rule("~/regex[0-9].ftl/")),
        ("^regex-NXDOMAIN$;reply=NXDOMAIN", rule("~/^regex-NXDOMAIN$/")),
        ("^regex-REPLYv4$;reply=1.2.3.4", Skip.REDIRECT),
        ("^regex-A$;querytype=A", Skip.MODIFIER),
        ("^regex$;querytype=!ANY,HTTPS;reply=refused", Skip.MODIFIER),
        ("^regex$;invert", Skip.MODIFIER),
    ],
)
def test_pihole_regex(text: str, outcome: Outcome):
    assert pihole_regex(text) == outcome


def test_page_regex_sees_no_scheme():
    entry = page_regex(r"(^|\.)example\.com/(ads|banner)")
    assert isinstance(entry, Entry)
    table = RuleTable(memoryview(build([(0, entry.key)])))
    assert table.find("www.example.com", "/ads").blocked
    assert not table.find("www.example.com", "/x/ads").blocked
    assert page_regex("^https?://").__class__ is Entry


def test_exceptions_are_marked():
    assert pihole_regex("^ok[0-9]", exception=True) == rule("@@~/^ok[0-9]/")
    assert page_regex("ok/[0-9]", exception=True) == rule("@@^/ok/[0-9]/")

"""Rules of Clash, Surge and Quantumult X."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import (
    Format,
    Passed,
    Skip,
    exact,
    line,
    network,
    rule,
    tree,
)

LINES = {
    "payload:": Passed.DIRECTIVE,
    "  - DOMAIN-SUFFIX,a.example": [tree("a.example")],
    "- 'DOMAIN-SUFFIX,a.example'": [tree("a.example")],
    "DOMAIN,a.example": [exact("a.example")],
    "DOMAIN-SUFFIX,a.example,REJECT": [tree("a.example")],
    "host-suffix, a.example, reject": [tree("a.example")],
    "HOST,a.example,REJECT": [exact("a.example")],
    "DOMAIN-KEYWORD,gambling": [rule("||*gambling*^")],
    "DOMAIN-REGEX,^bet[0-9]+\\.example\\.com$": [rule("~/^bet[0-9]+\\.example\\.com$/")],
    "DOMAIN-WILDCARD,ads*.a.example": [rule("||ads*.a.example^")],
    "IP-CIDR,192.0.2.0/24,no-resolve": [network("192.0.2.0/24")],
    "IP-CIDR6,2001:db8::/32": [network("2001:db8::/32")],
    "DOMAIN-SUFFIX,a.example,DIRECT": [Skip.SETTING],
    "GEOIP,CN,DIRECT": [Skip.SETTING],
    "PROCESS-NAME,curl": [Skip.SETTING],
    "DST-PORT,25": [Skip.SETTING],
    "MATCH,REJECT": [Skip.SETTING],
    "DOMAIN-KEYWORD,a": [Skip.TOO_GENERAL],
    "DOMAIN-SUFFIX,com": [Skip.TOP_LEVEL],
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.CLASH, text) == LINES[text]

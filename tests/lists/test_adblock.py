"""Lines of Adblock lists."""

from __future__ import annotations

import pytest

from kidgate.lists.adblock import is_comment, parse_rule
from kidgate.lists.entries import Entries, Entry, Mode
from kidgate.lists.report import Skip

ENTRIES = Entries({"com"})

RULES = {
    "||a.example^": Entry("a.example", Mode.TREE),
    "||a.example": Entry("a.example", Mode.TREE),
    "||a.example^|": Entry("a.example", Mode.TREE),
    "||a.example/": Entry("a.example", Mode.TREE),
    "||*.a.example^": Entry("a.example", Mode.TREE),
    "||A.Example^": Entry("a.example", Mode.TREE),
    "||a.example^$important": Entry("a.example", Mode.TREE),
    "||a.example^$all": Entry("a.example", Mode.TREE),
    "||a.example^$doc,IMPORTANT": Entry("a.example", Mode.TREE),
    "||a.example^   # why": Entry("a.example", Mode.TREE),
    "||192.0.2.1^": Entry("192.0.2.1", Mode.EXACT),
    "||[2001:db8::1]^": Skip.PATTERN,
    "a.example": Entry("a.example", Mode.TREE),
    "||a.example/x": Entry("a.example/x", Mode.URL),
    "||a.example/x^": Entry("a.example/x", Mode.URL),
    "||a.example/x?y=1$all": Entry("a.example/x?y=1", Mode.URL),
    "||a.example:81/x$all": Entry("a.example/x", Mode.URL),
    "a.example/x": Entry("a.example/x", Mode.URL),
    "@@||a.example^": Entry("a.example", Mode.EXCEPT),
    "@@||a.example^|": Entry("a.example", Mode.EXCEPT),
    "@@||a.example^$important": Entry("a.example", Mode.EXCEPT),
    "@@||a.example^$document": Skip.MODIFIER,
    "@@||a.example/x": Skip.URL_EXCEPTION,
    "||a.example^$third-party": Skip.MODIFIER,
    "||a.example^$~third-party": Skip.MODIFIER,
    "||a.example^$important,domain=b.example": Skip.MODIFIER,
    "||a.example^$badfilter": Skip.MODIFIER,
    "||a.example^$dnsrewrite=192.0.2.1": Skip.MODIFIER,
    "$popup,domain=b.example": Skip.MODIFIER,
    "/^ads[0-9]/": Skip.REGEX,
    "/ads[0-9]/$script": Skip.REGEX,
    "@@/ads/": Skip.REGEX,
    "a.example##.ad": Skip.COSMETIC,
    "a.example#@#.ad": Skip.COSMETIC,
    "a.example#?#div:has(> .ad)": Skip.COSMETIC,
    "a.example#$#body { color: red }": Skip.COSMETIC,
    "a.example#%#//scriptlet('x')": Skip.COSMETIC,
    "a.example#@%#x": Skip.COSMETIC,
    "###ad": Skip.COSMETIC,
    "a.example$$script[x]": Skip.COSMETIC,
    "||a.*^": Skip.PATTERN,
    "||a.example/*/x": Skip.PATTERN,
    "||ads.": Skip.PATTERN,
    "||ads.example.": Skip.PATTERN,
    ".ads.example/x": Skip.PATTERN,
    ".com/ads/": Skip.PATTERN,
    "-ad-": Skip.PATTERN,
    "|https://a.example/": Skip.PATTERN,
    "://a.": Skip.PATTERN,
    "ads": Skip.PATTERN,
    "||com^": Skip.TOP_LEVEL,
    "||lan^": Skip.SINGLE_LABEL,
    "||localhost^": Skip.LOOPBACK,
}


@pytest.mark.parametrize(("line", "outcome"), RULES.items())
def test_outcome_of_a_rule(line: str, outcome: Entry | Skip):
    assert parse_rule(line, ENTRIES) == outcome


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("! Title", True),
        ("[Adblock Plus 2.0]", True),
        ("[uBlock Origin]", True),
        ("# text", True),
        ("#", True),
        ("## Heading", True),
        ("######", True),
        ("##.ad", False),
        ("###ad", False),
        ("#@#.ad", False),
        ("||a.example^", False),
    ],
)
def test_comments_are_told_from_cosmetic_rules(line: str, comment: bool):
    assert is_comment(line) is comment

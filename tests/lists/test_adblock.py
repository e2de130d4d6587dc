"""Lines of Adblock lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.adblock import AdblockParser, is_comment, parse_rule
from kidgate.lists.entries import Cancel, Entries, Entry, Mode
from kidgate.lists.report import Passed, Skip
from kidgate.lists.rules.text import parse

ENTRIES = Entries({"com", "net", "example", "github.io", "io"})


def rule(text: str) -> Entry:
    return Entry(text, Mode.RULE)


NAMES = {
    "||a.example^": Entry("a.example", Mode.TREE),
    "||a.example": Entry("a.example", Mode.TREE),
    "||a.example^|": Entry("a.example", Mode.TREE),
    "||a.example/": Entry("a.example", Mode.TREE),
    "||a.example^*": Entry("a.example", Mode.TREE),
    "||a.example/*": Entry("a.example", Mode.TREE),
    "||*.a.example^": Entry("a.example", Mode.TREE),
    "||A.Example^": Entry("a.example", Mode.TREE),
    "||münchen.example^": Entry("xn--mnchen-3ya.example", Mode.TREE),
    "||a.example^$important": Entry("a.example", Mode.IMPORTANT),
    "||192.0.2.1^$important": Entry("192.0.2.1", Mode.IMPORTANT),
    "||github.io^": Entry("github.io", Mode.EXACT),
    "||github.io^$important": rule(r"~/^github\.io$/$important"),
    "||a.example^$all": Entry("a.example", Mode.TREE),
    "||a.example^$document,popup": Entry("a.example", Mode.TREE),
    "||a.example^$doc,IMPORTANT": Entry("a.example", Mode.IMPORTANT),
    "||a.example^$___,important": Entry("a.example", Mode.IMPORTANT),
    "||a.example^   # why": Entry("a.example", Mode.TREE),
    "||192.0.2.1^": Entry("192.0.2.1", Mode.EXACT),
    "||[2001:db8::1]^": Entry("2001:db8::1", Mode.EXACT),
    "a.example": Entry("a.example", Mode.TREE),
    "192.0.2.0/24": Entry("192.0.2.0/24", Mode.NETWORK),
    "@@||a.example^": Entry("a.example", Mode.EXCEPT),
    "@@||a.example^|": Entry("a.example", Mode.EXCEPT),
    "@@||a.example^$important": Entry("a.example", Mode.EXCEPT),
}
URLS = {
    "||a.example/x/": Entry("a.example/x/", Mode.URL),
    "||a.example/x^": Entry("a.example/x", Mode.URL),
    "||a.example/x.js": Entry("a.example/x.js", Mode.URL),
    "||a.example/x$all": Entry("a.example/x", Mode.URL),
    "||a.example/x?y=1$all": Entry("a.example/x?y=1", Mode.URL),
    "||a.example:81/x$all": Entry("a.example/x", Mode.URL),
    "a.example/x": Entry("a.example/x", Mode.URL),
    "||a.example/x": rule("||a.example/x"),  # also stops `/xy`
    "||a.example/x?y=": rule("||a.example/x?y="),
    "||a.example/x.js|": rule("||a.example/x.js|"),
    "||a.example/x.js$important": rule("||a.example/x.js$important"),
    "||a.example/X.js$match-case": rule("||a.example/X.js$match-case"),
    "||192.0.2.0/24$all": rule("||192.0.2.0/24$all"),
    "@@||a.example/x": rule("@@||a.example/x"),
}
RULES = {
    "||a.example^$third-party": rule("||a.example^$3p"),
    "||a.example^$~third-party": rule("||a.example^$1p"),
    "||a.example^$script,image,domain=c.example|~x.c.example|b.*": rule(
        "||a.example^$domain=b.*|c.example|~x.c.example,image,script"
    ),
    "||a.example^$~script": rule("||a.example^$~script"),
    "||a.example:8443^": rule("||a.example:8443^"),
    "||ads*.example^": rule("||ads*.example^"),
    "||ads.*^": rule("||ads.*^"),
    "||ads.a": Entry("ads.a", Mode.TREE),
    "||ads.": rule("||ads.*^"),
    "||adserver*.a.example^$important": rule("||adserver*.a.example^$important"),
    "||a.example*_banner": rule("||a.example*_banner"),
    "||a.example^*/banner.": rule("||a.example^*/banner."),
    "||a.example//ads//x_": rule("||a.example/ads/x_"),
    "||München.example/ad_": rule("||xn--mnchen-3ya.example/ad_"),
    ".ads.example^": rule("||*.ads.example^"),
    "://*.ads.example^": rule("||*.ads.example^"),
    ".ads.example/x": rule("*.ads.example/x"),
    "-ads.gif": rule("*-ads.gif"),
    "adserver.php?": rule("*adserver.php?"),
    "a.example$script": rule("*a.example$script"),
    "/Banner/*/Quảng|": rule("*/banner/*/qu%e1%ba%a3ng|"),
    "/x%7Ey%2fz_": rule("*/x~y%2fz_"),
    "|https://ads.a.example/": rule("|https://ads.a.example/"),
    "|wss://a.example^$domain=b.example": rule("|https://a.example^$domain=b.example,websocket"),
    "/price$9/x_": rule("*/price$9/x_$"),
    "$script,domain=b.example": rule("*$domain=b.example,script"),
    "*$xhr,from=b.example": rule("*$domain=b.example,xmlhttprequest"),
    "@@-ads-allowed.$image": rule("@@*-ads-allowed.$image"),
    "@@||a.example^$ghide": Skip.MODIFIER,
}
REGEXES = {
    "/banner[0-9]+/": rule("/banner[0-9]+/"),
    r"/banner\/[0-9]$/$script,3p": rule(r"/banner\/[0-9]$/$3p,script"),
    "/^ads[0-9]/": rule("~/^ads[0-9]/"),  # no address starts so: it is about hosts
    "/^https?:.+ads[0-9]/": rule("/^https?:.+ads[0-9]/"),
    "@@/ads.+ok/": rule("@@/ads.+ok/"),
    "/quảng.?cáo/": rule("/qu(?:%E1%BA%A3)ng.?c(?:%C3%A1)o/"),
    "/[ảa]ds/": Skip.REGEX_FEATURE,
    "/ads(?!x)/": Skip.REGEX_FEATURE,
    r"/(ad)s\1/": Skip.REGEX_FEATURE,
    "/((a{99}){99}){99}b/": Skip.REGEX_FEATURE,
    "/ads(/": Skip.REGEX_FEATURE,
    "/.*/": Skip.TOO_GENERAL,
    "/^https:/": Skip.TOO_GENERAL,
}
SKIPPED = {
    "@@||a.example^$document": Skip.MODIFIER,
    "||a.example^$popup": Skip.MODIFIER,
    "||a.example^$dnsrewrite=192.0.2.1": Skip.MODIFIER,
    "||a.example^$csp=script-src 'none'": Skip.MODIFIER,
    "||a.example^$removeparam=utm,script": Skip.MODIFIER,
    "||a.example^$script,frobnicate": Skip.MODIFIER,
    "||a.example^$domain=": Skip.MODIFIER,
    "||a.example^$domain=/re/": Skip.MODIFIER,
    "||a.example^$1p,3p": Skip.MODIFIER,
    "||a.example^$script,~script": Skip.MODIFIER,
    "a.example##.ad": Skip.COSMETIC,
    "a.example#@#.ad": Skip.COSMETIC,
    "a.example#?#div:has(> .ad)": Skip.COSMETIC,
    "a.example#$#body { color: red }": Skip.COSMETIC,
    "a.example#%#//scriptlet('x')": Skip.COSMETIC,
    "a.example#@%#x": Skip.COSMETIC,
    "###ad": Skip.COSMETIC,
    "a.example$$script[x]": Skip.COSMETIC,
    "ads": Skip.PATTERN,
    "two words": Skip.PATTERN,
    "||ads.example.^": Skip.PATTERN,
    "|blob:$domain=a.example": Skip.SCHEME,
    "||com^": Skip.TOP_LEVEL,
    "||com^$third-party": Skip.TOP_LEVEL,
    "||com/ads/": Skip.TOP_LEVEL,
    "||lan^": Skip.SINGLE_LABEL,
    "||localhost^": Skip.LOOPBACK,
    "*": Skip.TOO_GENERAL,
    "|https://$third-party": Skip.TOO_GENERAL,
    "||w^$script": Skip.SINGLE_LABEL,
    "||www.*^": Skip.TOO_GENERAL,
    ".com^": Skip.TOO_GENERAL,
    "/a^": Skip.TOO_GENERAL,
    "@@*$image": Skip.TOO_GENERAL,
    "||a.example^$domain=" + "|".join(f"a{n}.example" for n in range(400)): Skip.TOO_LONG,
}


@pytest.mark.parametrize(
    ("line", "outcome"),
    (NAMES | URLS | RULES | REGEXES | SKIPPED).items(),
    ids=lambda o: str(o)[:40],
)
def test_outcome_of_a_rule(line: str, outcome: Entry | Skip):
    assert parse_rule(line, ENTRIES) == outcome


@pytest.mark.parametrize(
    ("line", "cancelled"),
    [
        ("||a.example^$badfilter", "||a.example^"),
        ("||a.example^$third-party,badfilter", "||a.example^$3p"),
        ("@@||a.example^$badfilter", "@@||a.example^"),
        ("/ads[0-9]/$script,badfilter", "/ads[0-9]/$script"),
    ],
)
def test_badfilter_cancels_what_the_rest_of_its_line_gives(line: str, cancelled: str):
    assert parse_rule(line, ENTRIES) == Cancel(parse_rule(cancelled, ENTRIES))  # type: ignore[arg-type]


def test_badfilter_of_what_is_skipped_is_skipped():
    assert parse_rule("||com^$badfilter", ENTRIES) is Skip.TOP_LEVEL


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


def test_parser_keeps_what_a_network_filter_is_meant_to_read():
    lines = {
        "\ufeff! Title": Passed.COMMENT,
        "": Passed.BLANK,
        "!#if env_chromium": Passed.DIRECTIVE,
        "||chrome.example^": (Skip.CONDITION,),
        "!#include chrome.txt": Passed.DIRECTIVE,
        "! comment": Passed.COMMENT,
        "!#else": Passed.DIRECTIVE,
        "||other.example^": (Entry("other.example", Mode.TREE),),
        "!#endif": Passed.DIRECTIVE,
        "!#include more.txt": (Skip.INCLUDE,),
        "||a.example^": (Entry("a.example", Mode.TREE),),
    }
    parser = AdblockParser(ENTRIES)
    assert {line: parser(line) for line in lines} == lines


def test_rule_for_very_many_sites_is_read_as_several():
    names = [f"site-{number:04}.example" for number in range(250)]
    line = f"@@||cdn.example^$script,domain={'|'.join(names)}|~x.site-0001.example,3p"
    read = AdblockParser(ENTRIES)(line)
    rules = [parse(entry.key) for entry in read]
    assert len(rules) == 3
    assert [name for rule in rules for name in rule.conditions.initiators] == names
    assert {
        (r.exception, r.body, r.conditions.party, r.conditions.not_initiators) for r in rules
    } == {(True, "cdn.example", "3p", ("x.site-0001.example",))}


@given(st.text(st.sampled_from("ab./*^|$@#~=,-%:!?&[](){}\\é "), max_size=40))
def test_any_line_is_taken_or_skipped_with_a_reason(line: str):
    outcome = parse_rule(line, ENTRIES)
    entry = outcome.entry if isinstance(outcome, Cancel) else outcome
    if isinstance(entry, Entry) and entry.mode is Mode.RULE:
        assert str(parse(entry.key)) == entry.key
        assert entry.key.isascii()
        assert entry.key[0] in "*|/^~@"

"""Lists of regular expressions."""

from __future__ import annotations

import pytest

from kidgate.lists.formats import regexes
from tests.lists.formats.reading import Format, Passed, Skip, line, rule

OF_HOSTS = {
    "^ad[sx]?[0-9]*\\.example\\.": [rule("~/^ad[sx]?[0-9]*\\.example\\./")],
    "(^|\\.)casino[0-9]+\\.com$": [rule("~/(^|\\.)casino[0-9]+\\.com$/")],
    "/casino[0-9]+/": [rule("~/casino[0-9]+/")],
    "casino.example": [rule("~/casino.example/")],
    "casino[0-9]+;reply=nxdomain": [rule("~/casino[0-9]+/")],
    "casino[0-9]+;reply=192.0.2.1": [Skip.REDIRECT],
    "casino[0-9]+;querytype=AAAA": [Skip.MODIFIER],
    "casino[0-9]+;invert": [Skip.MODIFIER],
    ".*": [Skip.TOO_GENERAL],
    "casino(?!good)": [Skip.REGEX_FEATURE],
    "casino(": [Skip.REGEX_FEATURE],
    "# x": Passed.COMMENT,
    " ": Passed.BLANK,
}
OF_URLS = {
    "(^|[-\\?+=/_])(casino|bingo)s?/": [rule("^/(^|[-\\?+=/_])(casino|bingo)s?//")],
    "^shop\\.example/casino": [rule("^/^shop\\.example/casino/")],
    '"(^http://a\\.example/)"->"\\1safe"': [Skip.SETTING],
    "mock_casino_proxy.php": [rule("^/mock_casino_proxy.php/")],
}


@pytest.mark.parametrize("text", OF_HOSTS)
def test_outcomes_of_an_expression_on_hosts(text: str):
    assert line(Format.HOST_REGEXES, text) == OF_HOSTS[text]


@pytest.mark.parametrize("text", OF_URLS)
def test_outcomes_of_an_expression_on_addresses(text: str):
    assert line(Format.URL_REGEXES, text) == OF_URLS[text]


def test_expression_that_speaks_of_paths_is_about_addresses():
    assert regexes.kind(["^ads?\\.", "/banner[0-9]/"]) is Format.HOST_REGEXES
    assert regexes.kind(["# of http://x", "^ads?\\."]) is Format.HOST_REGEXES
    assert regexes.kind(["^ads?\\.;querytype=A"]) is Format.HOST_REGEXES
    assert regexes.kind(["^ads?\\.", "banner[0-9]/"]) is Format.URL_REGEXES
    assert regexes.kind(["search\\?q=casino"]) is Format.URL_REGEXES

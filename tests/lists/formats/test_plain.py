"""Lists of names, addresses and URLs."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import (
    Format,
    Passed,
    Skip,
    exact,
    exempt,
    line,
    network,
    rule,
    tree,
    url,
)

LINES = {
    "a.example": [tree("a.example")],
    "A.Example.": [tree("a.example")],
    ".a.example": [tree("a.example")],
    "*.a.example": [tree("a.example")],
    "+.a.example": [tree("a.example")],
    '"a.example"': [tree("a.example")],
    "'a.example',": [tree("a.example")],
    "- a.example": [tree("a.example")],
    "- '+.a.example' # x": [tree("a.example")],
    "- \"a.example'": [Skip.NOT_A_NAME],
    "a.example#comment": [tree("a.example")],
    "a.example  ## comment": [tree("a.example")],
    "a.example ; comment": [tree("a.example")],
    "a.example b.example": [Skip.NOT_A_NAME],
    "a.example##.ad": [Skip.COSMETIC],
    "@@||a.example^": [exempt("a.example")],
    "github.example": [exact("github.example")],
    "bücher.example": [tree("xn--bcher-kva.example")],
    "https://ann@a.example:443/x?y#z": [url("a.example/x?y")],
    "a.example/x": [url("a.example/x")],
    "//a.example/x": [Skip.NOT_A_NAME],
    "192.0.2.1": [exact("192.0.2.1")],
    "2001:DB8::1": [exact("2001:db8::1")],
    "192.0.2.0/24": [network("192.0.2.0/24")],
    "192.0.2.1-192.0.2.2": [network("192.0.2.1/32"), network("192.0.2.2/32")],
    "ads*.a.example": [rule("||ads*.a.example^")],
    "*.exa*mple.*": [rule("||exa*mple.*^")],
    "+.ads-*.example.com": [rule("||ads-*.example.com^")],
    "*.com": [Skip.TOP_LEVEL],
    "*": [Skip.TOO_GENERAL],
    "/^ads?[0-9]*\\.example\\.com$/": [rule("~/^ads?[0-9]*\\.example\\.com$/")],
    "/./": [Skip.TOO_GENERAL],
    "/(?=x)example/": [Skip.REGEX_FEATURE],
    "server=/a.example/": [tree("a.example")],
    'local-zone: "a.example" static': [tree("a.example")],
    "-d a.example": [tree("a.example")],
    "router": [Skip.SINGLE_LABEL],
    "  ": Passed.BLANK,
    "# x": Passed.COMMENT,
    "; x": Passed.COMMENT,
    "// x": Passed.COMMENT,
    "//https://a.example/issue": Passed.COMMENT,
    "! x": Passed.COMMENT,
    "##### x": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.DOMAINS, text) == LINES[text]
    assert line(Format.URLS, f" {text}\r") == LINES[text]

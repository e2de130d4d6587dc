"""Lists of e2guardian."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Passed, Skip, exact, line, network, tree, url

LINES = {
    "a.example": [tree("a.example")],
    ".a.example": [tree("a.example")],
    "members.a.example/them": [url("members.a.example/them")],
    "192.0.2.1": [exact("192.0.2.1")],
    "10.0.0.1-10.0.0.1": [network("10.0.0.1/32")],
    ".Include</etc/e2guardian/lists/more>": [Skip.INCLUDE],
    ".include<@E2CONFDIR@/x>": [Skip.INCLUDE],
    "**": [Skip.TOO_GENERAL],
    "*ip": [Skip.TOO_GENERAL],
    "**s": [Skip.TOO_GENERAL],
    ".com": [Skip.TOP_LEVEL],
    '#listcategory: "Sites"': Passed.COMMENT,
    "#time: 9 0 17 0 01234": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.E2GUARDIAN, text) == LINES[text]

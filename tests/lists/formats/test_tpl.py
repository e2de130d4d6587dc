"""Tracking Protection Lists."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Passed, Skip, exempt, line, rule, tree

LINES = {
    "msFilterList": Passed.DIRECTIVE,
    ": Expires=1": Passed.DIRECTIVE,
    "-d a.example": [tree("a.example")],
    "+d a.example": [exempt("a.example")],
    "-d a.example tracker.js": [rule("||a.example/*tracker.js")],
    "- trackers/banner-": [rule("*trackers/banner-")],
    "-d com": [Skip.TOP_LEVEL],
    "# x": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.TPL, text) == LINES[text]

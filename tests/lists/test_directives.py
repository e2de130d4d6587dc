"""Blocks of Adblock lists for one program or another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.directives import Directives, holds


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true", True),
        ("false", False),
        ("adguard", False),
        ("!adguard", True),
        ("!ext_ublock && !env_firefox", True),
        ("(adguard && !adguard_ext_safari)", False),
        ("env_chromium || !env_mobile", True),
        ("!(env_chromium || env_firefox)", True),
        ("!!true", True),
        ("true || false && false", True),
        ("", False),
        ("true true", False),
        ("(true", False),
        ("!adguard)", False),
        ("!x || ", False),
        ("§", False),
    ],
)
def test_condition_holds_for_no_program_but_this(expression: str, expected: bool):
    assert holds(expression) is expected


@given(st.text(st.sampled_from("a!&|() "), max_size=30))
def test_any_condition_is_answered(expression: str):
    assert holds(expression) in (True, False)


def test_deep_condition_does_not_hold():
    assert not holds("(" * 5000 + "true" + ")" * 5000)


def read(*lines: str) -> list[bool]:
    """Whether each line is skipped after those before it."""
    directives = Directives()
    skipping = []
    for line in lines:
        directives.read(line)
        skipping.append(directives.skipping)
    return skipping


def test_blocks_nest():
    lines = ["!#if adguard", "!#if true", "x", "!#endif", "y", "!#else", "z", "!#endif", "w"]
    assert read(*lines) == [True, True, True, True, True, False, False, False, False]


def test_ends_without_a_block_are_harmless():
    assert read("!#endif", "!#else", "x") == [False, False, False]


@pytest.mark.parametrize("line", ["! #if x", "!#iffy", "||a.example^", "!#safari_cb_affinity(all)"])
def test_other_lines_are_no_directives(line: str):
    assert Directives().read(line) == ""

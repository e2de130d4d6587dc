"""Telling formats apart, and their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.entries import Entries, Entry, Mode
from kidgate.lists.formats import Format, Passed, detect, parse_line, short_form
from kidgate.lists.report import Skip

ENTRIES = Entries({"com", "github.example"})

SAMPLES = {
    "hosts": ("# x\n127.0.0.1 localhost\n0.0.0.0 a.example\n::1 b.example c.example", Format.HOSTS),
    "domains": ("# x\na.example # y\n*.b.example", Format.DOMAINS),
    "yaml": ("payload:\n  - '+.a.example'", Format.DOMAINS),
    "urls": ("a.example/x\nhttp://b.example/y\nc.example", Format.URLS),
    "adblock": ("! x\n||a.example^\n@@||b.example^", Format.ADBLOCK),
    "adblock_by_header": ("[Adblock Plus 3.1]\na.example\nb.example", Format.ADBLOCK),
    "adblock_among_names": ("a.example\n" * 8 + "||b.example/x$all", Format.ADBLOCK),
    "few_rules": ("a.example\n" * 30 + "||b.example^", Format.DOMAINS),
    "cosmetic": ("a.example##.ad", Format.ADBLOCK),
    "nothing": ("", Format.DOMAINS),
    "comments": ("# 0.0.0.0 a.example", Format.DOMAINS),
}

LINES = {
    "0.0.0.0 a.example\tb.example": [Entry("a.example", Mode.TREE), Entry("b.example", Mode.TREE)],
    "0 a.example #b.example": [Entry("a.example", Mode.TREE)],
    "127.1.2.3 a.example": [Entry("a.example", Mode.TREE)],
    "0.0.0.0 a.example/x": [Skip.NOT_A_NAME],
    "0.0.0.0": [Skip.LOOPBACK],
    "0.0.0.0 # nothing": [Skip.LOOPBACK],
    "127.0.0.1 localhost a.example": [Skip.LOOPBACK, Entry("a.example", Mode.TREE)],
    "192.0.2.1 a.example b.example": [Skip.REDIRECT, Skip.REDIRECT],
    "ff02::1 ip6-allnodes": [Skip.LOOPBACK],
    "fe80::1%lo0 localhost": [Skip.LOOPBACK],
    "a.example#comment": [Entry("a.example", Mode.TREE)],
    "a.example  ## comment": [Entry("a.example", Mode.TREE)],
    "a.example##.ad": [Skip.COSMETIC],
    "@@||a.example^": [Entry("a.example", Mode.EXCEPT)],
    "- a.example": [Entry("a.example", Mode.TREE)],
    "- '+.a.example' # x": [Entry("a.example", Mode.TREE)],
    "- \"a.example'": [Skip.NOT_A_NAME],
    "a.example b.example": [Skip.NOT_A_NAME],
    "payload:": [Skip.SINGLE_LABEL],
    "server=/a.example/": [Skip.NOT_A_NAME],
    "//a.example/x": [Skip.NOT_A_NAME],
    "  ": Passed.BLANK,
    "# x": Passed.COMMENT,
    "; x": Passed.COMMENT,
    "// x": Passed.COMMENT,
    "! x": Passed.COMMENT,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_format_is_told_by_content(name: str):
    text, known = SAMPLES[name]
    assert detect(text.split("\n")) is known


@pytest.mark.parametrize("line", LINES)
def test_outcomes_of_a_line(line: str):
    outcomes = parse_line(Format.DOMAINS)(line, ENTRIES)
    found = outcomes if isinstance(outcomes, Passed) else list(outcomes)
    assert found == LINES[line]


def test_hosts_lines_are_read_in_adblock_lists():
    outcomes = parse_line(Format.ADBLOCK)("0.0.0.0 a.example b.example", ENTRIES)
    assert list(outcomes) == [Entry("a.example", Mode.TREE), Entry("b.example", Mode.TREE)]


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,6}(\.[A-Za-z0-9_-]{1,8}){0,3}", fullmatch=True)
SPELLED = st.tuples(
    st.sampled_from(["", "0.0.0.0 ", "127.0.0.1\t", ":: ", "||", "*.", "+.", ".", "@@||"]),
    NAMES | st.sampled_from(["github.example", "localhost.localdomain", "xn--a.example"]),
    st.sampled_from(["", "^", "^$all", "^$important", "$all", "\r", "/", " # x", "^$popup"]),
).map("".join)


@given(st.sampled_from(Format), SPELLED)
def test_short_form_gives_what_the_parser_gives(known: Format, line: str):
    found = short_form(known).fullmatch(line)
    if found:
        assert list(parse_line(known)(line, ENTRIES)) == [ENTRIES.plain(found["name"])]


@given(st.sampled_from(Format), st.text(max_size=80))
def test_every_line_has_an_outcome(known: Format, line: str):
    outcomes = parse_line(known)(line, ENTRIES)
    assert isinstance(outcomes, Passed) or len(outcomes) > 0

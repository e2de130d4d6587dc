"""Lists of v2fly, which include one another."""

from __future__ import annotations

import pytest

from kidgate.lists.formats.v2fly import Library, has, is_library
from tests.lists.formats.reading import (
    Format,
    Passed,
    Skip,
    exact,
    line,
    lines,
    rule,
    tree,
)

LINES = {
    "a.example": [tree("a.example")],
    "domain:a.example # why": [tree("a.example")],
    "a.example @cn @ads": [tree("a.example")],
    "full:a.example": [exact("a.example")],
    "full:192.0.2.1": [exact("192.0.2.1")],
    "keyword:casino": [rule("||*casino*^")],
    "regexp:^bet[0-9]+\\.example\\.com$ @ads": [rule("~/^bet[0-9]+\\.example\\.com$/")],
    "include:other": [Skip.INCLUDE],
    "full:com": [Skip.TOP_LEVEL],
    "two words": [Skip.NOT_A_NAME],
    "0.0.0.0 a.example": [tree("a.example")],
    "# x": Passed.COMMENT,
    " ": Passed.BLANK,
}
BESIDE = {
    "games": b"include:one\ninclude:two @cn @-ads\ninclude:empty\nz.example\n",
    "one": b"full:a.example @ads # x\nb.example &three\n",
    "two": b"c.example @cn\nd.example @cn @ads\ne.example\ninclude:one @ads\n",
    "three": b"f.example\n",
    "empty": b"# nothing\n",
    "circle": b"include:round\ng.example\n",
    "round": b"include:circle\nh.example\n",
}


def read(name: str, *attributes: str) -> list[object]:
    text = BESIDE[name].decode().removesuffix("\n")
    return lines(
        Format.V2FLY, text, file=f"data/{name}", beside=BESIDE, attributes=attributes
    )  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.V2FLY, text) == LINES[text]


def test_include_brings_the_whole_of_another_list():
    assert read("games") == [
        [exact("a.example"), tree("b.example")],
        [tree("c.example")],
        Passed.DIRECTIVE,
        [tree("z.example")],
    ]


def test_attributes_choose_among_what_is_included():
    assert read("two")[3] == [exact("a.example")]


def test_list_has_what_others_say_belongs_to_it():
    assert read("three") == [[tree("f.example"), tree("b.example")]]


def test_circle_ends_and_is_told():
    assert read("circle") == [[tree("h.example"), Skip.INCLUDE], [tree("g.example")]]


def test_wanted_attributes_leave_the_rest_out():
    attribute = [Skip.ATTRIBUTE]
    assert read("two", "cn") == [
        [tree("c.example")], [tree("d.example")], attribute, attribute
    ]  # fmt: skip
    assert read("two", "-ads")[:3] == [[tree("c.example")], attribute, [tree("e.example")]]


def test_lists_that_include_each_other_twice_do_not_multiply():
    texts = {f"l{n}": b"include:l%d\ninclude:l%d\n" % (n + 1, n + 1) for n in range(40)}
    texts["l40"] = b"a.example\n"
    assert len(Library(texts).brought("l0")) == 1


def test_conditions_on_attributes():
    assert has(frozenset(), frozenset({"cn"}))
    assert has(frozenset({"cn", "-ads"}), frozenset({"cn"}))
    assert not has(frozenset({"cn"}), frozenset())
    assert not has(frozenset({"-ads"}), frozenset({"ads"}))
    assert has(("!cn",), frozenset({"!cn"}))


def test_folder_is_a_library_when_one_list_includes_another():
    assert is_library(BESIDE)
    assert not is_library({"one": b"a.example\n", "two": b"include:gone\n"})

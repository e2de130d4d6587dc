"""Zones of BIND."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Passed, Skip, line, lines, tree

LINES = {
    'zone "a.example" { type master; file "null.zone"; };': [tree("a.example")],
    'zone "a.example" IN {type primary; notify no; file "/etc/bind/null"; };': [tree("a.example")],
    'zone "a.example" { type forward; forwarders { 192.0.2.53; }; };': [Skip.SETTING],
    'zone "." { type hint; file "root.hints"; };': [Skip.SETTING],
    'zone "." { type master; file "null.zone"; };': [Skip.TOO_GENERAL],
    'zone "com" { type master; };': [Skip.TOP_LEVEL],
    "// x": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.BIND, text) == LINES[text]


def test_zone_over_several_lines_counts_where_its_type_stands():
    text = (
        'zone "a.example" {\n  type master;\n  file "null";\n};\n\n'
        'zone "b.example"\n{ type master; };'
    )
    blank = Passed.BLANK
    steers = Passed.DIRECTIVE
    assert lines(Format.BIND, text) == [
        steers, [tree("a.example")], steers, steers, blank, steers, [tree("b.example")]
    ]  # fmt: skip


def test_zone_without_a_type_blocks_nothing():
    assert lines(Format.BIND, 'zone "a.example" {\n};\nb.example') == [
        Passed.DIRECTIVE,
        Passed.DIRECTIVE,
        [tree("b.example")],
    ]

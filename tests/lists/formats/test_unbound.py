"""Zones and data of unbound."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Passed, Skip, exempt, line, tree

LINES = {
    'local-zone: "a.example" always_nxdomain': [tree("a.example")],
    'local-zone: "a.example." static': [tree("a.example")],
    "local-zone: a.example refuse # why": [tree("a.example")],
    'local-zone: "a.example" always_null': [tree("a.example")],
    'local-zone: "a.example" deny': [tree("a.example")],
    'local-zone: "good.a.example" always_transparent': [exempt("good.a.example")],
    'local-zone: "a.example" redirect': Passed.DIRECTIVE,
    'local-zone: "a.example" nodefault': [Skip.SETTING],
    'local-zone: "." static': [Skip.TOO_GENERAL],
    'local-data: "a.example A 0.0.0.0"': [tree("a.example")],
    'local-data: "a.example. 3600 IN AAAA ::"': [tree("a.example")],
    "local-data: 'a.example CNAME .'": [tree("a.example")],
    'local-data: "a.example A 192.0.2.1"': [Skip.REDIRECT],
    'local-data: "www.a.example CNAME safe.a.example."': [Skip.REDIRECT],
    "local-data: \"a.example TXT 'x'\"": [Skip.SETTING],
    'local-data-ptr: "192.0.2.1 a.example"': [Skip.SETTING],
    "server:": Passed.DIRECTIVE,
    "    # x": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.UNBOUND, text) == LINES[text]
    assert line(Format.UNBOUND, f"  {text}") == LINES[text]

"""Hosts lines."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Skip, line, tree

LINES = {
    "0.0.0.0 a.example\tb.example": [tree("a.example"), tree("b.example")],
    "  0.0.0.0   a.example  ": [tree("a.example")],
    "0 a.example #b.example": [tree("a.example")],
    "127.1.2.3 a.example": [tree("a.example")],
    "0:0:0:0:0:0:0:1 a.example": [tree("a.example")],
    ":: a.example": [tree("a.example")],
    "0.0.0.0 a.example/x": [Skip.NOT_A_NAME],
    "0.0.0.0": [Skip.LOOPBACK],
    "0.0.0.0 # nothing": [Skip.LOOPBACK],
    "0.0.0.0 0.0.0.0": [Skip.LOOPBACK],
    "127.0.0.1 localhost a.example": [Skip.LOOPBACK, tree("a.example")],
    "192.0.2.1 a.example b.example": [Skip.REDIRECT, Skip.REDIRECT],
    "ff02::1 ip6-allnodes": [Skip.LOOPBACK],
    "fe80::1%lo0 localhost": [Skip.LOOPBACK],
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.HOSTS, text) == LINES[text]


def test_hosts_lines_are_read_in_other_lists_too():
    for known in (Format.ADBLOCK, Format.DOMAINS, Format.DNSMASQ, Format.E2GUARDIAN):
        assert line(known, "0.0.0.0 a.example b.example") == [tree("a.example"), tree("b.example")]

"""Settings of dnsmasq."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import (
    Format,
    Passed,
    Skip,
    exact,
    exempt,
    line,
    rule,
    tree,
)

LINES = {
    "address=/a.example/": [tree("a.example")],
    "address=/a.example/0.0.0.0": [tree("a.example")],
    "address=/a.example/::": [tree("a.example")],
    "address=/a.example/#": [tree("a.example")],
    "address=/a.example/127.0.0.1   # why": [tree("a.example")],
    "address=/a.example/b.example/#": [tree("a.example"), tree("b.example")],
    "address=/a.example/192.0.2.1": [Skip.REDIRECT],
    "address=/.a.example/": [tree("a.example")],
    "address=/*.a.example/": [tree("a.example")],
    "address=/*ads.example.com/#": [rule("||*ads.example.com^")],
    "address=/github.example/#": [exact("github.example")],
    "address=/192.0.2.7/#": [exact("192.0.2.7")],
    "address=/#/0.0.0.0": [Skip.TOO_GENERAL],
    "address=/com/#": [Skip.TOP_LEVEL],
    "server=/a.example/": [tree("a.example")],
    "local=/a.example/": [tree("a.example")],
    "local=/a.example/b.example/": [tree("a.example"), tree("b.example")],
    "server=/good.a.example/#": [exempt("good.a.example")],
    "server=/*good.a.example/#": [rule("@@||*good.a.example^")],
    "server=/a.example/192.0.2.53": [Skip.REDIRECT],
    "server=/a.example/192.0.2.53#5353": [Skip.REDIRECT],
    "server=//192.0.2.53": [Skip.SETTING],
    "server=192.0.2.53": [Skip.SETTING],
    "ipset=/a.example/b.example/set1,set2": [tree("a.example"), tree("b.example")],
    "nftset=/a.example/4#inet#fw#set": [tree("a.example")],
    "conf-file=/etc/more.conf": [Skip.SETTING],
    "no-resolv": [Skip.SETTING],
    "host-record=a.example,192.0.2.1": [Skip.SETTING],
    "# address=/a.example/": Passed.COMMENT,
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.DNSMASQ, text) == LINES[text]

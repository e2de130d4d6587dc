"""Response policy zones."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import (
    Format,
    Passed,
    Skip,
    exact,
    exempt,
    line,
    lines,
    network,
    tree,
)

LINES = {
    "a.example CNAME .": [tree("a.example")],
    "*.a.example CNAME .": [tree("a.example")],
    "a.example 60 IN CNAME .": [tree("a.example")],
    "a.example IN 60 CNAME *. ; why": [tree("a.example")],
    "a.example\tcname\trpz-drop.": [tree("a.example")],
    "good.a.example CNAME rpz-passthru.": [exempt("good.a.example")],
    "good.a.example CNAME good.a.example.": [exempt("good.a.example")],
    "a.example CNAME rpz-tcp-only.": [Skip.SETTING],
    "www.a.example CNAME safe.a.example.": [Skip.REDIRECT],
    "a.example A 0.0.0.0": [tree("a.example")],
    "a.example AAAA ::": [tree("a.example")],
    "a.example A 192.0.2.1": [Skip.REDIRECT],
    'a.example TXT "x; y"': [Skip.SETTING],
    "github.example CNAME .": [exact("github.example")],
    "com CNAME .": [Skip.TOP_LEVEL],
    "*.com CNAME .": [Skip.TOP_LEVEL],
    "* CNAME .": [Skip.TOO_GENERAL],
    "24.0.2.0.192.rpz-ip CNAME .": [network("192.0.2.0/24")],
    "32.1.2.0.192.rpz-ip CNAME .": [network("192.0.2.1/32")],
    "32.zz.db8.2001.rpz-ip CNAME .": [network("2001:db8::/32")],
    "128.1.zz.db8.2001.rpz-ip CNAME .": [network("2001:db8::1/128")],
    "128.8.7.6.5.4.3.db8.2001.rpz-ip CNAME .": [network("2001:db8:3:4:5:6:7:8/128")],
    "0.0.0.0.0.rpz-ip CNAME .": [Skip.TOO_GENERAL],
    "24.0.2.0.192.rpz-ip CNAME rpz-passthru.": [Skip.NETWORK_EXCEPTION],
    "99.0.2.0.192.rpz-ip CNAME .": [Skip.NOT_A_NAME],
    "x.rpz-ip CNAME .": [Skip.NOT_A_NAME],
    "ns.a.example.rpz-nsdname CNAME .": [Skip.TRIGGER],
    "32.1.2.0.192.rpz-nsip CNAME .": [Skip.TRIGGER],
    "32.1.2.0.192.rpz-client-ip CNAME .": [Skip.TRIGGER],
    "$TTL 60": Passed.DIRECTIVE,
    "$INCLUDE other.zone": [Skip.INCLUDE],
    "$GENERATE 1-9 a$.example CNAME .": [Skip.SETTING],
    "@ IN SOA localhost. root.localhost. 1 2 3 4 5": Passed.DIRECTIVE,
    "@ NS localhost.": Passed.DIRECTIVE,
    "@ A 192.0.2.1": Passed.DIRECTIVE,
    "   NS localhost.": Passed.DIRECTIVE,
    "; x": Passed.COMMENT,
    "": Passed.BLANK,
    "nothing of the kind": [Skip.NOT_A_NAME],
}


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.RPZ, text) == LINES[text]


def test_whole_names_stand_below_the_zone():
    text = (
        "$ORIGIN rpz.test.\n"
        "a.example.rpz.test. CNAME .\n"
        "b.example CNAME .\n"
        "c.example.rpz.test. CNAME c.example.\n"
        "*.d.example.RPZ.test. CNAME ."
    )
    assert lines(Format.RPZ, text)[1:] == [
        [tree("a.example")],
        [tree("b.example")],
        [exempt("c.example")],
        [tree("d.example")],
    ]


def test_zone_is_named_by_its_authority_where_no_origin_does():
    text = "rpz.test. IN SOA localhost. root. (\n 1 ; serial\n 2\n)\na.example.rpz.test. CNAME ."
    steers = Passed.DIRECTIVE
    assert lines(Format.RPZ, text) == [steers, steers, steers, steers, [tree("a.example")]]


def test_record_without_an_owner_has_the_last_one():
    assert lines(Format.RPZ, "a.example 60 A 0.0.0.0\n  AAAA ::") == [[tree("a.example")]] * 2

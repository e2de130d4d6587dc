"""Texts to canonical keys and modes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.entries import PLAIN_NAME, Entries, Entry, Mode, exempted
from kidgate.lists.report import Skip
from kidgate.policies.names import canonical_host

ENTRIES = Entries({"com", "zip", "co.example", "xn--p1ai", "github.example"})

TAKEN = {
    "a.example": ("a.example", Mode.TREE),
    "A.Example.": ("a.example", Mode.TREE),
    ".a.example": ("a.example", Mode.TREE),
    "*.a.example": ("a.example", Mode.TREE),
    "+.a.example": ("a.example", Mode.TREE),
    "_dmarc.a.example": ("_dmarc.a.example", Mode.TREE),
    "bücher.example": ("xn--bcher-kva.example", Mode.TREE),
    "github.example": ("github.example", Mode.EXACT),
    "*.github.example": ("github.example", Mode.EXACT),
    "192.0.2.1": ("192.0.2.1", Mode.EXACT),
    "http://192.0.2.1/": ("192.0.2.1", Mode.EXACT),
    "2001:DB8::1": ("2001:db8::1", Mode.EXACT),
    "[2001:db8::1]:443": ("2001:db8::1", Mode.EXACT),
    "[2001:db8::1]/x": ("2001:db8::1/x", Mode.URL),
    "https://a.example": ("a.example", Mode.TREE),
    "https://a.example:443/": ("a.example", Mode.TREE),
    "wss://a.example/?": ("a.example", Mode.TREE),
    "a.example/./#top": ("a.example", Mode.TREE),
    "a.example/x": ("a.example/x", Mode.URL),
    "a.example:8080/x": ("a.example/x", Mode.URL),
    "http://ann:pw@a.example/x": ("a.example/x", Mode.URL),
    "a.example/x/../y/z/": ("a.example/y/z/", Mode.URL),
    "a.example?q=1": ("a.example/?q=1", Mode.URL),
    "a.example/Tiếng Việt": ("a.example/Ti%E1%BA%BFng%20Vi%E1%BB%87t", Mode.URL),
    "github.example/~ann": ("github.example/~ann", Mode.URL),
    "192.0.2.1/8": ("192.0.2.1/8", Mode.URL),
    "192.0.2.0/24": ("192.0.2.0/24", Mode.NETWORK),
    "2001:DB8::/32": ("2001:db8::/32", Mode.NETWORK),
}

REFUSED = {
    "": Skip.NOT_A_NAME,
    "a b": Skip.NOT_A_NAME,
    "a..example": Skip.NOT_A_NAME,
    "ann@a.example": Skip.NOT_A_NAME,
    "12345": Skip.NOT_A_NAME,
    "0x7f.1": Skip.NOT_A_NAME,
    "192.0.2": Skip.NOT_A_NAME,
    "xn--a.example": Skip.NOT_A_NAME,
    "a" * 64 + ".example": Skip.NOT_A_NAME,
    "a.example/x//../y": Skip.NOT_A_NAME,  # one level up or two: servers differ
    "a.*.example": Skip.PATTERN,
    "router": Skip.SINGLE_LABEL,
    "router/x": Skip.SINGLE_LABEL,
    "com": Skip.TOP_LEVEL,
    ".ZIP": Skip.TOP_LEVEL,
    "xn--p1ai": Skip.TOP_LEVEL,
    "localhost": Skip.LOOPBACK,
    "localhost.localdomain": Skip.LOOPBACK,
    "0.0.0.0": Skip.LOOPBACK,
    "127.8.8.8": Skip.LOOPBACK,
    "::1": Skip.LOOPBACK,
    "::ffff:127.0.0.1": Skip.LOOPBACK,
    "http://localhost:8080/x": Skip.LOOPBACK,
    "0.0.0.0/0": Skip.TOO_GENERAL,
    "127.0.0.0/8": Skip.LOOPBACK,
    "192.0.2.1-192.0.2.7": Skip.NOT_A_NAME,
    "a.example:8080": Skip.PORT,
    "http://a.example:8080/": Skip.PORT,
    "ftp://a.example/x": Skip.SCHEME,
    "a.example/" + "x" * 4096: Skip.TOO_LONG,
    "a.example" + "/x" * 33: Skip.TOO_LONG,
}


@pytest.mark.parametrize(("text", "entry"), TAKEN.items())
def test_entry_of_what_is_taken(text: str, entry: tuple[str, Mode]):
    assert ENTRIES.name_or_url(text) == Entry(*entry)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_reason_of_what_is_refused(text: str, reason: Skip):
    assert ENTRIES.name_or_url(text) is reason


def test_name_longer_than_any_is_refused_on_the_short_way():
    assert ENTRIES.plain("a." * 126 + "example") is Skip.NOT_A_NAME


def test_exact_entry_leaves_what_is_below_alone():
    assert ENTRIES.exact("A.Example") == Entry("a.example", Mode.EXACT)
    assert ENTRIES.exact("192.0.2.1") == Entry("192.0.2.1", Mode.EXACT)
    assert ENTRIES.exact("com") is Skip.TOP_LEVEL


def test_range_of_addresses_becomes_networks():
    assert ENTRIES.networks("192.0.2.254", "192.0.3.255") == [
        Entry("192.0.2.254/31", Mode.NETWORK),
        Entry("192.0.3.0/24", Mode.NETWORK),
    ]
    assert ENTRIES.networks("0.0.0.0", "223.255.255.255") == [Skip.TOO_GENERAL]


def test_exception_is_for_names_and_rules_only():
    assert exempted(Entry("a.example", Mode.TREE)) == Entry("a.example", Mode.EXCEPT)
    assert exempted(Entry("a.example/x", Mode.URL)) is Skip.URL_EXCEPTION
    assert exempted(Entry("192.0.2.0/24", Mode.NETWORK)) is Skip.NETWORK_EXCEPTION
    assert exempted(Entry("||ads*^", Mode.RULE)) == Entry("@@||ads*^", Mode.RULE)
    assert exempted(Skip.PORT) is Skip.PORT


@given(st.from_regex(PLAIN_NAME, fullmatch=True) | st.from_regex(r"[a-z0-9._-]{1,30}\.[a-z]{2,5}"))
def test_short_way_gives_what_the_long_way_gives(name: str):
    name = name.rstrip("\n")
    if re.fullmatch(PLAIN_NAME, name):
        assert ENTRIES.plain(name) == ENTRIES.name_or_url(name)
        assert len(name) > 253 or canonical_host(name) == name


@given(st.text(max_size=60))
def test_entries_are_canonical_and_printable(text: str):
    outcome = ENTRIES.name_or_url(text)
    if isinstance(outcome, Entry):
        assert re.fullmatch(r"[!-~]+", outcome.key)
        assert ENTRIES.name_or_url(outcome.key) == outcome

"""Telling formats apart, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists.entries import Entry
from kidgate.lists.formats.detect import detect, open_parser, short_form
from kidgate.lists.formats.grammar import Format, Opening
from kidgate.lists.items import Passed
from tests.lists.formats.reading import ENTRIES

SAMPLES = {
    "hosts": ("# x\n127.0.0.1 localhost\n0.0.0.0 a.example\n::1 b.example c.example", Format.HOSTS),
    "hosts_with_tabs": ("0.0.0.0\ta.example\n0.0.0.0\tb.example", Format.HOSTS),
    "domains": ("# x\na.example # y\n*.b.example", Format.DOMAINS),
    "yaml": ("payload:\n  - '+.a.example'\n  - '+.b.example'", Format.DOMAINS),
    "wildcards": ("*.a.example\n*.exa*mple.*\n/^ads?\\./\nb.example", Format.DOMAINS),
    "urls": ("a.example/x\nhttp://b.example/y\nc.example", Format.URLS),
    "addresses": ("192.0.2.1\n198.51.100.0/24 ; x\n2001:db8::/32\n192.0.2.1-192.0.2.9",
                  Format.ADDRESSES),
    "addresses_among_names": ("192.0.2.1\n192.0.2.2\na.example", Format.DOMAINS),
    "adblock": ("! x\n||a.example^\n@@||b.example^", Format.ADBLOCK),
    "adblock_by_header": ("[Adblock Plus 3.1]\na.example\nb.example", Format.ADBLOCK),
    "adblock_by_metadata": ("! Title: Mine\na.example\nb.example", Format.ADBLOCK),
    "adblock_among_names": ("a.example\n" * 8 + "||b.example/x$all", Format.ADBLOCK),
    "safesearch": ("|www.a.example^$dnsrewrite=NOERROR;CNAME;b.example", Format.ADBLOCK),
    "comments_like_rules": ("##time: 9 0 17 0\na.example", Format.DOMAINS),
    "comments_with_commas": ("a.example # b.example, c.example\nd.example", Format.DOMAINS),
    "few_rules": ("a.example\n" * 30 + "||b.example^", Format.DOMAINS),
    "cosmetic": ("a.example##.ad", Format.ADBLOCK),
    "patterns": ("&ad_type=\n-banner-\n/ads/top.\n.com/ads/$script,third-party", Format.ADBLOCK),
    "regex_rules": ("/ads[0-9]/$script\n/banner/$domain=a.example", Format.ADBLOCK),
    "dnsmasq": ("# x\naddress=/a.example/#\nserver=/b.example/", Format.DNSMASQ),
    "unbound": ('server:\nlocal-zone: "a.example" static\nlocal-zone: "b.example" static',
                Format.UNBOUND),
    "bind": ('zone "a.example" { type master; file "x"; };\nzone "b.example" {type master;};',
             Format.BIND),
    "bind_lines": ('zone "a.example" IN {\n  type primary;\n  file "null";\n};\n', Format.BIND),
    "rpz": ("$TTL 60\n@ IN SOA a. b. (1 2 3 4 5)\n  NS localhost.\na.example CNAME .\n"
            "*.a.example CNAME .", Format.RPZ),
    "rpz_with_tabs": ("a.example\tCNAME\t.\n*.a.example\tCNAME\t.", Format.RPZ),
    "clash": ("payload:\n- DOMAIN-SUFFIX,a.example\n- DOMAIN,b.example", Format.CLASH),
    "v2fly": ("# x\na.example\nfull:b.example\nc.example", Format.V2FLY),
    "v2fly_by_attribute": ("a.example\nb.example @cn", Format.V2FLY),
    "v2fly_includes": ("include:one\ninclude:two @cn", Format.V2FLY),
    "csv": ("domain,seen\na.example,2024-01-01", Format.TABLE),
    "csv_without_header": ("1,a.example\n2,b.example", Format.TABLE),
    "tpl": ("msFilterList\n: Expires=1\n-d a.example\n-d b.example", Format.TPL),
    "pihole": ("# x\n(^|\\.)ads?\\.example$\n^track[0-9]+\\.", Format.HOST_REGEXES),
    "blocky_regexes": ("/^ads?\\./\n/banner[0-9]+/", Format.HOST_REGEXES),
    "expressions": ("(^|[-\\?+=/_])(casino|bingo)s?/\ncasino[0-9]+\\.php", Format.URL_REGEXES),
    "e2guardian": ('#listcategory: "x"\na.example\nb.example', Format.E2GUARDIAN),
    "e2guardian_includes": (".Include</x>\n.Include</y>", Format.E2GUARDIAN),
    "phrases": ("#listcategory: x\n<one>\n<two>,<three><50>\n.Include</x>", Format.PHRASES),
    "nothing": ("", Format.DOMAINS),
    "comments": ("# 0.0.0.0 a.example", Format.DOMAINS),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_format_is_told_by_content(name: str):
    text, known = SAMPLES[name]
    assert detect(text.split("\n")) is known
    assert detect(text.replace("\n", "\r\n").split("\n")) is known


def test_expressions_of_squidguard_are_told_by_their_name():
    assert detect(["casino"], "blacklists/gambling/expressions") is Format.URL_REGEXES
    assert detect(["casino"], "lists/bannedregexpurllist") is Format.URL_REGEXES
    assert detect(["casino"], "facial_expressions") is Format.DOMAINS


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,6}(\.[A-Za-z0-9_-]{1,8}){0,3}", fullmatch=True)
SPELLED = st.tuples(
    st.sampled_from(
        ["", "0.0.0.0 ", "127.0.0.1\t", ":: ", "||", "*.", "+.", ".", "@@||", "address=/",
         "server=/", "local=/", 'local-zone: "', "-d "]
    ),
    NAMES | st.sampled_from(["github.example", "localhost.localdomain", "xn--a.example"]),
    st.sampled_from(
        ["", "^", "^$all", "^$important", "$all", "\r", "/", " # x", "^$popup", "/#", "/0.0.0.0",
         '" static', '." deny ', " CNAME .", "\tIN CNAME *. ", " CNAME rpz-passthru."]
    ),
).map("".join)  # fmt: skip
OPENING = Opening(ENTRIES, ["domain,note", "a.example,x"])
READ = [known for known in Format if known is not Format.PHRASES]


@given(st.sampled_from(READ), SPELLED)
def test_short_form_gives_what_the_parser_gives(known: Format, line: str):
    found = short_form(known).fullmatch(line)
    if found:
        assert list(open_parser(known, OPENING)(line)) == [ENTRIES.plain(found["name"])]


@given(st.sampled_from(READ), st.lists(SPELLED | st.text(max_size=80), min_size=1, max_size=5))
def test_every_line_has_an_outcome_that_can_be_written(known: Format, lines: list[str]):
    parse = open_parser(known, OPENING)
    for line in lines:
        said = parse(line)
        assert isinstance(said, Passed) or len(said) > 0
        for outcome in [] if isinstance(said, Passed) else said:
            if isinstance(outcome, Entry):
                assert outcome.key.isascii()
                assert not set(outcome.key) & set("\t\n")


LINES_TO_STALL = [
    " " * 60_000 + "x",
    "a " * 30_000,
    "a.example" + " " * 60_000 + "b",
    "," * 60_000,
    '"' * 60_000,
    ',"' * 30_000,
    ";" * 60_000,
    "1 " * 30_000 + "CNAME",
    "(" * 60_000,
    "<a>" * 20_000,
    "- " * 30_000,
    "$" * 60_000,
    "a$b," * 15_000,
    "." * 60_000,
    "*." * 30_000,
    "/" * 60_000,
    "@a " * 20_000,
    "{" * 60_000,
    "a" * 60_000,
    "a." * 30_000,
    "[" * 60_000,
    "#" * 60_000,
    "\\" * 60_000,
    "address=/" + "a/" * 30_000,
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("known", READ)
def test_no_line_stalls_a_parser(known: Format):
    parse = open_parser(known, OPENING)
    for line in LINES_TO_STALL:
        parse(line)


@pytest.mark.timeout(30)
def test_no_line_stalls_the_telling():
    for line in LINES_TO_STALL:
        detect([line] * 3)

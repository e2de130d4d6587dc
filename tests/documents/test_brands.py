"""The registry of brands and the words of look-alikes: read strictly, complete, without overlap."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest

from kidgate.content.lookalike import score
from kidgate.content.lookalike_brands import Brands
from kidgate.documents.brands import brands_of, lookalike_words
from kidgate.documents.builtin import load_builtin
from kidgate.documents.faults import Faults
from kidgate.documents.feed_data import load_guards
from kidgate.documents.strict_yaml import read
from kidgate.policies.names import canonical_host, parents
from kidgate.policies.rows import BrandRow
from kidgate.policies.suffixes import Suffixes

_, SERVICES, BUILTIN = load_builtin()
BY_KEY = {row.key: row for row in BUILTIN.brands}
SUFFIXES = Suffixes(BUILTIN.suffixes)
WARNS = 50.0
NEEDED = """
bocongan vneid dichvucong thue baohiemxahoi toaan vienkiemsat evn water vietcombank vietinbank bidv
agribank techcombank mbbank acb vpbank tpbank sacombank vib shb hdbank ocb seabank msb lpbank
eximbank momo zalopay vnpay viettelmoney shopeepay viettel vinaphone mobifone vietnamobile
giaohangnhanh giaohangtietkiem viettelpost vnpost jtexpress shopee tiki lazada tiktokshop zalo
google facebook apple microsoft paypal amazon netflix instagram whatsapp telegram steam roblox dhl
fedex binance metamask coinbase
"""


def faults(text: str) -> list[str]:
    document = read(text, "brands.yaml")
    brands_of(document, Suffixes(("com", "vn", "pages.test")))
    return [str(fault) for fault in document.faults]


def test_every_fault_of_every_brand_is_named_at_once() -> None:
    text = """
a: {title: A, kind: castle, hosts: [a.vn], tokens: [aaaa]}
b: {title: B, kind: bank, tokens: [bbbb]}
c: {title: C, kind: bank, hosts: [pages.test], tokens: [Cccc, cc], colour: red}
d: {title: D, kind: bank, hosts: [d.vn], site: www.e.vn, tokens: [dddd], common: [dddd]}
e: {title: E, kind: bank, hosts: [e.vn]}
f: {title: F, kind: bank, hosts: [f.vn], tokens: [ffff, ff], everywhere: true}
g: {kind: bank, hosts: [g.vn], common: [g]}
h: {title: H, kind: bank, hosts: [pages.test, h.vn], tokens: [hhhh]}
"""
    found = "\n".join(faults(text))
    for line, what in {
        2: "`castle`",
        3: "needs `hosts`",
        4: "unknown key `colour`",
        5: "site `www.e.vn` is not at or below",
        6: "needs `tokens` or `common`",
        7: "token `ff` is too short",
        8: "`g` is too short",
        9: "strangers publish below `pages.test`",
    }.items():
        assert any(f"brands.yaml:{line}:" in f and what in f for f in found.splitlines()), what
    assert "`Cccc` is no plain spelling" in found
    assert "`dddd` is in `tokens` and in `common`" in found
    assert "`everywhere` needs the key" in found
    assert "needs `title` and `kind`" in found


def test_words_are_refused_when_they_are_no_plain_spellings() -> None:
    with pytest.raises(Faults) as caught:
        lookalike_words("bait: [đăng-nhập]\nrisky: ['no host!']\nhate: [x]\n", "lookalike.yaml")
    assert len(caught.value.faults) == 3


def test_registry_holds_those_that_fraud_in_viet_nam_borrows() -> None:
    assert len(BUILTIN.brands) >= 150
    for key in NEEDED.split():
        assert key in BY_KEY, key


def test_words_say_one_thing_each() -> None:
    words = BUILTIN.lookalike
    for spec in fields(words):
        found = Counter(getattr(words, spec.name))
        assert [word for word, count in found.items() if count > 1] == []
    groups = [set(words.bait), set(words.hints), set(words.fillers)]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_a_spelling_that_means_nobody_else_belongs_to_one_brand() -> None:
    owners = Counter(token for row in BUILTIN.brands for token in row.tokens)
    assert [token for token, count in owners.items() if count > 1] == []


@pytest.mark.parametrize("row", BUILTIN.brands, ids=lambda row: row.key)
def test_hosts_are_canonical_and_not_shared_by_strangers(row: BrandRow) -> None:
    for host in (*row.hosts, *row.namesakes):
        assert canonical_host(host) == host
        assert not SUFFIXES.is_suffix(host)
        assert not set(parents(host)) & set(BUILTIN.shared_hosting), host


def test_nothing_else_that_is_shipped_looks_like_a_brand() -> None:
    """Neither help lines, banks, services nor the hosts that no feed may stop."""
    brands = Brands(BUILTIN.brands, BUILTIN.lookalike, SUFFIXES, frozenset(BUILTIN.shared_hosting))
    guards = load_guards()
    hosts = {*BUILTIN.safe_harbour, *BUILTIN.never_decrypt, *guards.never, *guards.top}
    for service in SERVICES:
        hosts |= {*service.hosts, *service.payment_hosts, *service.company_hosts}
    hit = {}
    for host in hosts:
        found = score(host, brands)
        if found is not None and found.score >= WARNS:
            hit[host] = found
    assert hit == {}

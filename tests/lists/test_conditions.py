"""What wins within a feed: important entries, then exceptions, then any hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import pytest

from kidgate.lists.entries import Mode
from kidgate.lists.index import CategoryIndex
from kidgate.lists.rules import table
from kidgate.policies.model import Asked, Hit

Named = Callable[..., CategoryIndex]


class RuleHits(NamedTuple):
    blocked: tuple[tuple[int, str], ...] = ()
    excepted: tuple[tuple[int, str], ...] = ()
    important: frozenset[int] = frozenset()


class Rules:
    """Says of a host what its text says: `block`, `except`, `important` with a feed's number."""

    asked: ClassVar[list[tuple[str, str, Asked]]] = []

    def __init__(self, blob: memoryview) -> None:
        self.texts = bytes(blob).decode().split("\n")

    def __len__(self) -> int:
        return len(self.texts)

    def find(self, host: str, target: str, asked: Asked) -> RuleHits:
        self.asked.append((host, target, asked))
        said: dict[str, list[tuple[int, str]]] = {"block": [], "except": [], "important": []}
        for text in self.texts:
            kind, number, where = text.split()
            if where in (host, host + target):
                said[kind].append((int(number), text))
        return RuleHits(
            tuple(said["block"] + said["important"]),
            tuple(said["except"]),
            frozenset(number for number, _ in said["important"]),
        )

    def may_depend_on_url(self, host: str) -> bool:
        return any("/" in text and host in text for text in self.texts)


@pytest.fixture
def ruled(named: Named, monkeypatch: pytest.MonkeyPatch) -> Named:
    """Index of feeds whose rules are those of `Rules`, with the feed's number in their text."""
    monkeypatch.setattr(
        table, "build", lambda rules: "\n".join(f"{text}" for _, text in rules).encode()
    )
    monkeypatch.setattr(table, "RuleTable", Rules)
    monkeypatch.setattr(Rules, "asked", [])
    return named


def rule(text: str) -> tuple[str, Mode]:
    return text, Mode.RULE


def found(index: CategoryIndex, host: str, target: str = "") -> list[tuple[str, str]]:
    return [(hit.feed, hit.entry) for hit in index.find(host, target)]


def test_rule_is_a_hit_of_its_feed_in_the_order_of_feeds(ruled: Named):
    index = ruled(
        a=[("c.example", Mode.TREE)],
        b=[rule("block 1 b.example"), rule("block 1 c.example")],
        c=[("b.example", Mode.TREE), ("c.example", Mode.TREE)],
    )
    assert index.find("b.example") == (
        Hit("b-category", "b", "block 1 b.example"),
        Hit("c-category", "c", "b.example"),
    )
    assert [feed for feed, _ in found(index, "c.example")] == ["a", "b", "c"]
    assert found(index, "d.example") == []
    assert len(index) == 4


def test_rule_is_asked_with_everything_known(ruled: Named):
    asked = Asked("http", 8080, "page.example", "script", ("192.0.2.1",))
    ruled(a=[rule("block 0 a.example")]).find("b.example", "/x", asked)
    assert Rules.asked == [("b.example", "/x", asked)]


def test_name_of_a_feed_goes_before_its_rule(ruled: Named):
    index = ruled(a=[("a.example", Mode.TREE), rule("block 0 a.example")])
    assert found(index, "a.example") == [("a", "a.example")]


def test_excepting_rule_lifts_names_urls_ranges_and_nothing_of_other_feeds(ruled: Named):
    index = ruled(
        a=[
            ("a.example", Mode.TREE),
            ("a.example/x", Mode.URL),
            ("192.0.2.0/24", Mode.NETWORK),
            rule("except 0 a.example"),
        ],
        b=[("a.example", Mode.TREE)],
    )
    assert found(index, "a.example", "/x") == [("b", "a.example")]
    asked = Asked(addresses=("192.0.2.7",))
    assert [hit.feed for hit in index.find("a.example", "", asked)] == ["b"]
    assert [hit.entry for hit in index.find("b.example", "", asked)] == ["192.0.2.0/24"]


def test_excepted_name_lifts_rules_and_ranges_of_its_feed_not_its_urls(ruled: Named):
    index = ruled(
        a=[
            ("a.example", Mode.EXCEPT),
            ("a.example/x", Mode.URL),
            ("192.0.2.0/24", Mode.NETWORK),
            rule("block 0 www.a.example"),
        ],
        b=[rule("block 1 www.a.example")],
    )
    asked = Asked(addresses=("192.0.2.7",))
    assert [hit.feed for hit in index.find("www.a.example", "", asked)] == ["b"]
    assert [hit.entry for hit in index.find("www.a.example", "/x", asked)] == [
        "a.example/x",
        "block 1 www.a.example",
    ]


def test_what_is_important_no_exception_lifts(ruled: Named):
    index = ruled(
        a=[
            ("a.example", Mode.IMPORTANT),
            ("a.example/x", Mode.URL),
            rule("except 0 a.example"),
            rule("except 0 a.example/x"),
            rule("important 0 b.example"),
            rule("except 0 b.example"),
            ("b.example", Mode.EXCEPT),
            ("b.example", Mode.TREE),
        ]
    )
    assert found(index, "a.example") == [("a", "a.example")]
    assert found(index, "a.example", "/x") == [("a", "a.example")]
    assert found(index, "b.example") == [("a", "important 0 b.example")]


def test_a_host_waits_for_its_url_where_a_rule_looks_at_it(ruled: Named):
    index = ruled(a=[rule("block 0 a.example/x"), ("b.example", Mode.TREE)])
    assert index.may_depend_on_url("a.example")
    assert not index.may_depend_on_url("b.example")


def test_range_is_a_hit_of_an_address_and_of_a_host_that_leads_there(named: Named):
    index = named(
        wide=[("192.0.2.0/24", Mode.NETWORK), ("2001:db8::/32", Mode.NETWORK)],
        narrow=[("192.0.2.64/26", Mode.NETWORK), ("192.0.2.0/24", Mode.NETWORK)],
    )
    assert found(index, "192.0.2.70") == [("wide", "192.0.2.0/24"), ("narrow", "192.0.2.64/26")]
    assert found(index, "2001:db8::7") == [("wide", "2001:db8::/32")]
    assert found(index, "192.0.3.1") == found(index, "a.example") == []
    for addresses in (("192.0.2.1",), ("198.51.100.1", "192.0.2.1")):
        hits = index.find("a.example", "", Asked(addresses=addresses))
        assert [hit.feed for hit in hits] == ["wide", "narrow"]
    assert index.find("a.example", "", Asked(addresses=("198.51.100.1",))) == ()


def test_range_holds_for_the_address_inside_another(named: Named):
    """NAT64 leads to the same server."""
    index = named(a=[("192.0.2.0/24", Mode.NETWORK)])
    asked = Asked(addresses=("64:ff9b::c000:201",))
    assert [hit.entry for hit in index.find("a.example", "", asked)] == ["192.0.2.0/24"]


def test_index_without_rules_and_ranges_asks_nobody(named: Named, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(table, "RuleTable", None)
    index = named(a=[("a.example", Mode.TREE)])
    assert found(index, "a.example") == [("a", "a.example")]
    assert index._conditions is None


def test_real_rules_are_built_and_asked(named: Named):
    index = named(a=[rule("||ads.*/banner^"), rule("@@||ads.example^"), rule("|https://bad.")])
    assert found(index, "bad.example", "/x") == [("a", "|https://bad.")]
    assert found(index, "ads.test", "/banner") == [("a", "||ads.*/banner^")]
    assert found(index, "ads.example", "/banner") == []

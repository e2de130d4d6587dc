"""Look-ups: against a plain model, and one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.names_file import Listed, record, write_names
from kidgate.lists.url_keys import url_keys
from kidgate.policies.model import Hit
from kidgate.policies.names import is_address, parents

Make = Callable[..., CategoryIndex]


def found(index: CategoryIndex, host: str, target: str = "") -> list[tuple[str, str]]:
    return [(hit.feed, hit.entry) for hit in index.find(host, target)]


def test_name_and_all_below_it_are_found(indexed: Make):
    index = indexed(adult="a.example\nb.a.example")
    assert found(index, "a.example") == [("adult", "a.example")]
    assert found(index, "x.y.a.example") == [("adult", "a.example")]
    assert found(index, "x.b.a.example") == [("adult", "b.a.example")]
    assert found(index, "xa.example") == []
    assert found(index, "example") == []
    assert found(index, "") == []


def test_hit_names_category_feed_and_entry(indexed: Make):
    assert indexed(adult="a.example").find("www.a.example") == (
        Hit("adult-category", "adult", "a.example"),
    )


def test_one_hit_for_each_feed_in_their_order(indexed: Make):
    index = indexed(
        one="a.example", two="b.a.example\na.example", three="x.example", four="a.example"
    )
    assert found(index, "b.a.example") == [
        ("one", "a.example"),
        ("two", "b.a.example"),
        ("four", "a.example"),
    ]


def test_public_suffix_matches_itself_alone(indexed: Make):
    index = indexed(dyn="github.io\nblogspot.com/x\nco.uk")
    assert found(index, "github.io") == [("dyn", "github.io")]
    assert found(index, "mai.github.io") == []
    assert found(index, "shop.co.uk") == []
    assert found(index, "blogspot.com", "/x") == [("dyn", "blogspot.com/x")]
    assert found(index, "mai.blogspot.com", "/x") == []


def test_address_matches_itself_alone(indexed: Make):
    index = indexed(bad="192.0.2.1\n2001:db8::1\n192.0.2.9/x")
    assert found(index, "192.0.2.1") == [("bad", "192.0.2.1")]
    assert found(index, "2001:db8::1") == [("bad", "2001:db8::1")]
    assert found(index, "1.192.0.2.1.example") == []
    assert found(index, "192.0.2.9") == []
    assert found(index, "192.0.2.9", "/x/y") == [("bad", "192.0.2.9/x")]


def test_exception_lifts_the_same_name_and_those_above(indexed: Make):
    index = indexed(
        ads="||a.example^\n@@||good.a.example^\n||bad.good.a.example^\n@@||b.example^\n||b.example^",
        other="a.example",
    )
    assert found(index, "a.example") == [("ads", "a.example"), ("other", "a.example")]
    assert found(index, "x.good.a.example") == [("other", "a.example")]
    assert found(index, "bad.good.a.example") == [
        ("ads", "bad.good.a.example"),
        ("other", "a.example"),
    ]
    assert found(index, "b.example") == []


def test_important_name_is_lifted_by_no_exception(named: Make):
    index = named(
        ads=[
            ("a.example", Mode.IMPORTANT),
            ("a.example", Mode.EXCEPT),
            ("b.example", Mode.TREE),
            ("good.b.example", Mode.EXCEPT),
            ("good.b.example", Mode.TREE),
        ]
    )
    assert found(index, "x.a.example") == [("ads", "a.example")]
    assert found(index, "good.b.example") == []


def test_a_host_waits_for_its_url_where_a_feed_says_more_of_a_page(named: Make):
    index = named(
        a=[("a.example/x", Mode.URL), ("a.example", Mode.TREE), ("github.io/x", Mode.URL)],
        b=[("b.example/x", Mode.URL), ("a.example", Mode.TREE)],
        c=[("192.0.2.1/x", Mode.URL)],
    )
    waiting = ["b.example", "www.b.example", "github.io", "192.0.2.1"]
    assert [host for host in waiting if not index.may_depend_on_url(host)] == []
    for host in ("a.example", "x.a.example", "mai.github.io", "c.example", "example"):
        assert not index.may_depend_on_url(host)


def test_url_entry_stops_no_more_than_its_url(indexed: Make):
    index = indexed(bad="shared.example/~eve\nshared.example/folder/\nshared.example/p?id=7")
    assert found(index, "shared.example") == []
    assert found(index, "shared.example", "/") == []
    assert found(index, "shared.example", "/~evelyn") == []
    for target in ("/~eve", "/~eve?x", "/~eve/", "/~eve/a/b.html?x=/y"):
        assert found(index, "www.shared.example", target) == [("bad", "shared.example/~eve")]
    assert found(index, "shared.example", "/folder/x") == [("bad", "shared.example/folder/")]
    assert found(index, "shared.example", "/folder") == []
    assert found(index, "shared.example", "/p?id=7") == [("bad", "shared.example/p?id=7")]
    assert found(index, "shared.example", "/p?id=8") == []
    assert found(index, "shared.example", "/p") == []


def test_url_entry_goes_before_the_name_of_its_feed(indexed: Make):
    index = indexed(bad="a.example\na.example/x/y\na.example/x", also="a.example")
    assert found(index, "a.example", "/x/y/z") == [
        ("bad", "a.example/x/y"),
        ("also", "a.example"),
    ]


def test_lower_case_url_entry_covers_every_case(indexed: Make):
    index = indexed(bad="a.example/games/%c3%a9\na.example/Exact")
    assert found(index, "a.example", "/Games/%C3%A9/x") == [("bad", "a.example/games/%C3%A9")]
    assert found(index, "a.example", "/exact") == []


def test_names_that_are_not_canonical_find_nothing(indexed: Make):
    index = indexed(bad="a.example\na.example/x")
    for host in ("A.example", "a.example.", "ä.example", "\udc80.a.example", "..", "a" * 100_000):
        assert found(index, host) == []
    assert found(index, "a.example", "\udc80") == [("bad", "a.example")]


def test_index_of_no_feeds_finds_nothing(indexed: Make):
    index = indexed()
    assert index.feeds == ()
    assert len(index) == 0
    assert index.find("a.example", "/x") == ()


def test_feeds_and_size_are_told(indexed: Make):
    index = indexed(one="a.example", two="a.example\nb.example/x")
    assert index.feeds == (("one", "one-category"), ("two", "two-category"))
    assert len(index) == 3  # two keys and the host that keeps a URL


def test_threads_read_the_same(indexed: Make):
    index = indexed(bad="\n".join(f"{n}.example" for n in range(500)))
    wrong: list[str] = []

    def read() -> None:
        for n in range(1000):
            if bool(index.find(f"www.{n}.example")) != (n < 500):
                wrong.append(str(n))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Against a model

HOSTS = st.lists(st.sampled_from(["a", "b", "c-d", "xn--p1ai"]), min_size=2, max_size=4).map(
    ".".join
) | st.sampled_from(["192.0.2.1", "github.io", "a.github.io", "2001:db8::1"])
PATHS = st.from_regex(r"(/[xY]){1,3}/?(\?[xY])?", fullmatch=True)
ENTRIES = st.one_of(
    st.tuples(HOSTS, st.sampled_from([Mode.TREE, Mode.EXCEPT, Mode.EXACT, Mode.IMPORTANT])),
    st.tuples(st.tuples(HOSTS, PATHS).map("".join), st.just(Mode.URL)),
)
FEEDS = st.lists(st.lists(ENTRIES, max_size=12, unique=True), max_size=4)


def levels(host: str, feed: Iterable[tuple[str, Mode]]) -> Iterator[str]:
    entries, exempt = set(feed), False
    for name in parents(host):
        exempt |= (name, Mode.EXCEPT) in entries
        plain = (name, Mode.TREE) in entries or (name == host and (name, Mode.EXACT) in entries)
        if (name, Mode.IMPORTANT) in entries or (plain and not exempt):
            yield name


def covering(host: str, target: str, feed: Iterable[tuple[str, Mode]]) -> Iterator[str]:
    entries = {key for key, mode in feed if mode is Mode.URL}
    for name in parents(host):
        if name == host or not (is_address(name) or name == "github.io"):
            yield from (name + end for end in url_keys(target) if name + end in entries)


def expected(feeds: list[list[tuple[str, Mode]]], host: str, target: str) -> list[tuple[str, str]]:
    hits = []
    for number, feed in enumerate(feeds):
        of_url = next(covering(host, target, feed), None) if target else None
        entry = of_url or next(levels(host, feed), None)
        if entry:
            hits.append((f"feed{number}", entry))
    return hits


def build(folder: Path, feeds: list[list[tuple[str, Mode]]]) -> CategoryIndex:
    sources = []
    for number, feed in enumerate(feeds):
        path = folder / f"{number}.names"
        rows = sorted(record(Listed(key, mode, 1)) for key, mode in feed)
        with path.open("wb") as file:
            write_names(file, rows)
        sources.append(FeedSource(f"feed{number}", f"category{number}", path))
    build_index(folder / "index.kgx", sources)
    return open_index(folder / "index.kgx")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(feeds=FEEDS, asked=st.lists(st.tuples(HOSTS, PATHS | st.just("")), min_size=1, max_size=10))
def test_index_finds_what_a_plain_model_finds(
    tmp_path: Path, feeds: list[list[tuple[str, Mode]]], asked: list[tuple[str, str]]
):
    index = build(tmp_path, feeds)
    for host, target in asked:
        assert found(index, host, target) == expected(feeds, host, target)
        if expected(feeds, host, target) != expected(feeds, host, ""):
            before = {feed for feed, _ in expected(feeds, host, "")}
            after = {feed for feed, _ in expected(feeds, host, target)}
            assert index.may_depend_on_url(host) or after == before


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000])
def test_every_name_of_any_number_is_found(count: int, tmp_path: Path):
    names = [(f"n{number}.example", Mode.TREE) for number in range(count)]
    index = build(tmp_path, [sorted(names)])
    assert all(found(index, name) == [("feed0", name)] for name, _ in names)
    assert not any(index.find(f"m{number}.example") for number in range(count + 10))

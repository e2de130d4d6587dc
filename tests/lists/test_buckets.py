"""Records dealt out and taken back: by hash, each key once, with all its labels in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from kidgate.lists import buckets
from kidgate.lists.buckets import CODES, Buckets, labels_of
from kidgate.lists.entries import Mode
from kidgate.lists.faults import NamesFault
from kidgate.lists.layout import CODE_BITS, Code
from kidgate.lists.names_file import NamesFile
from kidgate.lists.ranges import parse_range

KEYS = st.sampled_from(["a.example", "b.example", "a-b.example", "github.io", "192.0.2.1"])
NAMED = st.tuples(KEYS, st.sampled_from([Mode.TREE, Mode.EXACT, Mode.EXCEPT, Mode.IMPORTANT]))
URLS = st.tuples(st.tuples(KEYS, st.sampled_from(["/x", "/y?z"])).map("".join), st.just(Mode.URL))
FEEDS = st.lists(st.lists(NAMED | URLS, unique=True, max_size=12), max_size=5)
SHARED = frozenset({"github.io"})


def modelled(feeds: list[list[tuple[str, Mode]]]) -> dict[bytes, list[int]]:
    labels: dict[bytes, set[int]] = {}
    for feed, entries in enumerate(feeds):
        for key, mode in entries:
            code = CODES[mode.encode()]
            labels.setdefault(key.encode(), set()).add(feed << CODE_BITS | code)
            if mode is Mode.URL:
                host = key.partition("/")[0]
                here = host in ("github.io", "192.0.2.1")
                mark = Code.URLS_HERE if here else Code.URLS_BELOW
                labels.setdefault(host.encode(), set()).add(feed << CODE_BITS | mark)
    return {key: sorted(found) for key, found in labels.items()}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(feeds=FEEDS, held=st.integers(1, 40))
def test_every_key_comes_back_once_with_its_labels(
    tmp_path: Path,
    names_file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    feeds: list[list[tuple[str, Mode]]],
    held: int,
):
    monkeypatch.setattr(buckets, "_HELD", held)
    found: list[tuple[int, bytes, list[int]]] = []
    with Buckets(tmp_path, SHARED) as dealt:
        for number, entries in enumerate(feeds):
            with NamesFile(names_file(tmp_path / "x.names", *entries)) as file:
                dealt.take(number, file)
        for part in dealt.sorted():
            found += zip(part.hashes, part.keys, map(labels_of, part.labels), strict=True)
    model = modelled(feeds)
    assert found == sorted((xxh3_64_intdigest(key), key, model[key]) for key in model)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["x.names"])


def test_rules_and_ranges_are_kept_apart(tmp_path: Path, names_file: Callable[..., Path]):
    entries = [("||a^", Mode.RULE), ("192.0.2.0/24", Mode.NETWORK), ("a.example", Mode.TREE)]
    with Buckets(tmp_path, SHARED) as dealt:
        for number in (3, 5):
            with NamesFile(names_file(tmp_path / "x.names", *entries)) as file:
                dealt.take(number, file)
        assert dealt.rules == [(3, "||a^"), (5, "||a^")]
        assert dealt.ranges == {parse_range("192.0.2.0/24"): {3, 5}}
        assert [part.keys for part in dealt.sorted() if part.keys] == [[b"a.example"]]


def test_rule_that_is_not_ascii_is_a_fault(tmp_path: Path, names_file: Callable[..., Path]):
    path = names_file(tmp_path / "x.names", ("||ä^", Mode.RULE))
    with Buckets(tmp_path, SHARED) as dealt, NamesFile(path) as file, pytest.raises(NamesFault):
        dealt.take(0, file)

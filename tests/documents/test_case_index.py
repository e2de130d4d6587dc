"""The index of a conformance case: sites with what lies below, and single pages."""

from __future__ import annotations

import pytest

from kidgate.documents.case_index import CaseIndex, entry
from kidgate.policies.model import Hit
from kidgate.policies.names import InvalidName

INDEX = CaseIndex.of({"games": ("a.test", "b.test/choi"), "kids": ("www.a.test",)})


@pytest.mark.parametrize(
    ("host", "target", "hits"),
    [
        ("a.test", "", [("games", "a.test")]),
        ("x.a.test", "/y", [("games", "a.test")]),
        ("www.a.test", "", [("kids", "www.a.test"), ("games", "a.test")]),
        ("b.test", "/choi/1", [("games", "b.test/choi")]),
        ("b.test", "/choichoi", []),
        ("b.test", "", []),
        ("nota.test", "", []),
    ],
)
def test_find_names_the_entry(host: str, target: str, hits: list[tuple[str, str]]) -> None:
    expected = tuple(Hit(category, category, name) for category, name in hits)
    assert INDEX.find(host, target) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.Test.", "a.test"),
        ("trò-chơi.example", "xn--tr-chi-4wa71l.example"),
        ("https://A.test/x/../%62", "a.test/b"),
    ],
)
def test_entry_is_canonical(text: str, expected: str) -> None:
    assert entry(text) == expected


def test_entry_raises_when_it_names_nothing() -> None:
    with pytest.raises(InvalidName):
        entry("two words")


@pytest.mark.parametrize(
    ("host", "waits"), [("b.test", True), ("x.b.test", True), ("a.test", False), ("test", False)]
)
def test_a_host_waits_for_its_url_where_a_page_is_listed(host: str, waits: bool) -> None:
    assert INDEX.may_depend_on_url(host) is waits

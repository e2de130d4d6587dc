"""Search engines: the words of a search, and the change that makes it safe."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.model import Rewrite, Source
from kidgate.policies.names import parse_url
from kidgate.policies.rows import Builtin
from kidgate.policies.safe_search import MAX_FORM, SafeSearch, with_query

FAST = settings(max_examples=300, deadline=None, database=None)


@pytest.fixture(scope="module")
def table(small: Builtin) -> SafeSearch:
    return SafeSearch.of(small.safe_search)


@pytest.mark.parametrize(
    ("url", "terms"),
    [
        ("https://tim.test/search?q=C%C3%A1+%C4%90%E1%BB%99", ("cá độ",)),
        ("https://www.tim.test/search/anh?q=a&q=b&p=c", ("a", "b", "c")),
        ("https://tim.test/search?q=++a+++b+", ("a b",)),
        ("https://tim.test/search?q=a&p=A", ("a",)),
        ("https://tim.test/search?q=Ca%CC%81", ("cá",)),
        ("https://tim.test/tu/c%C3%A1+%C4%91%E1%BB%99/trang-2", ("cá độ",)),
        ("https://tim.test/search?q=%20%20", ()),
        ("https://tim.test/search?q=%FF", ("\ufffd",)),
        ("https://tim.test/?q=a", ()),
        ("https://a.test/search?q=a", ()),
    ],
)
def test_terms_are_what_is_searched_for(
    table: SafeSearch, url: str, terms: tuple[str, ...]
) -> None:
    assert table.terms(parse_url(url)) == terms


@pytest.mark.parametrize(
    ("url", "body", "terms"),
    [
        ("tim.test/search", b"q=c%C3%A1+%C4%91%E1%BB%99&x=1", ("cá độ",)),
        ("tim.test/search?q=a", b"q=b", ("a", "b")),
        ("tim.test/search?q=a", b"q=A", ("a",)),
        ("tim.test/search", "q=cá độ".encode(), ("cá độ",)),
        ("tim.test/khac", b"q=a", ()),
        ("tim.test/tu/meo/", b"q=a", ("meo",)),
        ("a.test/search", b"q=a", ()),
        ("tim.test/search", b"", ()),
        ("tim.test/search", b"\xff\xfe&&&==q=", ()),
        ("tim.test/search?q=a", b"q=" + b"b" * MAX_FORM, ("a",)),
    ],
)
def test_terms_of_a_posted_search_are_those_of_its_form_too(
    table: SafeSearch, url: str, body: bytes, terms: tuple[str, ...]
) -> None:
    assert table.terms_of_body(parse_url(url), body) == terms


@FAST
@given(body=st.binary(max_size=80))
def test_terms_never_raise_when_given_any_body(table: SafeSearch, body: bytes) -> None:
    table.terms_of_body(parse_url("tim.test/search?q=a"), body)


def test_a_star_in_a_path_is_any_one_part_of_it() -> None:
    entry = {"hosts": ["a.test"], "paths": [], "terms": [], "path_terms": ["/*/ket-qua/*/"]}
    table = SafeSearch.of([entry])
    assert table.terms(parse_url("a.test/x/ket-qua/web/m%C3%A8o%20con/2")) == ("mèo con",)
    assert table.terms(parse_url("a.test/x/ket-qua/web")) == ()
    assert table.terms(parse_url("a.test/ket-qua/web/meo")) == ()


def test_rewrite_sets_the_query_on_searches_alone(table: SafeSearch) -> None:
    source = Source("builtin", "safe_search", "tim")
    assert table.rewrite(parse_url("tim.test/search?q=a"), search=True, youtube="off") == Rewrite(
        query={"safe": "active"}, source=source
    )
    assert table.rewrite(parse_url("tim.test/ban-do"), search=True, youtube="off") is None
    assert table.rewrite(parse_url("tim.test/search?q=a"), search=False, youtube="strict") is None


def test_rewrite_sets_headers_and_cookies_on_every_page(table: SafeSearch) -> None:
    page = parse_url("m.phim.test/watch?v=1")
    strict = table.rewrite(page, search=False, youtube="strict")
    moderate = table.rewrite(page, search=True, youtube="moderate")
    assert strict is not None
    assert moderate is not None
    assert (strict.query, strict.headers, strict.cookies) == (
        {},
        {"Restrict": "Strict"},
        {"r": "1"},
    )
    assert moderate.headers == {"Restrict": "Moderate"}
    assert table.rewrite(page, search=True, youtube="off") is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "safe=active"),
        ("q=a", "q=a&safe=active"),
        ("safe=off&q=a&safe=no", "q=a&safe=active"),
        ("s%61fe=off&q=a", "q=a&safe=active"),
        ("q=a%20b", "q=a+b&safe=active"),
        ("q=%FF%FE", "q=%FF%FE&safe=active"),
        ("q=&x", "q=&x=&safe=active"),
        ("Safe=off", "Safe=off&safe=active"),
    ],
)
def test_with_query_replaces_every_value_and_keeps_the_rest(query: str, expected: str) -> None:
    assert with_query(query, {"safe": "active"}) == expected


@FAST
@given(pairs=st.lists(st.tuples(st.sampled_from(["q", "safe", "x"]), st.text(max_size=5))))
def test_with_query_keeps_all_else_when_given_any_query(pairs: list[tuple[str, str]]) -> None:
    pairs = [(name, value.encode("utf-8", "ignore").decode()) for name, value in pairs]
    found = parse_qsl(with_query(urlencode(pairs), {"safe": "active"}), keep_blank_values=True)
    assert found == [p for p in pairs if p[0] != "safe"] + [("safe", "active")]

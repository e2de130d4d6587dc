"""The page inside an address: read where it stands, None where nobody can say."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin
from kidgate.policies.front_ends import Found, FrontEnds, path_matches
from kidgate.policies.names import InvalidName, parse_url
from kidgate.policies.rows import Builtin

FAST = settings(max_examples=300, deadline=None, database=None)


@pytest.fixture(scope="module")
def table(small: Builtin) -> FrontEnds:
    return FrontEnds.of(small.front_ends)


@pytest.mark.parametrize(
    ("url", "inner"),
    [
        ("https://dich.test/trang?u=https://xau.test/a", "https://xau.test/a"),
        ("https://www.dich.test/trang/2?x=1&u=xau.test", "https://xau.test/"),
        ("https://dich.test/trang?url=xau.test", "https://xau.test/"),
        ("https://dich.test/trang?u=http%3A%2F%2Fxau.test%3A8080%2Fa", "http://xau.test:8080/a"),
        ("https://dich.test/trang?u=a.test&url=a.test", "https://a.test/"),
        ("https://kho.test/web/2020/https://xau.test/a?b=c", "https://xau.test/a?b=c"),
        ("https://kho.test/web/2020/http:/xau.test", "http://xau.test/"),
        ("https://kho.test/web/https://xau.test/a", "https://xau.test/a"),
        ("https://kho.test/web/2020/https%3A%2F%2Fxau.test%2Fa", "https://xau.test/a"),
        ("https://kho.test/web/2020/192.0.2.7/a", "https://192.0.2.7/a"),
        ("https://xau-test.nhan.test/a?b", "https://xau.test/"),
        ("https://xau--em-test.nhan.test/", "https://xau-em.test/"),
        ("https://dem.test/search?q=cache:AbC-1:xau.test/a+toan", "https://xau.test/a"),
        ("https://dem.test/search?q=cache:xau.test", "https://xau.test/"),
    ],
)
def test_find_reads_the_page_inside(table: FrontEnds, url: str, inner: str) -> None:
    found = table.find(parse_url(url))
    assert found is not None
    assert str(found.inner) == inner


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://dich.test/trang", "dich"),
        ("https://dich.test/trang?u=", "dich"),
        ("https://dich.test/trang?u=ftp://a.test", "dich"),
        ("https://dich.test/trang?u=a.test&u=b.test", "dich"),
        ("https://dich.test/trang?u=a.test&url=b.test", "dich"),
        ("https://kho.test/", "kho"),
        ("https://kho.test/web/2020/share", "kho"),
        ("https://nhan.test/", "nhan"),
        ("https://a.b.nhan.test/", "nhan"),
        ("https://share.nhan.test/", "nhan"),
    ],
)
def test_find_names_the_front_end_when_the_page_cannot_be_read(
    table: FrontEnds, url: str, name: str
) -> None:
    found = table.find(parse_url(url))
    assert found is not None
    assert (found.name, found.inner) == (name, None)


@pytest.mark.parametrize(
    "url",
    [
        "https://dich.test/",
        "https://dich.test/tran",
        "https://a.test/trang?u=xau.test",
        "https://dem.test/search?q=toan",
        "https://dem.test/",
        "https://notkho.test/web/2020/a.test",
    ],
)
def test_find_is_none_when_nothing_is_fetched(table: FrontEnds, url: str) -> None:
    assert table.find(parse_url(url)) is None


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("kho.test", Found("kho", "archive", None)),
        ("www.kho.test", Found("kho", "archive", None)),
        ("xau-test.nhan.test", Found("nhan", "translator", parse_url("https://xau.test"))),
        ("dich.test", None),  # only some of its paths fetch
        ("a.test", None),
    ],
)
def test_of_host_knows_what_a_name_alone_tells(
    table: FrontEnds, host: str, found: Found | None
) -> None:
    assert table.of_host(host) == found


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/a/", True),
        ("/a", "/a/b", False),
        ("/a", "/ab", False),
        ("/a*", "/ab/c", True),
        ("/a/*", "/a", False),
        ("/*", "/", True),
    ],
)
def test_path_matches_a_path_or_its_beginning(pattern: str, path: str, expected: bool) -> None:
    assert path_matches([pattern], path) is expected


@cache
def builtin_table() -> FrontEnds:
    return FrontEnds.of(load_builtin()[2].front_ends)


@FAST
@given(
    host=st.sampled_from(sorted(builtin_table().by_host)),
    rest=st.text(alphabet="/?&=:%.-_~#@abuqrl0129", max_size=60),
)
def test_find_raises_nothing_when_given_any_address_of_a_front_end(host: str, rest: str) -> None:
    try:
        url = parse_url(f"https://{host}/{rest}")
    except InvalidName:
        return
    found = builtin_table().find(url)
    assert found is None or found.inner is None or "." in found.inner.host or found.inner.is_address

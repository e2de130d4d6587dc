"""Targets as people type them: one kind, one spelling, and never one that matches nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.targets import (
    InvalidTarget,
    Kind,
    canonical_term,
    covers,
    is_content_type,
    parse_target,
)

FAST = settings(max_examples=300, deadline=None, database=None)


@pytest.mark.parametrize(
    ("text", "kind", "value", "path"),
    [
        ("example.com", Kind.SITE, "example.com", ""),
        ("  Example.COM.  ", Kind.SITE, "example.com", ""),
        ("*.example.com", Kind.SITE, "example.com", ""),
        ("https://example.com", Kind.SITE, "example.com", ""),
        ("https://example.com/", Kind.SITE, "example.com", ""),
        ("trò-chơi.example", Kind.SITE, "xn--tr-chi-4wa71l.example", ""),
        ("=example.com", Kind.HOST, "example.com", ""),
        ("=192.0.2.7", Kind.HOST, "192.0.2.7", ""),
        ("https://192.0.2.7/", Kind.HOST, "192.0.2.7", ""),
        ("example.com/a", Kind.URL, "example.com", "/a"),
        ("example.com/", Kind.URL, "example.com", "/"),
        ("https://example.com/a?b=c#d", Kind.URL, "example.com", "/a?b=c"),
        ("example.com/x/../%61", Kind.URL, "example.com", "/a"),
        ("192.0.2.7/a", Kind.URL, "192.0.2.7", "/a"),
        ("https://192.0.2.7/24", Kind.URL, "192.0.2.7", "/24"),
        ("192.0.2.7/", Kind.URL, "192.0.2.7", "/"),
        ("[2001:db8::7]/a", Kind.URL, "2001:db8::7", "/a"),
        ("service:TikTok", Kind.SERVICE, "tiktok", ""),
        ("category: games", Kind.CATEGORY, "games", ""),
        ("type:Video/*", Kind.TYPE, "video/*", ""),
        ("type:application/vnd.ms-excel", Kind.TYPE, "application/vnd.ms-excel", ""),
        ("term:  Cá   ĐỘ ", Kind.TERM, "cá độ", ""),
        ("192.0.2.7", Kind.NETWORK, "192.0.2.7/32", ""),
        ("192.0.2.0/24", Kind.NETWORK, "192.0.2.0/24", ""),
        ("192.0.2.0/255.255.255.0", Kind.NETWORK, "192.0.2.0/24", ""),
        ("2001:DB8::/32", Kind.NETWORK, "2001:db8::/32", ""),
        ("[2001:db8::]/32", Kind.NETWORK, "2001:db8::/32", ""),
        ("[2001:db8::7]", Kind.NETWORK, "2001:db8::7/128", ""),
        ("::ffff:192.0.2.0/120", Kind.NETWORK, "192.0.2.0/24", ""),
        ("::ffff:192.0.2.7", Kind.NETWORK, "192.0.2.7/32", ""),
        ("0xc0.0.2.7", Kind.NETWORK, "192.0.2.7/32", ""),
        ("3221225991", Kind.NETWORK, "192.0.2.7/32", ""),
    ],
)
def test_parse_target_reads_what_people_type(text: str, kind: Kind, value: str, path: str) -> None:
    target = parse_target(text)
    assert (target.kind, target.value, target.path) == (kind, value, path)
    assert parse_target(str(target)) == target


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "host is empty"),
        ("two words", "`two words`"),
        ("example.com:8080", "write a host"),
        ("ftp://example.com/a", "only http"),
        ("service:", "lacks its name"),
        ("term:   ", "lacks its name"),
        ("type:video", "video/mp4 or video/*"),
        ("type:video/mp4; q=1", "video/mp4 or video/*"),
        ("type:*", "video/mp4 or video/*"),
        ("192.0.2.7/24", "write its first address"),
        ("192.0.2.7/255.255.255.0", "write its first address"),
        ("192.0.2.0/33", "write its first address"),
        ("10/8", "write its first address"),
        ("[2001:db8::7]/32", "write its first address"),
        ("fe80::1%eth0", "zone ids"),
    ],
)
def test_parse_target_says_what_to_write_when_nothing_could_match(text: str, says: str) -> None:
    with pytest.raises(InvalidTarget) as caught:
        parse_target(text)
    assert says in str(caught.value)


@FAST
@given(text=st.text(max_size=40))
def test_parse_target_raises_only_its_own_fault_when_given_anything(text: str) -> None:
    try:
        target = parse_target(text)
    except InvalidTarget:
        return
    assert parse_target(str(target)) == target


def test_specificity_grows_from_kinds_to_places() -> None:
    order = [
        "category:games",
        "service:tiktok",
        "type:*/*",
        "type:video/*",
        "type:video/mp4",
        "term:a b",
        "0.0.0.0/0",
        "192.0.2.0/24",
        "192.0.2.7",
        "test",
        "a.test",
        "b.a.test",
        "=a.test",
        "a.test/",
        "a.test/b",
    ]
    found = [parse_target(text).specificity for text in order]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_specificity_of_a_range_is_that_of_its_width_in_either_version() -> None:
    assert parse_target("2001:db8::/128").specificity == parse_target("192.0.2.7").specificity
    assert parse_target("2001:db8::/32").specificity < parse_target("192.0.2.0/24").specificity


@pytest.mark.parametrize(
    ("prefix", "target", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/a/b", True),
        ("/a", "/a?x", True),
        ("/a", "/ab", False),
        ("/a", "/", False),
        ("/a/", "/a/b", True),
        ("/a/", "/a", False),
        ("/", "/anything?x=1", True),
        ("/a?v=1", "/a?v=1", True),
        ("/a?v=1", "/a?v=1&t=2", True),
        ("/a?v=1", "/a?v=12", False),
        ("/a?v=", "/a?v=12", True),
    ],
)
def test_covers_is_the_page_and_what_lies_below(prefix: str, target: str, expected: bool) -> None:
    assert covers(prefix, target) is expected


def test_canonical_term_is_one_spelling_when_unicode_has_several() -> None:
    composed, decomposed = "Độ  tuổi", "Đo\u0302\u0323 tuo\u0302\u0309i"
    assert canonical_term(composed) == canonical_term(decomposed) == "độ tuổi"


@pytest.mark.parametrize("text", ["video/mp4", "video/*", "*/*", "application/vnd.rar", "a/b+c"])
def test_is_content_type_when_a_response_could_say_it(text: str) -> None:
    assert is_content_type(text)


@pytest.mark.parametrize("text", ["", "video", "video/", "/mp4", "Video/mp4", "video/mp*", "a b/c"])
def test_is_no_content_type_when_no_response_could_say_it(text: str) -> None:
    assert not is_content_type(text)

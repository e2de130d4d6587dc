from __future__ import annotations

import gzip
import json

import brotli
import pytest

from kidgate.content.text.limits import Limits
from kidgate.content.text.page import Kind, Page, Part
from kidgate.content.text.read import READABLE, is_readable, read_page

PHRASE = "forbidden-phrase"


def said(body: bytes, content_type: str, content_encoding: str = "") -> str:
    return "\n".join(part.text for part in read_page(body, content_type, content_encoding).parts)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f"<html><body>{PHRASE}</body></html>".encode(), "text/html; charset=utf-8"),
        (f"<html><body>{PHRASE}</body></html>".encode(), ""),
        (f"<html><body>{PHRASE}</body></html>".encode(), "nonsense"),
        (f"<html><body>{PHRASE}</body></html>".encode(), "text/html; charset=cp037"),
        (f"<html><body>{PHRASE}</body></html>".encode(), "text/html; charset=rot13"),
        (f"<html><body>{PHRASE}</body></html>".encode("utf-16"), "text/html"),
        (f"<html><body>{PHRASE}</body></html>".encode("utf-16-le"), "text/html; charset=unicode"),
        (b"<html>forbid<b></b>den-phr<!-- x -->ase</html>", "text/html"),
        (b"<html>&#102;orbidden&#45;phrase", "application/xhtml+xml"),
        (f'<svg xmlns="x"><text>{PHRASE}</text></svg>'.encode(), "image/svg+xml"),
        (f"<?xml version='1.0'?><html><script/>{PHRASE}</html>".encode(), "text/xml"),
        (f"<rss><title>{PHRASE}</title></rss>".encode(), "application/rss+xml"),
        (PHRASE.encode(), "text/plain"),
        (PHRASE.encode(), "text/vtt"),
        (json.dumps({"a": PHRASE}).encode(), "application/json"),
        (json.dumps({"a": PHRASE}).encode("utf-8-sig"), "application/vnd.api+json"),
        (json.dumps({"a": f"<p>{PHRASE}"}).encode(), "text/html"),
        (json.dumps([PHRASE]).encode(), "text/plain"),
        (json.dumps([PHRASE]).encode(), "application/json; charset=utf-16"),
        (json.dumps([PHRASE]).encode("utf-16-le"), "application/json; charset=utf-16"),
        (f"data: {PHRASE}\n\n".encode(), "text/event-stream"),
    ],
)
def test_read_page_when_the_phrase_is_shown(body: bytes, content_type: str) -> None:
    assert PHRASE in said(body, content_type)
    assert is_readable(content_type)


def test_read_page_when_everything_is_given() -> None:
    body = "<html lang=vi><title>Trường học</title><p>Chào các em</p>".encode("cp1258", "ignore")
    page = read_page(brotli.compress(body), "text/html; charset=windows-1258", "br")
    assert (page.charset, page.language, page.unread) == ("windows-1258", "vi", "")
    assert [part.kind for part in page.parts] == [Kind.TITLE, Kind.BODY]


def test_read_page_when_xhtml_has_a_title() -> None:
    page = read_page(b"<html><title>t</title><p>a</p></html>", "application/xhtml+xml")
    assert page.parts == (Part(Kind.TITLE, "t"), Part(Kind.BODY, "a"))


def test_read_page_when_plain_text_is_wrapped() -> None:
    page = read_page(b"one\ntwo\r\nthree\n \nfour", "text/plain")
    assert page.parts == (Part(Kind.BODY, "one two three\nfour"),)


def test_read_page_when_the_coding_is_unknown() -> None:
    page = read_page(PHRASE.encode(), "text/plain", "foo")
    assert page == Page((Part(Kind.BODY, PHRASE),), unread="unknown content coding `foo`")


def test_read_page_when_larger_than_allowed() -> None:
    body = gzip.compress(b"<p>" + b"word " * 1000)
    page = read_page(body, "text/html", "gzip", limits=Limits(size=100))
    assert page.unread == "larger than 100 bytes"
    assert page.parts[0].text.startswith("word word")


@pytest.mark.parametrize(
    "content_type",
    ["image/png", "text/css", "text/javascript", "application/pdf", "video/mp4", "font/woff2"],
)
def test_read_page_when_the_type_holds_no_text(content_type: str) -> None:
    assert not is_readable(content_type)
    assert read_page(b"<p>x", content_type) == Page(())


def test_read_page_when_untyped_and_binary() -> None:
    assert read_page(b"PK\x03\x04\0\0", "") == Page(())


@pytest.mark.parametrize("content_type", sorted(READABLE))
def test_readable_when_asked_for_each_type(content_type: str) -> None:
    assert is_readable(content_type.upper() + "; charset=utf-8")

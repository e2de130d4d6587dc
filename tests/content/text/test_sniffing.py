from __future__ import annotations

import pytest

from kidgate.content.text.sniffing import sniffed


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b" \n<HTML>", "text/html"),
        (b"<!-- x", "text/html"),
        (b"<b>x", "text/html"),
        (b"<blink>x", "text/plain"),
        (b"  <?xml version='1.0'?>", "text/xml"),
        (b"hello", "text/plain"),
        (b"", "text/plain"),
        (b"\xff\xfeh\0", "text/plain"),
        (b"PK\x03\x04", ""),
        (b"\x89PNG\r\n\x1a\n\0", ""),
        ("Chào".encode(), "text/plain"),
    ],
)
def test_sniffed_when_no_type_was_given(body: bytes, expected: str) -> None:
    assert sniffed(body) == expected

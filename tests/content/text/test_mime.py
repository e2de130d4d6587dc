from __future__ import annotations

import pytest

from kidgate.content.text.mime import MimeType, parsed


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=utf-8", MimeType("text/html", "utf-8")),
        ("Text/HTML;Charset=UTF-8", MimeType("text/html", "UTF-8")),
        ('text/html; charset="utf-8"', MimeType("text/html", "utf-8")),
        ('text/html; charset="ut\\f-8"', MimeType("text/html", "utf-8")),
        ("text/html; charset=utf-8; charset=utf-16", MimeType("text/html", "utf-8")),
        ("text/html;x=y;charset=koi8-r", MimeType("text/html", "koi8-r")),
        ("text/html", MimeType("text/html")),
        ("", MimeType("")),
        ("html", MimeType("")),
        ("text/", MimeType("")),
        ("*/*", MimeType("")),
        ("unknown/unknown", MimeType("")),
        ('text/html; x=";charset=utf-16"', MimeType("text/html")),
        ('text/html; x=";charset=utf-16"; charset=gbk', MimeType("text/html", "gbk")),
        ("text/html; charset; charset=; charset=gbk", MimeType("text/html", "gbk")),
        ('text/html; charset="gbk', MimeType("text/html", "gbk")),
        ("text/html;charset=", MimeType("text/html")),
        ("text/html; charset=utf-8, text/html", MimeType("text/html", "utf-8")),
        ("text/html; charset=utf-8, text/plain", MimeType("text/plain")),
        ("text/plain, nonsense", MimeType("text/plain")),
        ('text/html; x="a,b"; charset=gbk', MimeType("text/html", "gbk")),
    ],
)
def test_parsed_when_read_as_browsers_do(header: str, expected: MimeType) -> None:
    assert parsed(header) == expected

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.content.text.charset import charset_of
from kidgate.content.text.labels import encoding_named
from kidgate.content.text.prescan import declared_in, declared_in_xml
from tests.content.text.vectors import encoding_cases, members


@pytest.mark.shared
def test_declared_in_when_html5lib_says_what_browsers_find(shared: Path) -> None:
    files = members(shared / "data/vectors/html/html5lib-encoding-tokenizer.tar.gz")
    cases = list(encoding_cases(files))
    wrong = [
        data
        for data, expected in cases
        if (declared_in(data) or charset_of(data, markup=True)) != encoding_named(expected)
        and (declared_in(data) or "windows-1252") != encoding_named(expected)
        and not data.startswith(b"\xef\xbb\xbf")  # a mark is not looked for here
    ]
    assert len(cases) > 80
    assert wrong == []


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b'<meta http-equiv=content-type content="text/html; charset=gb2312">', "gbk"),
        (b'<meta content="text/html; charset=gb2312" http-equiv=Content-Type>', "gbk"),
        (b'<meta content="text/html; charset=gb2312">', ""),
        (b'<meta name=x content="a" charset="viscii">', ""),
        (b"<meta charset=utf-7><meta charset=euc-kr>", "euc-kr"),
        (b"<!-- <meta charset=gbk> --><meta charset=big5>", "big5"),
        (b"<!-- <meta charset=gbk>", ""),
        (b'<a title="<meta charset=gbk>">', ""),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        (b"<meta charset=utf-16be>", "utf-8"),
        (b"<head>" + b"<link rel=x>" * 200 + b"<meta charset=gbk>", "gbk"),
        (b"<head><p>" + b"<link rel=x>" * 200 + b"<meta charset=gbk>", ""),
        (b"<\0?\0x\0m\0l\0", "utf-16le"),
        (b"\0<\0?\0x\0m\0l", "utf-16be"),
        (b"<?xml version='1.0' encoding='gbk'?><html>", "gbk"),
        (b"<?xml encoding='gbk'?><meta charset=big5>", "big5"),
        (b"", ""),
    ],
)
def test_declared_in_when_html_names_an_encoding(start: bytes, expected: str) -> None:
    assert declared_in(start) == expected


def test_declared_in_xml_when_not_at_the_start() -> None:
    assert declared_in_xml(b" <?xml encoding='gbk'?>") == ""

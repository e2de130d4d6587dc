"""The type of a body that came without one (MIME Sniffing standard, 7.1), as far as text goes."""

from __future__ import annotations

import re

_HEADER = 1445  # bytes that the standard looks at
_HTML = re.compile(
    rb"[\t\n\f\r ]*(?:<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|"
    rb"body|br|p)[\t\n\f\r >]|<!--)",
    re.IGNORECASE,
)
_XML = re.compile(rb"[\t\n\f\r ]*<\?xml")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def sniffed(body: bytes) -> str:
    """The type that browsers take a body for: HTML, XML, plain text, or "" when it is no text."""
    header = body[:_HEADER]
    if _HTML.match(header):
        return "text/html"
    if _XML.match(header):
        return "text/xml"
    if header.startswith(_MARKS) or not _BINARY.search(header):
        return "text/plain"
    return ""

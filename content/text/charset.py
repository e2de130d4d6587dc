"""How bytes become text, in the order of browsers: byte order mark, header, what the page says.

Where nothing is said it is UTF-8 if it can be, else what `detection.py` thinks. Only labels of the
WHATWG table count: Python would also read `utf-7` or EBCDIC, and see another page than the child.
"""

from __future__ import annotations

from typing import NamedTuple

from kidgate.content.text.detection import decoded, detected, vietnamese, wide
from kidgate.content.text.labels import encoding_named
from kidgate.content.text.prescan import declared_in, declared_in_xml

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))

# Where a page names the encoding that every tool named by default, its fonts may be Vietnamese.
_BY_DEFAULT = frozenset({"windows-1252", "x-user-defined"})


class Text(NamedTuple):
    """`charset` as in Page.charset."""

    text: str
    charset: str


def text_of(body: bytes, label: str = "", *, markup: bool = False, xml: bool = False) -> Text:
    """The text of a body; `label` is the charset that its header names.

    `markup` looks for what HTML says of itself, `xml` for the XML declaration alone.
    """
    charset = charset_of(body, label, markup=markup, xml=xml)
    for mark, name in _MARKS:
        if charset == name and body.startswith(mark):
            body = body[len(mark) :]
    return Text(decoded(body, charset), charset)


def charset_of(body: bytes, label: str = "", *, markup: bool = False, xml: bool = False) -> str:
    """The name of the encoding, as in Page.charset."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    declared = encoding_named(label)
    if not declared and markup:
        declared = declared_in(body)
    elif not declared and xml:
        declared = declared_in_xml(body)
    if declared in _BY_DEFAULT:
        return vietnamese(body, ("tcvn3", "viscii")) or declared
    return declared or _undeclared(body)


def _undeclared(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.end < len(body) or len(body) - fault.start > 3:  # else it is cut short
            return detected(body)
    return "utf-8" if b"\0" not in body[:1024] else wide(body) or "utf-8"

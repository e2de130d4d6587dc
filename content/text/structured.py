"""JSON, lines of JSON, event streams and feeds: the strings that a program will show.

Strings are looked for one after the other, so that a broken, cut or deeply nested document is read
as far as it goes and no tree is built. Names of members are no text, nor are links and tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kidgate.content.text.html import Document
from kidgate.content.text.limits import LIMITS, Limits
from kidgate.content.text.markup import NEW_LINE
from kidgate.content.text.page import Kind, Page
from kidgate.content.text.said import Collected

# Group 1 what it holds, 2 a colon: it names a member. The last one may be cut.
_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"([\t\n\r ]*+:)?|\\?\Z)', re.DOTALL)
_WHOLE = re.compile(
    r"(?:\)\]\}'|for *\(;;\);|while *\(1\);)?"  # what sites put before, against foreign scripts
    r'(?:[\t\n\r ,:\[\]{}0-9.+eE-]++|true|false|null|"[^"\\]*+(?:\\.[^"\\]*+)*+")++',
    re.DOTALL,
)
_WORD_OUTSIDE = re.compile(r"\b(?!(?:true|false|null)\b)[^\W\d_]{2}")
_DECODER = json.JSONDecoder(strict=False)  # line ends inside a string do no harm
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
_NO_TEXT = re.compile(r"[a-z][a-z0-9+.-]*+:\S*+|[/#.]\S*+|\S{65,}+", re.IGNORECASE)
_JSON_INSIDE = re.compile(r'[\t\n\r ]*+[\[{].*"', re.DOTALL)
_OPENING = ("{", "[", " ", "\n")
_PIECES, _PIECE = 4, 24  # so many values of a member, so short on average, are one text in pieces


def is_json(text: str) -> bool:
    """Whether a text is made of JSON's marks and an object or list begins it, whatever its type."""
    start = text.lstrip("\ufeff\t\n\r ")
    return start[:1] in ("{", "[", ")", "f", "w") and _WHOLE.fullmatch(start) is not None


def read_json(text: str, limits: Limits = LIMITS) -> Page:
    """The text values of one JSON document or of one a line. What is not JSON counts as text."""
    strings = _Strings(limits)
    strings.read(text)
    outside = _STRING.sub(" ", text)
    if _WORD_OUTSIDE.search(outside):
        strings.collected.add(Kind.BODY, outside)
    return strings.page()


def read_events(text: str, limits: Limits = LIMITS) -> Page:
    """The data of an event stream (HTML standard, 9.2.6): JSON, or text as it stands."""
    strings = _Strings(limits)
    for event in re.split(r"(?:\r\n|\r(?!\n)|\n){2,}", text):
        data = "\n".join(_data_lines(event))
        if _JSON_INSIDE.match(data):
            strings.read(data)
        elif data:
            strings.keep("", data)
    return strings.page()


def read_feed(text: str, limits: Limits = LIMITS) -> Page:
    """XML that is no web page, such as RSS: every element apart, and HTML in its texts read."""
    outer = Collected(limits)
    Document(outer, xml=True, apart=True).read(text)
    inner = Collected(limits)
    for _, lines in outer.page().parts:
        for line in lines.split("\n"):
            Document(inner, inside=1).read(line)
    inner.unread = inner.unread or outer.unread
    return inner.page()


class _Strings:
    """The text values of a document, by the name of their member."""

    def __init__(self, limits: Limits) -> None:
        self.collected = Collected(limits)
        self._values: dict[str, list[str]] = {}

    def read(self, text: str, inside: int = 0) -> None:
        name = ""
        for match in _STRING.finditer(self.collected.allowed(text, '"')):
            value = _unescaped(match[1])
            if match[2]:
                name = value
                if " " not in name and not _MARKUP.search(name):
                    continue
            nested = value[:1] in _OPENING and inside < self.collected.limits.nested
            if nested and _JSON_INSIDE.match(value):
                self.read(value, inside + 1)
            else:
                self.keep(name, value)

    def keep(self, name: str, value: str) -> None:
        """A value of the member `name`."""
        if value:
            self._values.setdefault(name, []).append(value)

    def page(self) -> Page:
        for values in self._values.values():
            texts = _joined(values)
            if not _MARKUP.search(NEW_LINE.join(texts)):
                self.collected.add_lines(Kind.BODY, texts)
                continue
            for text in texts:
                Document(self.collected, inside=1).read(text)
        return self.collected.page()


def _joined(values: list[str]) -> list[str]:
    """The values that are text; one text where a chatbot sends it word by word, one event each."""
    short = sum(map(len, values)) <= _PIECE * len(values)
    if len(values) >= _PIECES and short and any(value[0] in " \n" for value in values):
        return ["".join(values)]
    return [value for value in values if not _NO_TEXT.fullmatch(value)]


def _unescaped(literal: str) -> str:
    if "\\" not in literal:
        return literal
    try:
        text: str = _DECODER.decode(f'"{literal}"')
    except ValueError:
        return literal
    return _SURROGATES.sub("\ufffd", text)


def _data_lines(event: str) -> Iterator[str]:
    for line in re.split(r"\r\n|\r|\n", event):
        field, _, value = line.partition(":")
        if field == "data":
            yield value.removeprefix(" ")

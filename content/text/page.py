"""A page's text as the analysers of words see it: parts by kind.

Only the words between the rooms belong here: how parts are found is `html.py` and `structured.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Where a piece of text stands; the analysers weigh a title more and navigation less."""

    __hash__ = str.__hash__  # that of Enum is Python code, asked for at every phrase that is found

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    NAVIGATION = "navigation"
    HIDDEN = "hidden"  # not on the screen: alt, meta description and keywords, og:*, placeholder


class Part(NamedTuple):
    """One run of text of one kind. Lines inside it are blocks: no phrase reaches across a line."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a body.

    `charset` is a WHATWG encoding name in lower case (or `viscii`, `tcvn3`); `language` is the
    page's own lang attribute in lower case, or "". `unread` says in words what was not read and
    why; "" means that everything was.
    """

    parts: tuple[Part, ...]
    charset: str = "utf-8"
    language: str = ""
    unread: str = ""

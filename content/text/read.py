"""A body as it came to its text: coding, charset and type together.

No bytes make it raise. What was not read is said in `Page.unread`, and it is for the policy to say
what then becomes of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from kidgate.content.text.charset import text_of
from kidgate.content.text.coding import decode
from kidgate.content.text.html import read_html
from kidgate.content.text.limits import LIMITS, Limits
from kidgate.content.text.mime import MimeType, parsed
from kidgate.content.text.page import Page
from kidgate.content.text.plain import read_plain
from kidgate.content.text.sniffing import sniffed
from kidgate.content.text.structured import is_json, read_events, read_feed, read_json

type _Read = Callable[[str, Limits], Page]


def _read_xhtml(text: str, limits: Limits) -> Page:
    return read_html(text, limits, xml=True)


_READERS: dict[str, _Read] = {
    "text/html": read_html,
    "application/xhtml+xml": _read_xhtml,
    "image/svg+xml": _read_xhtml,
    "text/xml": read_feed,
    "application/xml": read_feed,
    "application/json": read_json,
    "text/json": read_json,
    "application/x-ndjson": read_json,
    "application/ndjson": read_json,
    "application/jsonl": read_json,
    "application/x-json-stream": read_json,
    "application/json-seq": read_json,
    "text/event-stream": read_events,
    "application/x-subrip": read_plain,
}
_SUFFIXES: dict[str, _Read] = {"+xml": read_feed, "+json": read_json}
# Types whose text is worth reading; also any other `text/...`, `...+json` and `...+xml`.
READABLE = frozenset(_READERS)
_FOR_PROGRAMS = frozenset(
    {"text/css", "text/javascript", "text/ecmascript", "text/x-javascript", "text/jscript"}
)
_WEB_PAGE = re.compile(r"<(?:html|svg)[\t\n\f\r >]", re.IGNORECASE)


def is_readable(content_type: str) -> bool:
    """Whether a body with this Content-Type is to be read; one without any has to be."""
    essence = parsed(content_type).essence
    return not essence or _reader(essence) is not None


def read_page(
    body: bytes, content_type: str, content_encoding: str = "", *, limits: Limits = LIMITS
) -> Page:
    """The text of a body. Types that hold no text give a page without parts."""
    decoded = decode(body, content_encoding, limits)
    page = _read(decoded.data, parsed(content_type), limits)
    return replace(page, unread=decoded.unread) if decoded.unread else page


def _read(body: bytes, kind: MimeType, limits: Limits) -> Page:
    essence = kind.essence or sniffed(body)
    read = _reader(essence)
    if read is None:
        return Page(())
    label = kind.charset
    if read in (read_json, read_events) and _is_utf8(body):
        label = "utf-8"  # scripts read these so, whatever the header says
    xml = read in (read_feed, _read_xhtml)
    text = text_of(body, label, markup=read is read_html, xml=xml)
    if read in (read_html, read_plain) and is_json(text.text):
        read = read_json  # a service's answer under the wrong name
    elif read is read_feed and _WEB_PAGE.search(text.text[:2000]):
        read = _read_xhtml
    return replace(read(text.text, limits), charset=text.charset)


def _reader(essence: str) -> _Read | None:
    found = _READERS.get(essence)
    if found is None and "+" in essence:
        found = _SUFFIXES.get(essence[essence.rindex("+") :])
    if found is None and essence.startswith("text/") and essence not in _FOR_PROGRAMS:
        found = read_plain
    return found


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in body

"""From the bytes of a request to its fields: forms, multipart, JSON, GraphQL, text, queries.

Nothing here raises on any bytes. What is over a limit is not read, and said to be so. Bodies come
decoded (gzip and its kind are `content/text`'s business).
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote_plus

from kidgate.content.personal_data.context import Cue, cues_of_name
from kidgate.content.personal_data.fields import LIMITS, TOO_LARGE, Fields, Limits
from kidgate.content.personal_data.structures import (
    looks_structured,
    read_graphql,
    read_json,
    take,
    unescaped,
)

FORM = "application/x-www-form-urlencoded"
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;]*))')
# Only codecs that take time in proportion to the text.
_CHARSETS = frozenset((
    "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "utf-16",
    "utf-16le", "utf-16be", "windows-1252", "windows-1258", "cp1252", "cp1258",
))  # fmt: skip
_PAIR = re.compile(r"[\w.\[\]%+-]{1,200}=")
_FRAME = re.compile(r"[0-9]{1,6}(?:/[\w-]{1,40},)?[0-9]*(?=[\[{])")  # Socket.IO and its kin
_MEDIA = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip")
_STRINGS = re.compile(rb"[\t -~\x80-\xff]{6,}")
_LABELLED = re.compile(
    r"^[ \t*-]{0,4}(?P<name>\w[\w .()/-]{0,40}?) ?[:=](?P<value>[^\r\n]{1,300})$", re.M
)
_MOST_LINES = 200
_NO_LABEL = {Cue.PASSWORD, Cue.NUMBER, Cue.AMOUNT, Cue.KEY}


def fields_of(
    body: bytes, content_type: str = "", query: str = "", *, limits: Limits = LIMITS
) -> Fields:
    """Every field of a request. `query`: without its `?`."""
    into = Fields(limits)
    if query:
        read_form(query, into)
    if body:
        if len(body) > limits.body:
            body = body[: limits.body]
            into.leave(TOO_LARGE)
        read_body(body, content_type, into)
    return into


def message_fields(message: str | bytes, *, limits: Limits = LIMITS) -> Fields:
    """Every field of a WebSocket message."""
    into = Fields(limits)
    if isinstance(message, bytes):
        if len(message) > limits.body:
            into.leave(TOO_LARGE)
        read_unknown(message[: limits.body], into)
        return into
    if len(message) > limits.body:
        into.leave(TOO_LARGE)
    text = message[: limits.body]
    frame = _FRAME.match(text)
    read_text(text[frame.end() :] if frame else text, into)
    return into


def read_body(body: bytes, content_type: str, into: Fields, *, depth: int = 0) -> None:
    """Take in the fields of a body of this type; types that lie are found by what they hold."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        from kidgate.content.personal_data.multipart import read_multipart

        read_multipart(body, parameter(content_type, "boundary"), into, depth=depth)
        return
    if kind.startswith(_MEDIA):
        into.files += 1
        return
    charset = parameter(content_type, "charset").lower()
    if kind == "application/graphql":
        read_graphql(decoded(body, charset), into)
    elif kind == FORM:
        text = decoded(body, charset)
        if looks_structured(text) and read_json(text, into):
            return
        read_form(text, into)
    elif kind.startswith("text/") or "json" in kind or "xml" in kind or "javascript" in kind:
        read_text(decoded(body, charset), into)
    else:
        read_unknown(body, into)


def read_text(text: str, into: Fields) -> None:
    """A text that may be JSON, may be a form, and is else read as it stands."""
    if looks_structured(text):
        if read_json(text, into):
            return
        text = unescaped(text)  # broken JSON still says what it says
    elif _PAIR.match(text) and "\n" not in text.strip() and " " not in text.strip():
        read_form(text, into)
        return
    read_lines(text, into)
    into.add("", text)


def read_lines(text: str, into: Fields) -> None:
    """`Ngày sinh: 1/5/2016`, line by line: what people fill in by hand. A password among them logs
    nobody in, or a chat could pass as a log-in."""
    for match in islice(_LABELLED.finditer(text), _MOST_LINES):
        cues = cues_of_name(match["name"])
        if cues and not cues & _NO_LABEL:
            into.add(match["name"], match["value"].strip(), typed=False)


def read_unknown(body: bytes, into: Fields) -> None:
    """Bytes of no known type: text if they are text, else whatever strings lie in them."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            read_text(body.decode("utf-16", "replace"), into)
            return
        group = into.new_group()
        for match in _STRINGS.finditer(body):
            if not into.add("", match[0].decode("utf-8", "replace"), group):
                return
        return
    read_text(text, into)


def read_form(text: str, into: Fields) -> None:
    """`a=1&b=2`: a query, or the usual form."""
    most = into.limits.fields + 1
    for pair in re.split("[&;]" if "&" not in text else "&", text, maxsplit=most)[:most]:
        name, equals, value = pair.partition("=")
        if not equals:
            # A bare number in a query is there so that no cache answers.
            name, value = "_" if name.isdigit() else "", name
        if not take(into, _unquoted(name), _unquoted(value), 0, 0):
            return


def parameter(content_type: str, name: str) -> str:
    """A parameter of a content type; empty where there is none."""
    for match in _PARAMETER.finditer(content_type[:1000]):
        if match[1].lower() == name:
            return match[2] if match[2] is not None else match[3]
    return ""


def decoded(body: bytes, charset: str = "") -> str:
    """The text of bytes; never raises. Without a known name: UTF-8, else as browsers send."""
    if charset in _CHARSETS:
        return body.decode(charset, "replace")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _unquoted(text: str) -> str:
    once = unquote_plus(text)
    return unquote_plus(once) if re.search(r"%(?:40|2[bB]|[cCeE][0-9a-fA-F]%)", once) else once

"""The encoding that a document names in its own first bytes: `meta`, or an XML declaration."""

from __future__ import annotations

import re

from kidgate.content.text.labels import encoding_named
from kidgate.content.text.markup import TAG, attributes

_CERTAIN = 1024  # bytes that browsers look at whatever stands in them
_LIMIT = 64 * 1024  # further on they look while the head goes on, without end: we do not
_HEAD = frozenset(
    {"base", "head", "html", "link", "meta", "noscript", "object", "script", "style", "title"}
)
_IN_CONTENT = re.compile(
    r"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r "';][^\t\n\f\r ;]*))""",
    re.IGNORECASE,
)
_XML = re.compile(rb"""<\?xml[^>]*?encoding[\t\n\f\r ]*=[\t\n\f\r ]*["']([^"'>]*)["'][^>]*>""")


def declared_in(body: bytes) -> str:
    """The encoding that HTML declares in itself (HTML standard, 13.2.3.2), or ""."""
    if body.startswith((b"<\0?\0x\0", b"\0<\0?\0x")):
        return "utf-16le" if body[0] else "utf-16be"
    return _in_meta(body[:_LIMIT].decode("latin-1")) or declared_in_xml(body)


def declared_in_xml(body: bytes) -> str:
    """The encoding of an XML declaration at the very start, or ""."""
    match = _XML.match(body[:_CERTAIN])
    return _usable(match[1].decode("latin-1")) if match else ""


def _in_meta(start: str) -> str:
    in_head = True
    for match in TAG.finditer(start):
        if not in_head and match.start() >= _CERTAIN:
            return ""
        slash, name, source, _ = match.groups()
        if not name:
            continue
        name = name.lower()
        in_head = in_head and name in _HEAD
        if name == "meta" and not slash and match[0].endswith(">"):
            found = _of_meta(attributes(source))
            if found:
                return found
    return ""


def _of_meta(found: dict[str, str]) -> str:
    if "charset" in found:
        return _usable(found["charset"])
    if found.get("http-equiv", "").lower() != "content-type":
        return ""
    match = _IN_CONTENT.search(found.get("content", ""))
    return _usable(match[1] or match[2] or match[3] or "") if match else ""


def _usable(label: str) -> str:
    """Who could read the declaration does not read UTF-16, whatever it says."""
    name = encoding_named(label)
    return {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}.get(
        name, name
    )

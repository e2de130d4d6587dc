"""The Content-Type header as browsers read it (MIME Sniffing and Fetch standards)."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_TYPE = re.compile(rf"[\t\r\n ]*({_TOKEN}/{_TOKEN})[\t\r\n ]*(?:;|$)")
_QUOTED = r'"((?:[^"\\]|\\.)*)"?'
# 1 the name, 2 a quoted value, 3 another. A quoted value may hold what looks like a parameter.
_PARAMETER = re.compile(rf"[\t\r\n ]*([^;=]*)(?:=(?:{_QUOTED}[^;]*|([^;]*)))?(?:;|$)")
_VALUE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)++')
_UNKNOWN = frozenset({"*/*", "application/unknown", "unknown/unknown"})


class MimeType(NamedTuple):
    """`essence` is type and subtype in lower case; "" for none, a malformed or an unknown one:
    then browsers look at the body."""

    essence: str
    charset: str = ""


def parsed(header: str) -> MimeType:
    """The type that counts: the last well-formed one of a header given several times, joined by
    commas."""
    found = MimeType("")
    for value in _VALUE.findall(header):
        match = _TYPE.match(value)
        if not match or match[1] == "*/*":
            continue
        essence = match[1].lower()
        kept = found.charset if essence == found.essence else ""
        found = MimeType(essence, _charset(value[match.end() :]) or kept)
    return MimeType("") if found.essence in _UNKNOWN else found


def _charset(parameters: str) -> str:
    """The first charset parameter that has a value."""
    for match in _PARAMETER.finditer(parameters):
        name, quoted, bare = match.groups()
        if name.lower() == "charset" and (quoted is not None or (bare or "").strip()):
            return bare.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return ""

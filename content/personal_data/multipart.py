"""Fields of multipart bodies (RFC 7578): small texts are read, files are counted.

One pass from boundary to boundary; what is malformed is read as text rather than trusted.
"""

from __future__ import annotations

import re

from kidgate.content.personal_data.bodies import decoded, parameter, read_body, read_text
from kidgate.content.personal_data.fields import TOO_DEEP, TOO_MANY, Fields
from kidgate.content.personal_data.structures import take

_DEEPEST = 2
_LONGEST_HEAD = 4096
_NAME = re.compile(r'(?:^|[;\s])name\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;]*))', re.IGNORECASE)
_FILE = re.compile(r"filename\*?\s*=", re.IGNORECASE)
_TYPE = re.compile(r"^content-type\s*:\s*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_READ = ("text/", "application/json", "application/x-www-form-urlencoded", "application/xml")


def read_multipart(body: bytes, boundary: str, into: Fields, *, depth: int = 0) -> None:
    """Take in the fields between the boundaries."""
    if not boundary:
        read_text(decoded(body), into)
        return
    if depth > _DEEPEST:
        into.leave(TOO_DEEP)
        return
    parts = body.split(b"--" + boundary.encode("utf-8", "replace"), into.limits.fields + 1)
    if len(parts) > into.limits.fields + 1:
        into.leave(TOO_MANY)
        parts.pop()
    if len(parts) == 1:  # the boundary is a lie
        read_text(decoded(body), into)
        return
    for part in parts[1:]:
        if part[:2] == b"--":
            break
        if not _read_part(part.strip(b"\r\n"), into, depth):
            return


def _read_part(part: bytes, into: Fields, depth: int) -> bool:
    head, _, content = part.partition(b"\r\n\r\n")
    if not content and b"\n\n" in part:
        head, _, content = part.partition(b"\n\n")
    said = head[:_LONGEST_HEAD].decode("utf-8", "replace")
    type_ = _TYPE.search(said)
    kind = type_[1].strip() if type_ else ""
    named = _NAME.search(said)
    name = (named[1] if named[1] is not None else named[2]) if named else ""
    if kind.lower().startswith("multipart/"):
        read_body(content, kind, into, depth=depth + 1)
        return True
    if _FILE.search(said):
        into.files += 1
        if len(content) <= into.limits.part and kind.lower().startswith(_READ):
            read_text(decoded(content, parameter(kind, "charset").lower()), into)
        return True
    if kind.lower().startswith(("image/", "video/", "audio/", "application/octet-stream")):
        into.files += 1
        return True
    return take(into, name, decoded(content, parameter(kind, "charset").lower()), 0, 0)

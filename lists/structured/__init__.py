"""Lists whose records are not lines: JSON, YAML, SQLite, STIX, MISP.

Told apart by content. Each format is a file with `read(reader, entries, file)`; none of them
executes, fetches or expands what a document says. Text lists are `formats`, archives `trees.py`.
"""

from __future__ import annotations

import json
import re

from kidgate.lists.structured import adguard_home, gravity, json_lines, json_lists
from kidgate.lists.structured.reading import Structured

__all__ = ["Structured", "detect"]

_UTF8_MARK = b"\xef\xbb\xbf"
# `[Adblock Plus 2.0]` and `[2001:db8::1]` begin text lists.
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\"{\[\]])")


def detect(head: bytes, file: str) -> Structured | None:
    """The reader for a file that begins with `head`; None: its lines are its records."""
    head = head.removeprefix(_UTF8_MARK)
    if head.startswith(gravity.MAGIC):
        return Structured("pihole", file, gravity.read)
    if _JSON.match(head):
        if _is_lines(head):
            return Structured("json_lines", file, json_lines.read)
        return Structured("json", file, json_lists.read)
    if adguard_home.looks_so(head):
        return Structured("adguard_home", file, adguard_home.read)
    return None


def _is_lines(head: bytes) -> bool:
    """Whether the first line is a record by itself and another follows."""
    first, _, rest = head.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.lstrip().startswith(b"{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True

"""Header fields, many in one pass: mitmproxy walks through all of them for each one."""

from __future__ import annotations

from mitmproxy import http


def drop(headers: http.Headers, names: frozenset[bytes]) -> None:
    """Take every field of these names, given in lower case, off a message."""
    fields = headers.fields
    if not names.isdisjoint([name.lower() for name, _ in fields]):
        headers.fields = tuple(field for field in fields if field[0].lower() not in names)

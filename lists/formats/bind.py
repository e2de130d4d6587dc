"""BIND's named.conf: `zone "d" { type master; file "null.zone"; };`, on one line or on several.

A server that holds a zone of its own for a name answers for it and all below: lists of such zones
block. Zones of other types ask elsewhere (`forward`, `hint`, `slave`) and block nothing. What the
zone file answers is not known here.
"""

from __future__ import annotations

import re

from kidgate.lists.entries import Entries
from kidgate.lists.formats import plain
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip

_ZONE = re.compile(r'zone\s+"([^"]*)"(?:\s+IN)?\s*(\{.*)?', re.IGNORECASE)
_TYPE = re.compile(r"\btype\s+([a-z-]+)\s*;")
_INSIDE = re.compile(
    r"(?:type|file|notify|masters|forwarders|forward|allow-[a-z-]+|check-names)\s[^;]*;|[{}]\s*;?$"
)
_OWN = frozenset({"master", "primary"})


class ZoneLines:
    """A zone's line counts for its name where its type stands; its other lines steer."""

    def __init__(self, entries: Entries, other: LineParser) -> None:
        self._entries, self._other = entries, other
        self._zone: str | None = None  # the name whose block is open and whose type is not known
        self._depth = 0

    def __call__(self, line: str) -> Said:
        line = line.strip()
        zone = _ZONE.match(line)
        if zone:
            self._zone, self._depth = zone[1], 0
        elif not self._inside:
            return self._other(line)
        self._depth = max(0, self._depth + line.count("{") - line.count("}"))
        said = self._typed(line)
        if not self._depth and "}" in line:
            self._zone = None
        return said

    @property
    def _inside(self) -> bool:
        return self._zone is not None or self._depth > 0

    def _typed(self, line: str) -> Said:
        kind = _TYPE.search(line)
        if not kind or self._zone is None:
            return Passed.DIRECTIVE
        name, self._zone = self._zone, None
        if kind[1] not in _OWN:
            return (Skip.SETTING,)
        return (Skip.TOO_GENERAL if name == "." else self._entries.name_or_url(name),)


def _votes(line: str) -> bool:
    return bool(_ZONE.match(line) or _INSIDE.match(line))


def _opened(opening: Opening) -> LineParser:
    return ZoneLines(opening.entries, plain.opened(opening))


GRAMMAR = Grammar(Format.BIND, _votes, _opened)

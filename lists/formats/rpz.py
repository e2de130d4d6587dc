"""Response policy zones (draft-vixie-dnsop-dns-rpz), as zone files (RFC 1035, section 5).

    d CNAME .               no such name, and `CNAME *.` (no data), `CNAME rpz-drop.`: blocked
    d CNAME rpz-passthru.   an exception; so is the old form, where d points at itself
    d CNAME rpz-tcp-only.   neither
    d A 0.0.0.0             blocked; another address, name or type of record is local data: no block
    24.0.2.0.192.rpz-ip     the trigger is an answer's address, here 192.0.2.0/24; IPv6 in groups,
                            last first, `zz` for `::`
    d.rpz-nsdname           triggers on name servers and clients are nothing a gateway sees

`d` and `*.d` are two records there for what is one entry here. Names that end in a dot are whole,
below the zone's own name; the others stand in it as they are.
"""

from __future__ import annotations

import ipaddress
import re

from kidgate.lists.cidr import network
from kidgate.lists.entries import PLAIN_NAME, Entries, Entry, Mode, Outcome, exempted
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening
from kidgate.lists.formats.hosts import is_address, is_sink
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip

_TYPES = "SOA|NS|A|AAAA|CNAME|DNAME|TXT|MX|PTR|SRV|RP|LOC|CAA|SVCB|HTTPS|NAPTR"
_RECORD = re.compile(
    rf"(?P<owner>\S+)?\s+(?:(?:[0-9]+[smhdw]?|IN)\s+)*(?P<type>{_TYPES})\s+(?P<data>.*)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"\$(ORIGIN|TTL|INCLUDE|GENERATE)\s+(\S+)", re.IGNORECASE)
_BLOCKING = frozenset({".", "*.", "rpz-drop."})
_LATE = ("rpz-nsdname", "rpz-nsip", "rpz-client-ip")


class ZoneRecords:
    """The records of one zone."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._origin = ""  # with a dot at both ends
        self._owner = ""
        self._open = False  # inside the parentheses of a record over several lines

    def __call__(self, line: str) -> Said:
        line, mark, _ = line.rstrip().partition(";")  # in the text of a TXT record, too: not read
        if not line.strip():
            return Passed.COMMENT if mark else Passed.BLANK
        if self._open:
            self._open = ")" not in line
            return Passed.DIRECTIVE
        if control := _CONTROL.match(line):
            return self._controlled(control[1].upper(), control[2])
        if line.startswith(("#", "//")):
            return Passed.COMMENT
        record = _RECORD.fullmatch(line.rstrip())
        return self._record(record) if record else (Skip.NOT_A_NAME,)

    def _controlled(self, word: str, value: str) -> Said:
        if word == "INCLUDE":
            return (Skip.INCLUDE,)
        if word == "ORIGIN":
            self._origin = f".{value.lower().strip('.')}."
        return (Skip.SETTING,) if word == "GENERATE" else Passed.DIRECTIVE

    def _record(self, record: re.Match[str]) -> Said:
        self._owner = (record["owner"] or self._owner).lower()
        kind, data = record["type"].upper(), record["data"].strip()
        if kind in ("SOA", "NS"):
            self._open = "(" in data and ")" not in data
            if kind == "SOA" and not self._origin and self._owner.endswith("."):
                self._origin = f".{self._owner}"
            return Passed.DIRECTIVE
        if self._owner == "@":
            return Passed.DIRECTIVE  # what the zone says of itself
        return (self._acted(self._relative(self._owner), kind, data.lower()),)

    def _relative(self, owner: str) -> str:
        if not owner.endswith("."):
            return owner
        return owner.removesuffix(self._origin).removesuffix(".")

    def _acted(self, owner: str, kind: str, data: str) -> Outcome:
        outcome = self._trigger(owner)
        if kind == "CNAME":
            if data in _BLOCKING:
                return outcome
            if data == "rpz-passthru." or data.removesuffix(self._origin).rstrip(".") == owner:
                return exempted(outcome)
        elif kind in ("A", "AAAA") and is_sink(data):
            return outcome
        if isinstance(outcome, Skip):
            return outcome
        redirects = kind in ("A", "AAAA") or (kind == "CNAME" and data != "rpz-tcp-only.")
        return Skip.REDIRECT if redirects else Skip.SETTING

    def _trigger(self, owner: str) -> Outcome:
        name, dot, last = owner.rpartition(".")
        if dot and last in _LATE:
            return Skip.TRIGGER
        if dot and last == "rpz-ip":
            return _network(name)
        return Skip.TOO_GENERAL if owner == "*" else self._entries.name_or_url(owner)


def _network(text: str) -> Outcome:
    """From `24.0.2.0.192`: the prefix's length, then the address's parts from the last on."""
    bits, *parts = text.split(".")
    parts.reverse()
    address = ".".join(parts) if len(parts) == 4 and "zz" not in parts else _ipv6(parts)
    try:
        whole = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    except ValueError:
        return Skip.NOT_A_NAME
    known = network(str(whole))
    if known is None:
        return Skip.NOT_A_NAME
    return known if isinstance(known, Skip) else Entry(known, Mode.NETWORK)


def _ipv6(parts: list[str]) -> str:
    joined = ":".join("" if part == "zz" else part for part in parts)
    return f":{joined}" if joined.startswith(":") else joined + ":" * joined.endswith(":")


def _votes(line: str) -> bool:
    if _CONTROL.match(line):
        return True
    record = _RECORD.fullmatch(line)
    return record is not None and not is_address(record["owner"] or "")


def _opened(opening: Opening) -> LineParser:
    return ZoneRecords(opening.entries)


_SHORT = re.compile(rf"(?:\*\.)?{PLAIN_NAME}[ \t]+(?:IN[ \t]+)?CNAME[ \t]+\*?\.[ \t]*\r?")
GRAMMAR = Grammar(Format.RPZ, _votes, _opened, _SHORT)

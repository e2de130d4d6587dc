"""unbound.conf(5): `local-zone: "d" TYPE` and `local-data: "d A 0.0.0.0"`.

A zone blocks by its type: `static` and `always_nxdomain` say that nothing is there, `refuse` and
`deny` say nothing. `transparent` lets names through again: an exception. `redirect` answers with
the zone's own `local-data`, which alone tells whether it blocks: data blocks when it leads nowhere
(0.0.0.0, ::, loopback, `CNAME .`), not when it points elsewhere (SafeSearch is set up so).
"""

from __future__ import annotations

import re

from kidgate.lists.entries import PLAIN_NAME, Entries, Outcome, exempted
from kidgate.lists.formats.hosts import is_sink
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip

SHORT = re.compile(
    rf'\s*local-zone:\s*"{PLAIN_NAME}\.?"\s+(?:always_nxdomain|always_null|static|refuse|deny)\s*'
)

_ZONE = re.compile(r'local-zone:\s*(["\']?)([^\s"\']+)\1\s+(["\']?)([a-z_]+)\3\s*(?:#.*)?', re.I)
_DATA = re.compile(r'local-data:\s*(?:"([^"]*)"|\'([^\']*)\')\s*(?:#.*)?', re.I)
_RECORD = re.compile(r"(\S+)\s+(?:[0-9]+\s+)?(?:IN\s+)?([A-Z0-9]+)\s+(.*)", re.I)
_STATEMENT = re.compile(
    r"(?:server|forward-zone|stub-zone|auth-zone|view|rpz|remote-control):\s*(?:#.*)?$"
    r"|local-[a-z-]+:\s"
)
_BLOCKING = frozenset(
    [
        "deny",
        "refuse",
        "static",
        "always_deny",
        "always_refuse",
        "always_nxdomain",
        "always_nodata",
        "always_null",
        "inform_deny",
        "block_a",
        "ipset",  # the names of a packet filter's set
    ]
)
_EXEMPTING = frozenset(["transparent", "typetransparent", "always_transparent"])


def votes(line: str) -> bool:
    return bool(_STATEMENT.match(line))


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    if not line.startswith("local-"):
        return Passed.DIRECTIVE
    if zone := _ZONE.fullmatch(line):
        return _zone(zone[2], zone[4].lower(), entries)
    data = _DATA.fullmatch(line)
    record = _RECORD.fullmatch(data[1] or data[2] or "") if data else None
    if not record:
        return (Skip.SETTING,)
    return (_data(entries.name_or_url(record[1]), record[2].upper(), record[3].strip()),)


def _zone(name: str, kind: str, entries: Entries) -> Said:
    if kind == "redirect":
        return Passed.DIRECTIVE
    if kind not in _BLOCKING | _EXEMPTING:
        return (Skip.SETTING,)
    outcome = Skip.TOO_GENERAL if name == "." else entries.name_or_url(name)
    return (exempted(outcome) if kind in _EXEMPTING else outcome,)


def _data(outcome: Outcome, kind: str, value: str) -> Outcome:
    if kind not in ("A", "AAAA", "CNAME"):
        return Skip.SETTING
    if isinstance(outcome, Skip) or is_sink(value) or (kind == "CNAME" and value == "."):
        return outcome
    return Skip.REDIRECT

"""Lists of addresses: one, CIDR or `first-last` on a line (ipset, firewalls, Spamhaus DROP).

A single address is a host that somebody visits by its number; a network is looked for in the
destination's addresses too, whatever its name.
"""

from __future__ import annotations

import ipaddress
import re

from kidgate.lists.entries import Entries
from kidgate.lists.formats.comments import without_comment
from kidgate.lists.items import Said

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*"
_RANGE = re.compile(rf"({_ADDRESS})\s*-\s*({_ADDRESS})", re.IGNORECASE)
_SINGLE = re.compile(rf"(?:{_ADDRESS})(?:/[0-9]{{1,3}})?", re.IGNORECASE)


def votes(line: str) -> bool:
    text = without_comment(line)
    if not _SINGLE.fullmatch(text):
        return votes_range(line)
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def votes_range(line: str) -> bool:
    return bool(_RANGE.match(line)) and bool(_RANGE.fullmatch(without_comment(line)))


def parse_range(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    found = _RANGE.fullmatch(without_comment(line))
    assert found
    return entries.networks(found[1], found[2])

"""Hosts files (hosts(5)): `0.0.0.0 name name # comment`.

A line blocks when its address leads nowhere: 0.0.0.0, 0, 127.0.0.0/8, `::` or `::1`. Another
address redirects the name, which is no reason to block it.
"""

from __future__ import annotations

import ipaddress
import re

from kidgate.lists.entries import PLAIN_NAME, Entries, Outcome
from kidgate.lists.formats.comments import without_comment
from kidgate.lists.items import Said
from kidgate.lists.report import Skip

SHORT = re.compile(rf"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]+{PLAIN_NAME}\r?")

_SINK = re.compile(r"0|0\.0\.0\.0|127(?:\.[0-9]{1,3}){3}|::1?|(?:0+:){7}0*[01]")


def votes(line: str) -> bool:
    first, *rest = without_comment(line).split(maxsplit=1) or [""]
    return bool(rest) and is_address(first) and not rest[0].startswith("-")


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    first, *names = without_comment(line).split()
    found = [_host(name, entries) for name in names]
    if not is_sink(first):
        return [Skip.LOOPBACK if one is Skip.LOOPBACK else Skip.REDIRECT for one in found]
    return found


def is_sink(text: str) -> bool:
    """Whether an address, as list authors write it, leads nowhere."""
    return bool(_SINK.fullmatch(text))


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == "0"
    return True


def _host(text: str, entries: Entries) -> Outcome:
    """A name in a hosts line, where nothing else can stand."""
    return Skip.NOT_A_NAME if "/" in text else entries.name_or_url(text)

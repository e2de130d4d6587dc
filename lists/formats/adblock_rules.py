"""Adblock filter lists (Adblock Plus, AdGuard, uBlock Origin): see `lists/adblock.py`.

Such a list says what it is in a header, or in the metadata that only these write behind a `!`.
Hosts lines stand in some of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kidgate.lists.adblock import HEADER, AdblockParser
from kidgate.lists.entries import PLAIN_ADDRESS, PLAIN_NAME
from kidgate.lists.formats import hosts
from kidgate.lists.formats.comments import SLASHES
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening
from kidgate.lists.items import Passed, Said

LEAST_SHARE = 0.1  # of a list's lines: bare names are the rest in many, rules are in no other list
_METADATA = re.compile(
    r"!\s*(?:title|homepage|expires|licen[cs]e|version|description|last modified|checksum)\s*:"
    r"|!#(?:if|include|safari)|!\+",
    re.IGNORECASE,
)
_MODIFIERS = (
    "all|app|badfilter|client|csp|ctag|denyallow|dnsrewrite|dnstype|doc|document|domain|first-party"
    "|font|image|important|match-case|media|object|other|ping|popup|redirect|redirect-rule"
    "|removeparam|script|stylesheet|subdocument|third-party|websocket|xmlhttprequest|1p|3p"
)
_RULE = re.compile(
    r"\|\S|@@"
    r"|[^\s#]*#@?[$?%]{0,2}##?[^\s#]|[^\s#/]*\$@?\$[a-z]"  # cosmetic ones
    rf"|\S*\$(?:[^$\s]*,)?~?(?:{_MODIFIERS})(?:[=,]|$)"
)
_PART_OF_ADDRESS = re.compile(r"[&?=]\S+$|-\S+$|/\S+[^/\s]$")
_SHORT = re.compile(rf"(?P<anchor>\|\|)?{PLAIN_NAME}(?(anchor)(?:\^(?:\$all)?)?)\r?")
_SHORT_ADDRESS = re.compile(rf"(?:\|\|)?({PLAIN_ADDRESS.pattern})\^?(?:\$all)?\r?")


def is_rule(line: str) -> bool:
    """Whether a line can only be a rule, whatever list it stands in."""
    return bool(_RULE.match(line))


def votes(line: str) -> bool:
    return is_rule(line) or bool(_PART_OF_ADDRESS.match(line))


def has_header(sample: Sequence[str]) -> bool:
    return any(HEADER.match(line) or _METADATA.match(line) for line in sample)


class AdblockLines:
    """Adblock rules, and hosts lines among them."""

    def __init__(self, opening: Opening) -> None:
        self._entries = opening.entries
        self._rules = AdblockParser(opening.entries)

    def __call__(self, line: str) -> Said:
        if self._rules.skipped():
            return self._rules(line)
        if found := _SHORT.fullmatch(line):  # here and not in the grammar: `!#if` comes first
            return (self._entries.plain(found["name"]),)
        if found := _SHORT_ADDRESS.fullmatch(line):
            return (self._entries.name_or_url(found[1]),)
        stripped = line.strip()
        if SLASHES.match(stripped):
            return Passed.COMMENT
        return hosts.parse(stripped, self._entries) if hosts.votes(stripped) else self._rules(line)


def opened(opening: Opening) -> LineParser:
    return AdblockLines(opening)


GRAMMAR = Grammar(Format.ADBLOCK, votes, opened)

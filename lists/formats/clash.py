"""Rules of Clash, Surge and Quantumult X: `DOMAIN-SUFFIX,d`, `- DOMAIN,d`, `HOST-KEYWORD,x,reject`.

Also the frame of a Clash rule provider: `payload:` and its YAML items, which are names otherwise.
A rule that lets the traffic through (`DIRECT`) or looks at something else than the destination
blocks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.formats import patterns
from kidgate.lists.formats.comments import without_comment
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip
from kidgate.lists.rules import dialects

_RULE = re.compile(
    r"(?:-\s+)?(['\"]?)((?:DOMAIN|HOST|IP6?-CIDR6?|GEOIP|GEOSITE|PROCESS|USER-AGENT|URL-REGEX|SRC|DST"
    r"|IN-PORT|RULE-SET|AND|OR|NOT|MATCH|FINAL)(?:-[A-Z0-9-]+)?|(?:host|ip6?)-[a-z]+)"
    r"\s*,\s*(.*?)\1"
)
_LET_THROUGH = frozenset({"direct", "pass"})
_KINDS: dict[str, Callable[[str, Entries], Outcome]] = {
    "domain": lambda text, entries: entries.exact(text),
    "suffix": lambda text, entries: entries.name_or_url(text),
    "keyword": lambda text, _: dialects.keyword(text),
    "wildcard": patterns.name_or_wildcard,
    "regex": lambda text, _: dialects.host_regex(text),
    "cidr": lambda text, entries: entries.name_or_url(text),
}
_WORDS = {
    "DOMAIN": "domain",
    "HOST": "domain",
    "DOMAIN-SUFFIX": "suffix",
    "HOST-SUFFIX": "suffix",
    "DOMAIN-KEYWORD": "keyword",
    "HOST-KEYWORD": "keyword",
    "DOMAIN-WILDCARD": "wildcard",
    "HOST-WILDCARD": "wildcard",
    "DOMAIN-REGEX": "regex",
    "IP-CIDR": "cidr",
    "IP-CIDR6": "cidr",
    "IP6-CIDR": "cidr",
}


def votes(line: str) -> bool:
    return line == "payload:" or bool(_RULE.fullmatch(without_comment(line)))


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    found = _RULE.fullmatch(without_comment(line))
    if not found:
        return Passed.DIRECTIVE
    kind = _WORDS.get(found[2].upper())
    value, *rest = (part.strip() for part in found[3].split(","))
    if kind is None or (rest and rest[0].lower() in _LET_THROUGH):
        return (Skip.SETTING,)
    return (_KINDS[kind](value, entries),)

"""Adblock patterns as rules: which are about hosts alone, and their spelling."""

from __future__ import annotations

import re
from dataclasses import replace

from kidgate.lists.adblock_names import has_top_level
from kidgate.lists.entries import Entries
from kidgate.lists.report import Skip
from kidgate.lists.rules.conditions import Conditions
from kidgate.lists.rules.patterns import spelled
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.resources import BITS
from kidgate.lists.rules.text import Kind, Rule
from kidgate.policies.names import InvalidName, canonical_host

_GLOB = re.compile(r"\|\|([A-Za-z0-9._*-]+)(\^?\|?)\**")
_BELOW = re.compile(r"(?:://\*)?(\.[A-Za-z0-9._-]+)\^\|?\**")  # `.a.example^`, `://*.a.example^`
_HOST = re.compile(r"(\|\||\|https?://)([^/:?^*|]+)")
_SCHEME = re.compile(r"\|([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SOCKETS = {"ws": "http", "wss": "https"}  # as `policies.names` sees them
_WORD = re.compile(r"[^\W_]+")


def pattern_rule(
    pattern: str, conditions: Conditions, entries: Entries, *, exception: bool
) -> Rule:
    """The rule of a pattern that is more than a name or URL. Raises RuleRefused."""
    if _WORD.fullmatch(pattern) or any(c.isspace() for c in pattern):
        raise RuleRefused(Skip.PATTERN, "prose")  # which some lists hold outside of comments
    if glob := _glob(pattern, entries):
        return Rule(Kind.HOST_GLOB, glob, exception, conditions)
    if found := _SCHEME.match(pattern):
        scheme = found[1].lower()
        if scheme in _SOCKETS:
            pattern = f"|{_SOCKETS[scheme]}:" + pattern[found.end() :]
            only = conditions.only & BITS["websocket"] if conditions.only else BITS["websocket"]
            conditions = replace(conditions, only=only, never=0, every_type=False)
        elif scheme not in ("http", "https"):
            raise RuleRefused(Skip.SCHEME, f"`{scheme}:` is not browsed through this gateway")
    body = spelled(_HOST.sub(_encoded, pattern, count=1), match_case=conditions.match_case)
    return Rule(Kind.PATTERN, body, exception, conditions)


def _glob(pattern: str, entries: Entries) -> str:
    """The hosts that a pattern is about, "" when it is about addresses."""
    if below := _BELOW.fullmatch(pattern):
        return "*" + below[1].lower() if has_top_level(below[1], entries) else ""
    found = _GLOB.fullmatch(pattern)
    if not found:
        return ""
    text, closed = found[1].lower(), bool(found[2])
    text = re.sub(r"\*\*+", "*", text)
    name, star, rest = text.partition("*")
    if star and rest and not name.endswith(".") and _reaches_path(name, rest, entries, closed):
        return ""
    text = text if closed else text.rstrip("*") + "*"
    if text.endswith("."):
        raise RuleRefused(Skip.PATTERN, "no host ends with a dot")
    return text.removeprefix("*.")


def _reaches_path(name: str, rest: str, entries: Entries, closed: bool) -> bool:
    """Whether the `*` of `||a.example*_banner` stands for a part of the path.

    It does behind a whole name, unless another one ends the pattern: `||ads.co*.a.example^`.
    """
    if not closed:
        return True
    return "." in name and has_top_level(name, entries) and not has_top_level(rest, entries)


def _encoded(found: re.Match[str]) -> str:
    """The start of a pattern with its host in punycode."""
    if found[2].isascii():
        return found[0]
    try:
        return found[1] + canonical_host(found[2])
    except InvalidName as fault:
        raise RuleRefused(Skip.PATTERN, str(fault)) from fault

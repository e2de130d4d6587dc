"""Adblock rules as their documentation translates them into regular expressions; slow and plain."""

from __future__ import annotations

import re

from kidgate.lists.rules.text import Kind, Rule

SEPARATOR = r"(?:[^\w.%-]|$)"


def pattern_regex(pattern: str) -> str:
    """As in https://adblockplus.org/filter-cheatsheet and uBlock Origin's documentation."""
    start = ""
    if pattern.startswith("||"):
        start, pattern = r"^[a-z]+://(?:[^/?#]*\.)?", pattern[2:]
    elif pattern.startswith("|"):
        start, pattern = "^", pattern[1:]
    end = "$" if pattern.endswith("|") else ""
    pattern = pattern.removesuffix("|")
    signs = {"*": ".*", "^": SEPARATOR}
    return start + "".join(signs.get(c, re.escape(c)) for c in pattern) + end


def matches(rule: Rule, address: str) -> bool:
    """Whether a rule without conditions matches `scheme://host/path?query`."""
    host = re.split("[/:]", address.split("://")[1])[0]
    if rule.kind is Kind.HOST_GLOB:
        glob = ".*".join(map(re.escape, rule.body.split("*")))
        return bool(re.search(rf"(?:^|\.){glob}$", host))
    texts = {Kind.HOST_REGEX: host, Kind.PAGE_REGEX: address.split("://")[1]}
    regex = pattern_regex(rule.body) if rule.kind is Kind.PATTERN else rule.body
    flags = re.ASCII | (re.NOFLAG if rule.conditions.match_case else re.IGNORECASE)
    return bool(re.search(regex, texts.get(rule.kind, address), flags))

"""Patterns and regular expressions as programs other than ad blockers write them, as entries.

Each function takes what stands on a line and returns its entry, or why it is skipped.
"""

from __future__ import annotations

import re

from kidgate.lists.entries import LONGEST_KEY, Entry, Mode, Outcome
from kidgate.lists.report import Skip
from kidgate.lists.rules.generality import check
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.regexes import checked
from kidgate.lists.rules.text import Kind, Rule

_WORD = re.compile(r"[a-z0-9._-]+")
_GLOB = re.compile(r"[a-z0-9._*-]+")
_BLOCKING_REPLY = re.compile(r"reply=(?:nodata|nxdomain|refused|null|none)", re.IGNORECASE)
_FOLDED = "(?i)"  # every expression is read in any case of letters here


def keyword(text: str) -> Outcome:
    """A text anywhere in a host (v2fly `keyword:`, Clash)."""
    word = text.lower()
    return _glob(f"*{word}*") if _WORD.fullmatch(word) else Skip.PATTERN


def wildcard(text: str) -> Outcome:
    """A host with `*` for any text (blocky, dnsmasq, AdGuard): `*ads*.exa*mple`.

    Hosts below one that matches match too, as below every name of a list. IDNs are written in
    punycode there.
    """
    glob = re.sub(r"\*\*+", "*", text.lower().removeprefix("*.").removesuffix("."))
    return _glob(glob) if _GLOB.fullmatch(glob) else Skip.PATTERN


def host_regex(text: str, *, exception: bool = False) -> Outcome:
    """An expression found in a host (v2fly `regexp:`, blocky `/.../`, AdGuard Home)."""
    return _regex(Kind.HOST_REGEX, text, exception=exception)


def page_regex(text: str, *, exception: bool = False) -> Outcome:
    """An expression found in `host/path?query` (squidGuard and e2guardian `expressions`)."""
    return _regex(Kind.PAGE_REGEX, text, exception=exception)


def pihole_regex(text: str, *, exception: bool = False) -> Outcome:
    """A line of Pi-hole's regex lists, with what it may have behind `;`.

    `;reply=` with an address sends the host elsewhere (REDIRECT). `;querytype=` holds for some
    kinds of look-up only and `;invert` for every other host: both skipped as MODIFIER.
    """
    regex, *modifiers = text.split(";")
    for modifier in modifiers:
        if modifier.lower().startswith("reply="):
            if not _BLOCKING_REPLY.fullmatch(modifier):
                return Skip.REDIRECT
        else:
            return Skip.MODIFIER
    return host_regex(regex, exception=exception)


def entry_of(rule: Rule) -> Entry:
    """The entry of a rule. Raises RuleRefused for a text too long, and as `generality` does."""
    check(rule)
    text = str(rule)
    if len(text) > LONGEST_KEY:
        raise RuleRefused(Skip.TOO_LONG, f"rule of more than {LONGEST_KEY} characters")
    return Entry(text, Mode.RULE)


def _glob(glob: str) -> Outcome:
    try:
        return entry_of(Rule(Kind.HOST_GLOB, glob))
    except RuleRefused as refused:
        return refused.reason


def _regex(kind: Kind, text: str, *, exception: bool) -> Outcome:
    try:
        return entry_of(Rule(kind, checked(text.removeprefix(_FOLDED)), exception))
    except RuleRefused as refused:
        return refused.reason

"""Adblock rules that are only a name or a URL, told from patterns."""

from __future__ import annotations

import re
from typing import NamedTuple

from kidgate.lists.entries import Entries, Entry, Mode
from kidgate.lists.report import Skip
from kidgate.lists.rules.conditions import Conditions
from kidgate.lists.rules.dialects import entry_of
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.resources import DOCUMENT
from kidgate.lists.rules.text import Kind, Rule
from kidgate.policies.names import is_address

_NAME_OR_URL = re.compile(r"[\w-][\w.-]*(?<!\.)(?::[0-9]+)?(?:[/?][^*^|]*)?|\[[0-9A-Fa-f:.]+\]")
_WHOLE = re.compile(r"[^?]*(?:/|\.[A-Za-z0-9]{1,5})")  # an address that ends as a whole one does
_NO_SITE = frozenset({Skip.TOP_LEVEL, Skip.SINGLE_LABEL, Skip.LOOPBACK, Skip.SCHEME})


class _Written(NamedTuple):
    """A pattern taken apart: `||TEXT^`, `||TEXT|`, `TEXT`."""

    text: str
    anchored: bool
    closed: bool  # something marks the end of the text
    at_end: bool  # nothing more may follow in the address


def name_or_url(
    pattern: str, conditions: Conditions, entries: Entries, *, exception: bool
) -> Entry | Skip | None:
    """The entry of a rule that is only a name or a URL; None for a pattern.

    A name with conditions is a rule for the name. Raises RuleRefused for one that cannot be kept.
    """
    written = _taken_apart(pattern)
    if not _NAME_OR_URL.fullmatch(written.text):
        return None
    outcome = entries.name_or_url(written.text)
    if isinstance(outcome, Skip):
        closed = written.closed or "/" in written.text
        return outcome if written.anchored and closed and outcome in _NO_SITE else None
    if not isinstance(outcome, Entry) or not _names_a_site(outcome, written, entries):
        return None
    if outcome.mode in (Mode.TREE, Mode.EXACT):
        return _name(outcome, conditions, anchored=written.anchored, exception=exception)
    if outcome.mode is Mode.NETWORK:
        return None if written.anchored or exception else outcome
    plain = _stops_all(conditions) and not (conditions.important or conditions.match_case)
    return outcome if plain and not exception and _is_whole(written, conditions) else None


def has_top_level(name: str, entries: Entries) -> bool:
    """Whether a name ends in a top-level domain that exists: `ads.php` is no name."""
    return entries.name_or_url(name.rpartition(".")[2]) is Skip.TOP_LEVEL


def _taken_apart(pattern: str) -> _Written:
    if not pattern.startswith("||"):
        return _Written(pattern, anchored=False, closed=False, at_end=False)
    text = pattern[2:].rstrip("*")
    bare = text.removesuffix("|").removesuffix("^")
    return _Written(
        bare.removeprefix("*."),
        anchored=True,
        closed=bare != text,
        at_end=text.endswith("|") and not text.endswith("^|"),
    )


def _names_a_site(entry: Entry, written: _Written, entries: Entries) -> bool:
    """Without `||` a text may stand anywhere in an address: only what can be nothing else."""
    if written.anchored or entry.mode is Mode.NETWORK:
        return True
    host = entry.key.partition("/")[0]
    return is_address(host) or (host[0] not in "-_" and has_top_level(host, entries))


def _name(entry: Entry, conditions: Conditions, *, anchored: bool, exception: bool) -> Entry | None:
    if not _stops_all(conditions):
        return _conditional(entry.key, conditions, exception=exception) if anchored else None
    if exception:
        return Entry(entry.key, Mode.EXCEPT)
    if not conditions.important:
        return entry
    if entry.mode is Mode.TREE or is_address(entry.key):
        return Entry(entry.key, Mode.IMPORTANT)
    alone = "^" + re.escape(entry.key) + "$"  # a public suffix, not the sites below it
    return entry_of(Rule(Kind.HOST_REGEX, alone, conditions=conditions))


def _conditional(name: str, conditions: Conditions, *, exception: bool) -> Entry:
    if ":" in name:
        raise RuleRefused(Skip.PATTERN, "an IPv6 address with conditions")
    return entry_of(Rule(Kind.HOST_GLOB, name, exception, conditions))


def _stops_all(conditions: Conditions) -> bool:
    """Whether they let nothing through, or only what is of no use without the page itself."""
    said = conditions
    somewhere = said.party or said.initiators or said.not_initiators or said.not_hosts or said.never
    return not somewhere and (not said.only or bool(said.only & DOCUMENT))


def _is_whole(written: _Written, conditions: Conditions) -> bool:
    """Whether it is a whole address and not the beginning of some: `||a.example/ad` is neither.

    A URL entry holds for what is below it; `/ad` would not hold for `/ads.js` as the pattern does.
    """
    if written.at_end:
        return False
    said_so = conditions.every_type or conditions.only or written.closed or not written.anchored
    return bool(said_so or _WHOLE.fullmatch(written.text))

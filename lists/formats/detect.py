"""The formats, and which of them a file is in.

Told by the file's first lines: each line gives one vote. A file's name only tells where content
cannot: squidGuard calls its expressions `expressions`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial

from kidgate.lists.entries import PLAIN_NAME
from kidgate.lists.formats import (
    adblock_rules,
    addresses,
    bind,
    clash,
    dnsmasq,
    e2guardian,
    hosts,
    phrases,
    plain,
    regexes,
    rpz,
    tables,
    tpl,
    unbound,
    v2fly,
)
from kidgate.lists.formats.comments import COMMENT_LINE, without_comment
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening

SAMPLE = 2000  # lines looked at to tell the format
_LIKE_NAME = re.compile(rf"(?:[*+]?\.)?{PLAIN_NAME}\r?")
_ADDRESSES_FROM = 0.9  # share of a list's lines; names stand among the addresses of many


def _single(line: str) -> bool:
    return " " not in without_comment(line).removeprefix("- ")


def _url(line: str) -> bool:
    return _single(line) and "/" in line


# Each line's vote goes to the first that claims it. Adblock first: its rules hold everything else,
# nothing else holds `||`. A hosts line, with a tab, is a table to those further down.
FORMATS = (
    adblock_rules.GRAMMAR,
    Grammar(Format.PHRASES, phrases.votes, plain.opened),
    Grammar(Format.HOSTS, hosts.votes, plain.opened, hosts.SHORT),
    Grammar(Format.DNSMASQ, dnsmasq.votes, plain.opened, dnsmasq.SHORT),
    Grammar(Format.UNBOUND, unbound.votes, plain.opened, unbound.SHORT),
    bind.GRAMMAR,
    Grammar(Format.TPL, tpl.votes, partial(plain.opened, own=tpl.OWN), tpl.SHORT),
    Grammar(Format.CLASH, clash.votes, plain.opened, _LIKE_NAME),
    v2fly.GRAMMAR,
    Grammar(Format.E2GUARDIAN, e2guardian.votes, plain.opened, _LIKE_NAME),
    rpz.GRAMMAR,
    Grammar(Format.ADDRESSES, addresses.votes, plain.opened),
    tables.GRAMMAR,
    regexes.HOSTS,
    regexes.URLS,  # never voted for; see `regexes.kind`
    Grammar(Format.URLS, _url, plain.opened, _LIKE_NAME),
    Grammar(Format.DOMAINS, _single, plain.opened, _LIKE_NAME),
)
_BY_NAME = {known.format: known for known in FORMATS}


def detect(sample: Sequence[str], file: str = "") -> Format:
    """The format that most of the given lines (the first of a file) are in."""
    if adblock_rules.has_header(sample):
        return Format.ADBLOCK
    votes = Counter(filter(None, map(_vote, sample)))
    most = max(FORMATS, key=lambda known: (votes[known.format], known.format is Format.DOMAINS))
    return _settled(most.format, votes, sample, file)


def _settled(most: Format, votes: Counter[Format], sample: Sequence[str], file: str) -> Format:
    """What the file is in where the count of its lines does not say it."""
    if most is not Format.PHRASES and (
        votes[Format.ADBLOCK] >= adblock_rules.LEAST_SHARE * votes.total() > 0
    ):
        return Format.ADBLOCK
    if regexes.is_named(file):
        return Format.URL_REGEXES
    if 2 * votes[Format.TABLE] >= votes.total() > 0 and tables.layout_of(sample):
        return Format.TABLE  # the header may have voted otherwise
    match most:
        case Format.HOST_REGEXES:
            return regexes.kind(sample)
        case Format.DOMAINS | Format.URLS | Format.ADDRESSES | Format.TABLE:
            return _of_names(most, votes, sample)
    return most


def _of_names(most: Format, votes: Counter[Format], sample: Sequence[str]) -> Format:
    """A list of names may show by few of its lines whose it is."""
    if votes[Format.V2FLY]:
        return Format.V2FLY
    if most is Format.TABLE:
        return Format.DOMAINS
    if e2guardian.is_marked(sample):
        return Format.E2GUARDIAN
    if most is Format.ADDRESSES and votes[most] < _ADDRESSES_FROM * votes.total():
        return Format.DOMAINS
    return most


def open_parser(known: Format, opening: Opening) -> LineParser:
    """What reads the lines of a file, one after the other."""
    return _BY_NAME[known].opened(opening)


def short_form(known: Format) -> re.Pattern[str]:
    """See `Grammar.short`."""
    return _BY_NAME[known].short


def _vote(line: str) -> Format | None:
    line = line.strip()
    if not line or COMMENT_LINE.match(line):
        return None  # `##time:` is a comment to some, `##.ad` a rule to others: no evidence
    return next((known.format for known in FORMATS if known.votes(line)), None)

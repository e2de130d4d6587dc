"""The formats of lists: told apart by content, and what each line gives.

hosts     `0.0.0.0 name name # comment`; the address: 0.0.0.0, 0, 127.0.0.0/8, :: or ::1
domains   `name`, `.name`, `*.name`, `+.name`, YAML items `- 'name'`; URLs among them
urls      `host/path`, with or without scheme (squidGuard `urls`, URL feeds)
adblock   see `adblock.py`

Lists are mixed more often than not, so every grammar also takes the lines of the others; what is
told apart is how `#`, `!` and words that are no name are to be read. An entry stands for the name
and all below it in every format (hosts files too: their authors list `www.` beside the name for
want of a wildcard). A new format adds its `Format`, a vote in `_vote` and a line function.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

from kidgate.lists import adblock
from kidgate.lists.entries import PLAIN_NAME, Entries, Outcome
from kidgate.lists.report import Skip


class Format(StrEnum):
    HOSTS = "hosts"
    DOMAINS = "domains"
    URLS = "urls"
    ADBLOCK = "adblock"


class Passed(StrEnum):
    """Lines that say nothing about a name."""

    BLANK = "blank"
    COMMENT = "comment"


SAMPLE = 2000  # lines looked at to tell the format

LineParser = Callable[[str, Entries], Sequence[Outcome] | Passed]

_COMMENT_LINE = re.compile(r"[#!;]|//(?:\s|$)")
_COMMENT = re.compile(r"\s*#.*")
_ITEM = re.compile(r"-\s+(['\"]?)(.*?)\1")
_RULE = re.compile(r"\|\||@@")
_SINK = re.compile(r"0|0\.0\.0\.0|127(?:\.[0-9]{1,3}){3}|::1?")
_SHORT = {
    Format.HOSTS: re.compile(rf"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]+{PLAIN_NAME}\r?"),
    Format.DOMAINS: re.compile(rf"(?:[*+]?\.)?{PLAIN_NAME}\r?"),
    Format.URLS: re.compile(rf"{PLAIN_NAME}\r?"),
    Format.ADBLOCK: re.compile(
        rf"(?P<anchor>\|\|)?{PLAIN_NAME}(?(anchor)(?:\^(?:\$(?:all|important))?)?)\r?"
    ),
}


def detect(lines: Sequence[str]) -> Format:
    """The format that most of the given lines (a sample from the start) are in."""
    if any(adblock.HEADER.match(line) for line in lines):
        return Format.ADBLOCK
    votes = Counter(filter(None, map(_vote, lines)))
    if votes[Format.ADBLOCK] * 10 >= votes.total() > 0:
        return Format.ADBLOCK  # its lists often hold bare names too, no other holds its rules
    return max(Format, key=lambda known: (votes[known], known is Format.DOMAINS))


def short_form(known: Format) -> re.Pattern[str]:
    """The spelling that most lines have: group `name` goes to `Entries.plain` as it stands.

    It gives what `parse_line` gives, several times faster.
    """
    return _SHORT[known]


def parse_line(known: Format) -> LineParser:
    """The function that reads one line: the outcomes on it, or why there is nothing on it."""
    return _rule if known is Format.ADBLOCK else _names


def _vote(line: str) -> Format | None:
    line = line.strip()
    if _RULE.match(line) or adblock.COSMETIC.match(line):
        return Format.ADBLOCK
    if not line or _COMMENT_LINE.match(line):
        return None
    first, *rest = _COMMENT.sub("", line).split() or [""]
    if rest:
        return Format.HOSTS if _is_address(first) else None
    return Format.URLS if "/" in first else Format.DOMAINS


def _names(line: str, entries: Entries) -> Sequence[Outcome] | Passed:
    """A line of a hosts, domains or URL list."""
    line = line.strip()
    if not line:
        return Passed.BLANK
    if _COMMENT_LINE.match(line):
        return Passed.COMMENT
    if _RULE.match(line) or adblock.COSMETIC.match(line):
        return (adblock.parse_rule(line, entries),)
    return _words(_COMMENT.sub("", line).split(), line, entries)


def _rule(line: str, entries: Entries) -> Sequence[Outcome] | Passed:
    """A line of an Adblock list; hosts lines stand in some."""
    line = line.strip()
    if not line:
        return Passed.BLANK
    if adblock.is_comment(line):
        return Passed.COMMENT
    first, *rest = line.split(maxsplit=1)
    if rest and _is_address(first):
        return _names(line, entries)
    return (adblock.parse_rule(line, entries),)


def _words(words: list[str], line: str, entries: Entries) -> Sequence[Outcome]:
    if len(words) == 1:
        return (entries.name_or_url(words[0]),)
    first, *names = words
    if _SINK.fullmatch(first):
        return [_host(name, entries) for name in names]
    if _is_address(first):
        redirected = (_host(name, entries) for name in names)
        return [Skip.LOOPBACK if o is Skip.LOOPBACK else Skip.REDIRECT for o in redirected]
    item = _ITEM.fullmatch(_COMMENT.sub("", line))
    return (entries.name_or_url(item[2]) if item else Skip.NOT_A_NAME,)


def _host(text: str, entries: Entries) -> Outcome:
    """A name in a hosts line, where nothing else can stand."""
    return Skip.NOT_A_NAME if "/" in text else entries.name_or_url(text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == "0"
    return True

"""The grammar that hosts files, plain lists and lists of statements share.

What tells them apart is only which lines they have most of; each takes the lines of all, so that a
list somebody put together from several is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kidgate.lists.entries import PLAIN_ADDRESS, Entries, Outcome
from kidgate.lists.formats import (
    adblock_rules,
    addresses,
    clash,
    dnsmasq,
    e2guardian,
    hosts,
    patterns,
    regexes,
    tpl,
    unbound,
)
from kidgate.lists.formats.comments import COMMENT_LINE, without_comment
from kidgate.lists.formats.grammar import LineParser, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip

Statement = tuple[Callable[[str], bool], Callable[[str, Entries], Said]]
"""Whether a stripped line has the form, and what such a line says."""

STATEMENTS: tuple[Statement, ...] = (
    (hosts.votes, hosts.parse),
    (dnsmasq.votes, dnsmasq.parse),
    (unbound.votes, unbound.parse),
    (tpl.votes, tpl.parse),
    (e2guardian.votes, e2guardian.parse),
    (clash.votes, clash.parse),
    (regexes.votes_slashed, regexes.parse_slashed),
    (addresses.votes_range, addresses.parse_range),
)
_ITEM = re.compile(r"(?:-\s+)?(['\"]?)(.*?)\1,?")


class PlainLines:
    """Names, addresses and URLs, one on a line, and the statements above."""

    def __init__(self, entries: Entries, statements: Sequence[Statement] = STATEMENTS) -> None:
        self._entries, self._statements = entries, statements
        self._rule = adblock_rules.opened(Opening(entries))

    def __call__(self, line: str) -> Said:
        line = line.strip()
        if not line:
            return Passed.BLANK
        if PLAIN_ADDRESS.fullmatch(line):
            return (self._entries.name_or_url(line),)
        if COMMENT_LINE.match(line):
            return Passed.COMMENT
        if adblock_rules.is_rule(line):
            return self._rule(line)
        for has_form, parse in self._statements:
            if has_form(line):
                return parse(line, self._entries)
        return (self._single(without_comment(line)),)

    def _single(self, text: str) -> Outcome:
        item = _ITEM.fullmatch(text)
        text = item[2] if item else text
        if not text or any(map(str.isspace, text)):
            return Skip.NOT_A_NAME
        return patterns.name_or_wildcard(text, self._entries)


def opened(opening: Opening, own: Statement | None = None) -> LineParser:
    """`own`: a statement of the format that is none elsewhere."""
    return PlainLines(opening.entries, (own, *STATEMENTS) if own else STATEMENTS)

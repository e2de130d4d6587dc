"""The canonical text of a rule: one ASCII line without tab, the key of `Mode.RULE` records.

    [@@]BODY[$MODIFIERS]

    *BODY        a pattern that may start anywhere in an address    `*/ads/^banner`
    |BODY        one that starts where the address does             `|https://ads.`
    ||BODY       one that starts at a label of the host             `||a.example/x*.js|`
    ||GLOB^      the host, or one above it; `*` is any text         `||ads*.example^`
    /REGEX/      a regular expression found in the address          `/banner[0-9]+\\.gif/`
    ^/REGEX/     one found in the address without its scheme        `^/^a\\.example/x/`
    ~/REGEX/     one found in the host                              `~/^ads?[0-9]*\\./`

None of these can be a name or a URL entry: no host starts with `*|/^~@`. MODIFIERS are those of
`conditions.Conditions`; after a pattern that itself holds a `$` the last one always stands, if need
be with nothing behind it. The address is `scheme://host[:port]/path[?query]` as `policies.names`
spells it, in any case of letters unless `match-case` is among MODIFIERS.

A pattern that names no host (`*...`) or a regular expression on the address holds for a page that a
child opens itself only with `$all` or `$document`: as in browsers, for `-ad-` is in the address of
many an article. `^/` and `~/` come from formats without such a difference and hold for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kidgate.lists.report import Skip
from kidgate.lists.rules.conditions import ALWAYS, Conditions
from kidgate.lists.rules.modifiers import read_modifiers
from kidgate.lists.rules.patterns import spelled
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.resources import ALL, DOCUMENT

_GLOB = re.compile(r"\|\|([a-z0-9._*-]+)\^")
_PATTERN = re.compile(r"(?:\|\|?|\*)[!-{}~]*\|?")
_REGEX = re.compile(r"([~^]?)/(.+)/(?:\$([^/]*))?")


class Kind(StrEnum):
    """What a rule is, by the mark of its text."""

    PATTERN = "pattern"
    HOST_GLOB = "||"
    URL_REGEX = ""
    PAGE_REGEX = "^"
    HOST_REGEX = "~"


OF_HOST = frozenset({Kind.HOST_GLOB, Kind.HOST_REGEX})
REGEXES = frozenset({Kind.URL_REGEX, Kind.PAGE_REGEX, Kind.HOST_REGEX})


@dataclass(frozen=True, slots=True)
class Rule:
    """`body` is the pattern as it is written, the bare GLOB or the bare REGEX."""

    kind: Kind
    body: str
    exception: bool = False
    conditions: Conditions = ALWAYS

    def __str__(self) -> str:
        modifiers = str(self.conditions)
        text = "@@" * self.exception + self._written()
        needs_end = self.kind is Kind.PATTERN and "$" in self.body
        return f"{text}${modifiers}" if modifiers or needs_end else text

    def _written(self) -> str:
        if self.kind is Kind.PATTERN:
            return self.body
        if self.kind is Kind.HOST_GLOB:
            return f"||{self.body}^"
        return f"{self.kind}/{self.body}/"

    @property
    def by_host_alone(self) -> bool:
        """Whether the name of a host is all it needs."""
        return self.kind in OF_HOST and not self.conditions.ask_the_client

    @property
    def lifts_names(self) -> bool:
        """Whether it is an exception that also lifts names which its list stops.

        It must itself say for which host, and not hang on what a client says of itself: else
        `?/allowed.js` behind any address would open it.
        """
        by_place = self.kind in OF_HOST or (self.kind is Kind.PATTERN and self.body.startswith("|"))
        return self.exception and by_place and not self.conditions.ask_the_client

    @property
    def types(self) -> tuple[int, bool]:
        """The types it holds for as bits of `resources`, and whether for an unknown one."""
        said = self.conditions
        if said.only:
            return said.only, False
        anywhere = self.kind is Kind.URL_REGEX or (
            self.kind is Kind.PATTERN and self.body.startswith("*")
        )
        covered = ALL if said.every_type or not anywhere else ALL & ~DOCUMENT
        return covered & ~said.never, True


def parse(text: str) -> Rule:
    """Read a canonical text; `str` of the outcome is that text. Raises RuleRefused."""
    exception = text.startswith("@@")
    written = text[2:] if exception else text
    if found := _REGEX.fullmatch(written):
        kind, body, modifiers = Kind(found[1]), found[2], found[3] or ""
    else:
        kind, body, modifiers = _parse_pattern(written)
    conditions, cancels = read_modifiers(modifiers)
    rule = Rule(kind, body, exception, conditions)
    spelled_so = kind is not Kind.PATTERN or _is_spelled(rule)
    if cancels or not spelled_so or str(rule) != text:
        raise RuleRefused(Skip.PATTERN, f"`{text[:60]}` is no canonical rule")
    return rule


def _is_spelled(rule: Rule) -> bool:
    return spelled(rule.body, match_case=rule.conditions.match_case) == rule.body


def _parse_pattern(written: str) -> tuple[Kind, str, str]:
    head, mark, tail = written.rpartition("$")
    body, modifiers = (head, tail) if mark else (tail, "")
    if found := _GLOB.fullmatch(body):
        return Kind.HOST_GLOB, found[1], modifiers
    if not _PATTERN.fullmatch(body):
        raise RuleRefused(Skip.PATTERN, f"`{written[:60]}` is no canonical rule")
    return Kind.PATTERN, body, modifiers

"""Texts of which an address must hold at least one for a regular expression to match it.

They make an expression findable without running it. Only what is sure is said: where this reader
does not know a construct, it says nothing, and the expression is run on every address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 3
MOST = 32  # alternatives; more are not worth their place

Texts = frozenset[str]
_NONE: Texts = frozenset()  # nothing is sure

_REPEAT = re.compile(r"(?:[*+?]|\{(\d+)(?:,\d*)?\})\??")
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|i?:))?(?!\?)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]")
_NO_WIDTH = re.compile(r"[$^]|\\[bBAz]")
_ANY = re.compile(r"\.|\\[dDwWsS]")
_LITERAL = re.compile(r"\\([^\w\s])|([^\\()|.\[*+?$^])")


def required(regex: str) -> Texts:
    """Lower-case texts of at least SHORTEST characters, one of which every match holds.

    Empty when no such texts are sure.
    """
    reader = _Reader(regex)
    try:
        found = reader.alternatives()
    except (_Unknown, RecursionError):
        return _NONE
    return found if reader.at == len(regex) else _NONE


class _Unknown(Exception):
    """A construct that this reader does not know."""


class _Reader:
    def __init__(self, regex: str) -> None:
        self.regex = regex
        self.at = 0

    def alternatives(self) -> Texts:
        """Up to the end of the group: one of the texts of each branch."""
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if _NONE in branches:
            return _NONE
        texts = frozenset().union(*branches)
        return texts if len(texts) <= MOST else _NONE

    def _sequence(self) -> Texts:
        """Up to `|` or the end of the group: the best texts of its parts."""
        parts: list[Texts] = []
        run = ""
        while self.at < len(self.regex) and self.regex[self.at] not in "|)":
            if self._match(_NO_WIDTH):
                self._refuse_repeat()
                continue
            texts, literal = self._atom()
            least, repeated = self._repeat()
            if literal and least:
                run += literal
            if literal and not repeated:
                continue
            parts.append(_worth(run))
            run = ""
            if least:
                parts.append(texts)
        return _best([*parts, _worth(run)])

    def _atom(self) -> tuple[Texts, str]:
        """One element: the texts it is sure to hold, and its text when it is one character."""
        if found := self._match(_LITERAL):
            return _NONE, (found[1] or found[2]).lower()
        if self._match(_GROUP):
            texts = self.alternatives()
            if not self._take(")"):
                raise _Unknown
            return texts, ""
        if self._match(_CLASS) or self._match(_ANY):
            return _NONE, ""
        raise _Unknown

    def _repeat(self) -> tuple[int, bool]:
        """How often the element stands there at least, and whether it may stand there again."""
        found = self._match(_REPEAT)
        if not found:
            return 1, False
        self._refuse_repeat()
        return int(found[1]) if found[1] else int(found[0][0] == "+"), True

    def _refuse_repeat(self) -> None:
        if _REPEAT.match(self.regex, self.at):
            raise _Unknown

    def _match(self, known: re.Pattern[str]) -> re.Match[str] | None:
        found = known.match(self.regex, self.at)
        if found:
            self.at = found.end()
        return found

    def _take(self, character: str) -> bool:
        taken = self.regex.startswith(character, self.at)
        self.at += taken
        return taken


def _worth(run: str) -> Texts:
    return frozenset([run]) if len(run) >= SHORTEST else _NONE


def _best(parts: Iterable[Texts]) -> Texts:
    """The part that says most: longer texts, then fewer."""
    return max(parts, key=lambda texts: (min(map(len, texts), default=0), -len(texts)))

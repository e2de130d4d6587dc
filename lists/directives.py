"""The lines `!#...` of an Adblock list: which of its rules are meant for a program like this one.

Blocks `!#if ... !#else ... !#endif` as uBlock Origin and AdGuard have them
(https://adguard.com/kb/general/ad-filtering/create-own-filters/#preprocessor-directives). Their
words name browsers and other blockers (`env_chromium`, `ext_ublock`, `adguard`...): none of them
holds here. `!#include` is left to who reads the line: other files are never fetched.
"""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(r"!#\s*(if|else|endif|include)\b\s*(.*)")
_WORD = re.compile(r"\s*(&&|\|\||!|\(|\)|[A-Za-z_][\w.-]*)")


class Directives:
    """The open blocks at a place in a list."""

    def __init__(self) -> None:
        self._blocks: list[bool] = []

    @property
    def skipping(self) -> bool:
        """Whether lines here are meant for other programs."""
        return not all(self._blocks)

    def read(self, line: str) -> str:
        """The directive on a stripped line, "" for none; a block that it opens or ends is noted."""
        found = _DIRECTIVE.match(line)
        if not found:
            return ""
        if found[1] == "if":
            self._blocks.append(holds(found[2]))
        elif self._blocks and found[1] == "else":
            self._blocks[-1] = not self._blocks[-1]
        elif self._blocks and found[1] == "endif":
            self._blocks.pop()
        return found[1]


def holds(expression: str) -> bool:
    """Whether a condition holds for a gateway; one that cannot be read does not."""
    reader = _Expression(expression)
    try:
        return reader.alternatives() and reader.at_end
    except (_Unreadable, RecursionError):
        return False


class _Unreadable(Exception):
    pass


class _Expression:
    """`a && !b || (c)`, as in C."""

    def __init__(self, text: str) -> None:
        self._words: list[str] = []
        at, text = 0, text.strip()
        while found := _WORD.match(text, at):
            self._words.append(found[1])
            at = found.end()
        if at != len(text):
            self._words = [")"]  # is not to be read
        self._words.reverse()

    @property
    def at_end(self) -> bool:
        return not self._words

    def alternatives(self) -> bool:
        value = self._all()
        while self._take("||"):
            value = self._all() or value
        return value

    def _all(self) -> bool:
        value = self._one()
        while self._take("&&"):
            value = self._one() and value
        return value

    def _one(self) -> bool:
        if self._take("!"):
            return not self._one()
        if self._take("("):
            value = self.alternatives()
            if not self._take(")"):
                raise _Unreadable
            return value
        if not self._words or not self._words[-1][0].isalpha():
            raise _Unreadable
        return self._words.pop() == "true"

    def _take(self, word: str) -> bool:
        taken = bool(self._words) and self._words[-1] == word
        if taken:
            self._words.pop()
        return taken

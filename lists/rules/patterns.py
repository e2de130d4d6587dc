"""Plain Adblock patterns: their one spelling, and a matcher that needs no regular expression.

`||` starts at a label of the host, `|` at either end of the address, `*` is any text and `^` one
character that is no letter, digit or `_.%-`, or the end of the address
(https://adguard.com/kb/general/ad-filtering/create-own-filters/#basic-rules-special-characters).
Pattern and address are both spelled as `policies.names` spells an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?^]")
_DECODED = frozenset("-._~!$'(),:@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_AUTHORITY = re.compile(r"(?:[A-Za-z]+://)?[^/?^*]*")
_BEFORE_QUERY = re.compile(r"[^?*]*")
_SLASHES = re.compile("//+")  # which a canonical path does not have
_STARS = re.compile(r"\*\*+")
_CHUNK = re.compile(r"[*^]+")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%-")


def spelled(pattern: str, *, match_case: bool) -> str:
    """The one spelling: begins with `||`, `|` or `*`, ends with `|` where it is anchored there.

    `pattern` is without `@@` and modifiers. Lower case unless `match_case`.
    """
    start = "||" if pattern.startswith("||") else "|" if pattern.startswith("|") else "*"
    end = "|" if pattern.endswith("|") and len(pattern) > len(start) else ""
    body = pattern[len(start) if start != "*" else 0 : len(pattern) - len(end)]
    body = _STARS.sub("*", _ESCAPE.sub(_escaped, body))
    body = body if match_case else body.lower()
    if start != "*":
        body = _AUTHORITY.sub(_lowered, body, 1)
    if start == "||":
        body = _BEFORE_QUERY.sub(_merged, body, 1)
    if body.startswith("*"):
        start, body = "*", body[1:]
    if body.endswith("*"):
        end, body = "", body[:-1]
    return start + body + end if body else "*"


def literals(pattern: str) -> list[str]:
    """The texts of a spelled pattern that an address must hold, lower case, in their order."""
    return [chunk for chunk in _CHUNK.split(pattern.strip("|").lower()) if chunk]


def _escaped(found: re.Match[str]) -> str:
    if found[1]:
        character = chr(int(found[1], 16))
        return character if character in _DECODED else f"%{found[1].upper()}"
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def _lowered(found: re.Match[str]) -> str:
    return found[0].lower()


def _merged(found: re.Match[str]) -> str:
    return _SLASHES.sub("/", found[0])


class Pattern:
    """A spelled pattern, ready to be looked for."""

    __slots__ = ("_at_end", "_at_label", "_at_start", "_first", "_last", "_middle")

    def __init__(self, pattern: str) -> None:
        self._at_label = pattern.startswith("||")
        self._at_start = not self._at_label and pattern.startswith("|")
        self._at_end = pattern.endswith("|")
        first, *rest = map(_Part, pattern.removeprefix("*").strip("|").split("*"))
        self._first = first
        self._middle: Sequence[_Part] = rest[:-1]
        self._last = rest[-1] if rest else None

    def matches(self, text: str, labels: Sequence[int]) -> bool:
        """Whether it stands in an address; `labels` is where the labels of its host start.

        The leftmost place for each part suffices: it leaves the most room for those behind it.
        """
        if self._last is None and self._at_end:
            return self._matches_to_end(text, labels)
        at = self._start(text, labels)
        for part in self._middle:
            if at < 0:
                return False
            at = part.find(text, at)
        if at < 0 or self._last is None:
            return at >= 0
        if self._at_end:
            return any(start >= at for start in self._last.ends(text))
        return self._last.find(text, at) >= 0

    def _start(self, text: str, labels: Sequence[int]) -> int:
        """The end of the first part, -1 when it is not there."""
        if self._at_start:
            return self._first.match(text, 0)
        if not self._at_label:
            return self._first.find(text, 0)
        for label in labels:
            end = self._first.match(text, label)
            if end >= 0:
                return end
        return -1

    def _matches_to_end(self, text: str, labels: Sequence[int]) -> bool:
        starts = self._first.ends(text)
        if self._at_start:
            return 0 in starts
        if self._at_label:
            return any(start in labels for start in starts)
        return bool(starts)


class _Part:
    """What stands between two `*`: literal texts with one separator between each."""

    __slots__ = ("_before", "_open_ends", "_texts", "_width")

    def __init__(self, text: str) -> None:
        self._texts = text.split("^")
        self._width = len(text)
        # Separators before the first literal, and how many may stand for the end of the address.
        self._before = next((n for n, t in enumerate(self._texts) if t), len(self._texts))
        self._open_ends = len(text) - len(text.rstrip("^"))

    def match(self, text: str, at: int) -> int:
        """Where it ends if it stands at a place, else -1."""
        literal = self._texts[0]
        if not text.startswith(literal, at):
            return -1
        at += len(literal)
        for literal in self._texts[1:]:
            if at < len(text):
                if text[at] in _WORD:
                    return -1
                at += 1
            if not text.startswith(literal, at):
                return -1
            at += len(literal)
        return at

    def find(self, text: str, at: int) -> int:
        """The end of its first place from `at` on, -1 when there is none."""
        before = self._before
        if before == len(self._texts):
            return next(
                (e for n in range(at, len(text) + 1) if (e := self.match(text, n)) >= 0), -1
            )
        literal = self._texts[before]
        place = text.find(literal, at + before)
        while place >= 0:
            end = self.match(text, place - before)
            if end >= 0:
                return end
            place = text.find(literal, place + 1)
        return -1

    def ends(self, text: str) -> list[int]:
        """The places where it stands and goes on to the end of the text."""
        shortest = self._width - self._open_ends
        starts = (len(text) - width for width in range(shortest, self._width + 1))
        return [start for start in starts if start >= 0 and self.match(text, start) == len(text)]

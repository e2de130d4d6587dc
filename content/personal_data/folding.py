"""A text and its plain twin: lower case, no marks, character for character at the same place.

So a pattern runs on the plain text, and what it finds can be cut out of the other one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Shown as nothing: soft hyphen, zero-width marks, directions, word joiner, BOM.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2032": "'", "\u2033": '"'}
# Latin letters, with marks and without; all else is one character for one, or a blank.
_BEYOND = re.compile("[^\x00-\x9f\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff]")
_BLANK = "\x1a"  # ASCII's own substitute
_MARKS = re.compile("[\u0300-\u036f]+")
# Between the values of different fields that are searched as one text; no pattern crosses it.
BETWEEN = "\n\x1f\n"
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


class Folded(NamedTuple):
    """The same text twice; both have the same length."""

    text: str  # NFC, nothing invisible in it
    plain: str  # lower case, no marks, one kind of space, hyphen, quote; other scripts blanked

    def cut(self, start: int, end: int) -> Folded:
        return Folded(self.text[start:end], self.plain[start:end])


def fold(text: str) -> Folded:
    """Both readings of a text."""
    if text.isascii():
        return Folded(text, text.lower())
    text = unicodedata.normalize("NFC", text)
    bare = text
    if _BEYOND.search(text):
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        bare = _BEYOND.sub(_latin, text)
    bare = unicodedata.normalize("NFD", bare.lower().replace("đ", "d"))
    quick = bare.encode("ascii", "ignore")
    # Shorter: something besides marks is gone, and places no longer agree.
    same = len(quick) == len(text)
    return Folded(text, quick.decode("ascii") if same else _MARKS.sub("", bare))


def is_latin(text: str) -> bool:
    """Whether each word of a text and of its plain twin begin and end at the same places."""
    return _BEYOND.search(text) is None


def plain(text: str) -> str:
    return fold(text).plain


@lru_cache(maxsize=4096)
def accented(word: str) -> str:
    """A word so that both placements of a tone read the same: marks last, lower case."""
    if word.isascii():
        return word.lower()
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in marks if c in _TONES]
    rest = "".join(c for c in marks if c not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(tones)


def _latin(match: re.Match[str]) -> str:
    return _latin_of(match[0])


@lru_cache(maxsize=1024)
def _latin_of(character: str) -> str:
    """What a character outside Latin stands for: full-width digits, letters of formulas."""
    if character in _SPACES:
        return " "
    if character in _HYPHENS:
        return "-"
    found = _QUOTES.get(character) or unicodedata.normalize("NFKD", character)
    return found if len(found) == 1 and found.isascii() and found.isprintable() else _BLANK

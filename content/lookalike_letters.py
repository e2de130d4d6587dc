"""How a label reads to a person who does not look twice: decoded, folded, and its bare shape.

Letters only; what the letters spell is `lookalike.py`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

UNREADABLE = "?"  # looks like nothing ASCII
_LATIN = re.compile(r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?")
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
_ASCII_ALIKE = str.maketrans("01345789i", "oleastbgl")


class Reading(NamedTuple):
    """A label as it looks."""

    text: str  # ASCII letters, digits, hyphens, and UNREADABLE
    how: str = ""  # what was folded: "" nothing, "marks" of Vietnamese, or "letters" of elsewhere
    ascii_parts: str = ""  # what was ASCII before, the rest blanked out


def read(label: str) -> Reading:
    """The reading of one canonical label; an `xn--` label is decoded first."""
    if not label.startswith("xn--"):
        return Reading(label)
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return Reading(label)
    foreign = [character for character in decoded if not character.isascii()]
    marked = all(map(_is_vietnamese, foreign))
    ascii_parts = "".join(character if character.isascii() else " " for character in decoded)
    how = "marks" if marked else "letters"
    return Reading("".join(map(_folded, decoded)), how, ascii_parts)


def shape(text: str) -> str:
    """The text with letters and digits that are taken for each other made one: `vletc0mbarnk`."""
    return text.translate(_ASCII_ALIKE).replace("rn", "m").replace("vv", "w")


def _is_vietnamese(character: str) -> bool:
    decomposed = unicodedata.normalize("NFD", character)
    base, marks = decomposed[0], decomposed[1:]
    return (base == "đ" or base.isascii()) and _VIETNAMESE_MARKS.issuperset(marks)


def _folded(character: str) -> str:
    if character.isascii():
        return character
    bare = [
        c
        for c in unicodedata.normalize("NFKD", character)
        if not unicodedata.category(c).startswith("M")
    ]
    return "".join(c if c.isascii() else _alike(c) for c in bare).lower()


def _alike(character: str) -> str:
    known = _confusables().get(character)
    if known is not None:
        return known
    named = _LATIN.fullmatch(unicodedata.name(character, ""))
    return named[1] if named else UNREADABLE


@cache
def _confusables() -> dict[str, str]:
    """Loaded when the first name that is not ASCII is met."""
    from kidgate.content.confusables import LOOKS_LIKE

    return {c: ascii_text for ascii_text, alike in LOOKS_LIKE.items() for c in alike}

"""Single letters: one form for each, whatever was typed, pasted or smuggled in.

Vietnamese is written composed or decomposed, with tone marks placed the old way (hòa) or the new
(hoà); words are hidden from filters with invisible characters, full-width or mathematical letters,
and letters of other scripts that look Latin. Words as wholes are looked at in `disguises.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

import re2  # type: ignore[import-untyped]

from kidgate.content.confusables import LOOKS_LIKE

MARKED: Final = "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz" + MARKED
TONES: Final = "\u0301\u0300\u0309\u0303\u0323"  # sắc, huyền, hỏi, ngã, nặng

# Soft hyphen, joiners, directions, variation selectors, fillers: seen by nobody.
_INVISIBLE: Final = (
    r"\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{200b}-\x{200f}"
    r"\x{202a}-\x{202e}\x{2060}-\x{206f}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}"
    r"\x{e0000}-\x{e0fff}"
)
# Marks that compose with nothing: text "like t̶h̶i̶s̶".
_JUNK: Final = (
    r"\x{300}-\x{36f}\x{1ab0}-\x{1aff}\x{1dc0}-\x{1dff}\x{20d0}-\x{20ff}\x{fe20}-\x{fe2f}"
)
# Letters dressed up, of which Unicode itself says what they are: full width, circles, mathematics.
_DRESSED: Final = (
    r"\x{aa}\x{ba}\x{1d2c}-\x{1d6a}\x{2070}-\x{209c}\x{2100}-\x{214f}\x{2460}-\x{24ff}"
    r"\x{fb00}-\x{fb06}\x{ff01}-\x{ff5e}\x{1d400}-\x{1d7ff}\x{1f130}-\x{1f1ff}"
)
# Of these Unicode does not say it: letters on black discs and squares, and those of flags.
_SYMBOLS: Final = {
    chr(first + at): chr(ord("a") + at) for first in (0x1F150, 0x1F170, 0x1F1E6) for at in range(26)
}
_FOREIGN: Final = {
    letter: plain
    for plain, letters in LOOKS_LIKE.items()
    if len(plain) == 1 and plain.isalpha()
    for letter in letters
    if letter.isalpha() and letter not in LETTERS
}
_LOOK_LATIN: Final = "".join(_FOREIGN)
_OLD_PLACES: Final = {
    (old + last).encode(): (first + new).encode()
    for olds, first, news, last in (
        ("óòỏõọ", "o", "áàảãạ", "a"),
        ("óòỏõọ", "o", "éèẻẽẹ", "e"),
        ("úùủũụ", "u", "ýỳỷỹỵ", "y"),
    )
    for old, new in zip(olds, news, strict=True)
}


def compiled(pattern: str) -> re2._Regexp:
    """An expression for texts in UTF-8."""
    return re2.compile(pattern.encode())


_NOT_SEEN = compiled(f"[{_INVISIBLE}{_JUNK}]")
_ODD = compiled(f"[{_INVISIBLE}{_DRESSED}]")
_LOOSE_MARK = compiled(f"[{_JUNK}]")
UNUSUAL: Final = f"[{_INVISIBLE}{_JUNK}{_DRESSED}{_LOOK_LATIN}]"
_UNUSUAL = compiled(UNUSUAL)
_MIXED = compiled(
    rf"[a-z{MARKED}{_LOOK_LATIN}]*"
    rf"(?:[a-z{MARKED}][{_LOOK_LATIN}]|[{_LOOK_LATIN}][a-z{MARKED}])"
    rf"[a-z{MARKED}{_LOOK_LATIN}]*"
)
_MANY: Final = 500  # odd letters: then it is quicker to look at every letter than to seek them
_OLD_PLACE = compiled("[óòỏõọ][ae]|[úùủũụ]y")
_MARK = compiled(f"[{MARKED}]")
_STRIPPED: Final = {
    letter: "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0] for letter in MARKED
}


def lowered(text: str) -> bytes:
    """The text in lower case, composed (NFC). UTF-8."""
    return _composed(text).lower().encode("utf-8", "replace")


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def placed(plain: bytes) -> bytes:
    """The text with its tone marks where the new way puts them."""
    pieces: list[bytes] = []
    done = 0
    for found in () if plain.isascii() else _OLD_PLACE.finditer(plain):  # seldom few
        start, end = found.span()
        pieces += (plain[done:start], _OLD_PLACES[plain[start:end]])
        done = end
    return b"".join((*pieces, plain[done:]))


def latinised(plain: bytes) -> bytes:
    """The text without what nobody sees, and with Latin letters for what looks like them."""
    if plain.isascii():
        return plain
    hits = list(islice(_UNUSUAL.finditer(plain), _MANY))
    letters = {found[0].decode() for found in hits}
    few = len(hits) < _MANY
    if few and not any(_LOOSE_MARK.search(odd.encode()) for odd in letters):
        plain = _rebuilt(plain, hits, _even)  # one pass does, as on most pages
    else:
        plain = _rid(_ODD, plain)
        if _LOOSE_MARK.search(plain):
            # A joiner between a letter and its tone had kept the two apart.
            plain = _rid(_LOOSE_MARK, _composed(plain.decode()).encode())
    return plain if few and letters.isdisjoint(_FOREIGN) else replaced(_MIXED, plain, _latin)


def _rid(pattern: re2._Regexp, plain: bytes) -> bytes:
    """The text without what the pattern finds, or with what that stands for."""
    hits = list(islice(pattern.finditer(plain), _MANY))
    if len(hits) < _MANY:
        return _rebuilt(plain, hits, _even)
    return plain.decode().translate(_Even(pattern)).encode()


def _even(odd: str) -> str:
    if odd in _FOREIGN:
        return odd  # whether it stands for a Latin one, its word tells
    if _NOT_SEEN.search(odd.encode()):
        return ""
    return _SYMBOLS.get(odd) or unicodedata.normalize("NFKC", odd).lower()


class _Even(dict[int, str]):
    """What `_even` makes of each character, for `str.translate`. One for each page: a hostile one
    may hold every character there is."""

    def __init__(self, pattern: re2._Regexp) -> None:
        super().__init__()
        self._pattern = pattern

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = _even(letter) if self._pattern.search(letter.encode()) else letter
        return self[code]


def _latin(word: str) -> str:
    return "".join(_FOREIGN.get(letter, letter) for letter in word)


def marks_fewer_than(limit: int, plain: bytes) -> bool:
    """Whether a plain text holds fewer Vietnamese marked letters than that."""
    return plain.isascii() or sum(1 for _ in islice(_MARK.finditer(plain), limit)) < limit


def without_marks(plain: bytes) -> bytes:
    """A plain text with its Vietnamese marks taken off; `đ` becomes `d`. Meant for few of them."""
    return plain if plain.isascii() else replaced(_MARK, plain, _STRIPPED.__getitem__)


def replaced(pattern: re2._Regexp, plain: bytes, change: Callable[[str], str]) -> bytes:
    """The text with each match changed; the same object where nothing matched."""
    return _rebuilt(plain, pattern.finditer(plain), change)


def _rebuilt(plain: bytes, matches: Iterable[re2._Match], change: Callable[[str], str]) -> bytes:
    pieces: list[bytes] = []
    end = 0
    for found in matches:
        pieces += (plain[end : found.start()], change(found[0].decode()).encode())
        end = found.end()
    return b"".join(pieces) + plain[end:] if pieces else plain

"""Whether words look like Vietnamese: one syllable each, spelt by the rules.

Told apart are the readings of the same bytes in several encodings; no dictionary is needed for it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WORD = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED_TONES = "\u0301\u0323"  # a syllable that ends in c, ch, p or t has no other
_BEFORE = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx]"
_OPEN = (
    "oai|oay|oeo|uây|uôi|uya|uyu|iêu|yêu|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|ua|"
    "uê|ui|uơ|uy|ưa|ưi|ưu|[aeêioôơuưy]"
)
_CLOSED = "iê|oa|oă|oe|oo|uâ|uê|uô|uyê|uy|ươ|yê|[aăâeêioôơuưy]"
_SYLLABLE = re.compile(rf"(?:{_BEFORE})?(?:(?:{_OPEN})|(?:{_CLOSED})(ng|nh|ch|[cmnpt]))")


def share_of_syllables(text: str) -> tuple[int, int]:
    """Of the different words with letters outside ASCII: how many are Vietnamese syllables, and
    all. A letter by itself is none: dashes and quotation marks of other encodings read so."""
    words = {word for word in _WORD.findall(text) if len(word) > 1 and not word.isascii()}
    return sum(map(_is_syllable, words)), len(words)


@cache
def _marks(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the tone."""
    decomposed = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in decomposed[1:] if mark in _TONES)
    kept = "".join(mark for mark in decomposed if mark not in _TONES)
    return unicodedata.normalize("NFC", kept), tone


def _is_syllable(word: str) -> bool:
    if len(word) > 7 or not (word.islower() or word.isupper() or word.istitle()):
        return False
    letters = [_marks(letter) for letter in word.lower()]
    tone = "".join(tone for _, tone in letters)
    match = _SYLLABLE.fullmatch("".join(bare for bare, _ in letters))
    if not match or len(tone) > 1:
        return False
    return match[1] not in ("c", "ch", "p", "t") or (tone != "" and tone in _STOPPED_TONES)

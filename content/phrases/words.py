"""Text -> the bytes that phrases are sought in, the same for a page's text and for a phrase.

UTF-8 in which blanks, and punctuation that may stand within a word, are one space: nobody hides
behind `cá.độ`. Punctuation that ends a thought is a break, and so are two spaces, which a full stop
leaves: `bán cá, độ tươi` and `bán cá. độ tươi` do not hold `cá độ`. Nothing else is changed: case,
diacritics and disguises are `content/vietnamese`.
"""

from __future__ import annotations

import re

LAST_BLANK = 32  # bytes up to here stand between words
_BREAK, _LINE, _JOINER, _SPACE = 1, 2, 3, 32
_OUTSIDE = bytes([_BREAK, _LINE, _SPACE])

_BLANKS = b" \t\x7f"
_JOINS = b"#$%&'*+-./@\\^_`~"
# Outside ASCII, characters that are no letters: U+0080-00BF, U+2000-2FFF, most of U+1F000-1FFFF.
# Their first bytes, which begin nothing else, and how many follow.
_SYMBOLS = ((b"\xc2", 1), (b"\xe2", 2), (b"\xf0", 3))
# U+3000-303F and full-width punctuation.
_WIDE = re.compile(rb"\xe3\x80[\x80-\xbf]|\xef\xbc[\x81-\x8f\x9a-\xa0]")
_MEANINGS = {
    mark.encode(): b"|"
    for mark in "«»“”„‟‹›…—–―•\u2028\u2029。、「」『』【】〈〉《》！？（），：；"
} | {
    blank.encode(): b" "
    for blank in "\u0085\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
}


def _table() -> bytes:
    table = bytearray(range(256))
    for code in range(128):
        if not chr(code).isalnum():
            table[code] = _JOINER if code in _JOINS else _BREAK
    for code in _BLANKS:
        table[code] = _SPACE
    table[ord("\n")] = _LINE
    return bytes(table)


_TABLE = _table()


def searchable(text: bytes) -> bytes:
    """The text (UTF-8) as phrases are sought in it, with a space at both ends. Linear in its
    length."""
    data = b" %b " % text
    for first, others in _SYMBOLS:
        if first in data:
            data = _spelt_out(data, first, others)
    if b"\xe3" in data or b"\xef" in data:
        data = _WIDE.sub(_meaning, data)
    data = data.translate(_TABLE)
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data.replace(b"\x03", b" ")


def pattern(text: str) -> bytes:
    """A phrase as it is sought, without blanks at its ends; b"" when no word is left of it."""
    return searchable(text.encode("utf-8", "replace")).strip(_OUTSIDE)


def patterns(lines: str) -> list[bytes]:
    """The phrases of a text that holds one on each line, every line ended."""
    data = searchable(lines.encode("utf-8", "replace"))
    return [line.strip(_OUTSIDE) for line in data.split(bytes([_LINE]))[:-1]]


def count_words(data: bytes) -> int:
    """About how many words searchable bytes hold; of scripts without spaces, 12 bytes are one."""
    return max(data.count(_SPACE) + data.count(_LINE) - 1, len(data) // 12, 0)


def _spelt_out(data: bytes, first: bytes, others: int) -> bytes:
    """The text with its symbols of one first byte replaced. They are few: cut there it is read
    faster than by an expression."""
    before, *pieces = data.split(first)
    found = [before]
    for piece in pieces:
        found += (_MEANINGS.get(first + piece[:others], b"."), piece[others:])
    return b"".join(found)


def _meaning(found: re.Match[bytes]) -> bytes:
    """What a symbol is like: a blank, a break, or a mark in a word as `·` and `’`."""
    return _MEANINGS.get(found[0], b".")

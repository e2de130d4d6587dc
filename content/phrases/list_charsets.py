"""The charset of lines in lists of phrases, which say nothing of it but by their path.

Lines that are UTF-8 are that; files mix it with others, and even names of folders are wrong
(`russian-koi8-r` holds windows-1251): among the charsets that could be, the text decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Decode = Callable[[bytes], str | None]

_WESTERN = ("cp1252",)
_BY_WORD = {
    "big5": ("big5", "gb18030"),
    "gb2312": ("gb18030", "big5"),
    "chinese": ("gb18030", "big5"),
    "japanese": ("euc_jp", "cp932"),
    "russian": ("cp1251", "koi8_r"),
    "polish": ("cp1250", "iso8859_2"),
    "vietnamese": ("cp1258",),
}


def decoder(path: str, rows: Iterable[bytes]) -> Decode:
    """What turns a line of the file into text; None where it is in no charset it could be in."""
    odd = [row for row in rows if not _is_utf8(row)]
    word = next((word for word in _BY_WORD if word in path.lower()), "")
    likely = sorted(_BY_WORD.get(word, _WESTERN), key=lambda charset: -_small(odd, charset))

    def decode(row: bytes) -> str | None:
        return _first(row, ("utf-8", *likely))

    return decode


def _first(row: bytes, charsets: Sequence[str]) -> str | None:
    for charset in charsets:
        try:
            return row.decode(charset)
        except UnicodeDecodeError:
            continue
    return None


def _is_utf8(row: bytes) -> bool:
    return _first(row, ("utf-8",)) is not None


def _small(rows: Iterable[bytes], charset: str) -> int:
    """How many small letters outside ASCII a charset gives: KOI8-R and windows-1251 have capitals
    where the other has small letters, and lists are written small."""
    return sum(c.islower() and c > "\x7f" for row in rows for c in row.decode(charset, "ignore"))

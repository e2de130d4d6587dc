"""A page's text in the spellings in which phrases are looked for.

Phrases are put into the same spelling by the same function, so that what one of the rules below
does to a page it also does to the phrase.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kidgate.content.vietnamese.disguises import odd_lines, undisguised
from kidgate.content.vietnamese.letters import (
    latinised,
    lowered,
    marks_fewer_than,
    placed,
    without_marks,
)

# One marked letter among so many does not make a text one that writes its marks: otherwise a single
# name in a page's footer would hide all the rest of it.
_LETTERS_A_MARK = 1000


@dataclass(frozen=True, slots=True)
class Views[T: (str, bytes)]:
    """Both are lower case and NFC; blanks and punctuation stay.

    `accented` has marks as the page wrote them; `folded` has none, and is None where the page
    writes marks: there a word without them is another word.
    """

    accented: T
    folded: T | None


def views(text: str) -> Views[str]:
    """Both views of a whole page's text (not of its parts: whether a page writes marks is asked
    once)."""
    both = encoded_views(text)
    return Views(both.accented.decode(), None if both.folded is None else both.folded.decode())


def encoded_views(text: str) -> Views[bytes]:
    """The same in UTF-8, as a long text is searched."""
    plain, accented = _mended(lowered(text))
    # Asked of what the page wrote itself: `ko` is read as không, and has no mark.
    if not marks_fewer_than(1 + len(plain) // _LETTERS_A_MARK, plain):
        return Views(accented, None)
    return Views(accented, without_marks(accented))


def normal(text: str) -> str:
    """The accented view alone; what a phrase of a list is compared in."""
    return _mended(lowered(text))[1].decode()


def folded(text: str) -> str:
    """A phrase as it is compared in the folded view."""
    return without_marks(_mended(lowered(text))[1]).decode()


def _mended(text: bytes) -> tuple[bytes, bytes]:
    """The text in plain letters, and then with its disguised words written out."""
    spans = list(odd_lines(text))
    if not spans:
        return text, placed(text)
    plain = latinised(b"\n".join(text[start:end] for start, end in spans))
    written_out = undisguised(plain)
    return _with_lines(text, spans, plain), placed(_with_lines(text, spans, written_out))


def _with_lines(text: bytes, spans: Sequence[tuple[int, int]], lines: bytes) -> bytes:
    """The text with those of its lines replaced."""
    return b"".join(_pieces(text, spans, lines.split(b"\n")))


def _pieces(
    text: bytes, spans: Sequence[tuple[int, int]], lines: Sequence[bytes]
) -> Iterator[bytes]:
    done = 0
    for (start, end), line in zip(spans, lines, strict=True):
        yield text[done:start]
        yield line
        done = end
    yield text[done:]

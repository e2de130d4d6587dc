"""A page's text in the spellings in which phrases are looked for.

Phrases are put into the same spelling by the same function, so that what one of the rules below
does to a page it also does to the phrase.
"""

from __future__ import annotations

from dataclasses import dataclass

from kidgate.content.vietnamese.disguises import undisguised
from kidgate.content.vietnamese.letters import marks_fewer_than, plain_letters, without_marks

# One marked letter among so many does not make a text one that writes its marks: otherwise a single
# name in a page's footer would hide all the rest of it.
_LETTERS_A_MARK = 1000


@dataclass(frozen=True, slots=True)
class Views:
    """Both are lower case and NFC; blanks and punctuation stay.

    `accented` has marks as the page wrote them; `folded` has none, and is None where the page
    writes marks: there a word without them is another word.
    """

    accented: str
    folded: str | None


def views(text: str) -> Views:
    """Both views of a whole page's text (not of its parts: whether a page writes marks is asked
    once)."""
    plain = plain_letters(text)
    accented = undisguised(plain)
    # Asked of what the page wrote itself: `ko` is read as không, and has no mark.
    if not marks_fewer_than(1 + len(plain) // _LETTERS_A_MARK, plain):
        return Views(accented.decode(), None)
    return Views(accented.decode(), without_marks(accented).decode())


def normal(text: str) -> str:
    """The accented view alone; what a phrase of a list is compared in."""
    return undisguised(plain_letters(text)).decode()


def folded(text: str) -> str:
    """A phrase as it is compared in the folded view."""
    return without_marks(undisguised(plain_letters(text))).decode()

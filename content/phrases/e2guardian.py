"""Phrase lists of e2guardian and DansGuardian: weighted, banned and exception files.

The form (e2guardian 5.5, `ListContainer::readPhraseList`, and the heads of its own lists):
`<text><weight>`; without a weight the phrase is banned, or an exception in a list of these;
`<a>,<b><weight>` needs all of them; `<10%>` is a share of the page's limit. A text stands inside
words too, save where a space at its ends says otherwise: `< test>` begins a word. `.Include<file>`,
`#listcategory: "name"`, `#noconvert` (case stays: nothing to us), `#time:`. What follows the last
bracket is a remark. Files are opened by who calls; nothing is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from kidgate.content.phrases.account import Account, Skip
from kidgate.content.phrases.list_categories import category_of
from kidgate.content.phrases.list_charsets import decoder
from kidgate.content.phrases.terms import usable
from kidgate.content.phrases.words import pattern
from kidgate.content.vietnamese.views import normal
from kidgate.policies.phrases import EVERY, Phrase

BANNED = 100.0  # points of a phrase that e2guardian would stop a page for
EXCEPTION = -100.0
LONGEST_LINE = 2000  # bytes
LONGEST_TEXT = 200  # characters of one text
MOST_TEXTS = 20  # of one combination
DEEPEST = 8  # includes within one another

Open = Callable[[str, str], tuple[str, bytes] | None]
"""(what is named, the list that names it or "") -> its path and content; None: not there."""

_LINE = re.compile(
    r"(?P<texts><[^<>]*>(?:\s*,\s*<[^<>]*>)*)\s*+(?:<\s*(?P<weight>[-+]?[0-9]{1,5})\s*%?\s*>)?"
    r"(?![<>,]).*"
)
_TEXT = re.compile(r"<([^<>]*)>")
_INCLUDE = re.compile(r"\.include<([^<>]+)>", re.IGNORECASE)
_CATEGORY = re.compile(r"#\s*listcategory:\s*\"?([^\"]*)", re.IGNORECASE)
_ESCAPE = re.compile(r"(?:%[2-7][0-9a-fA-F])+")  # of printable ASCII: `100%adult` has none


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands, and what holds there."""

    path: str
    number: int
    category: str
    exception: bool

    @property
    def source(self) -> str:
        return f"{self.path}:{self.number}"


class Reader:
    """Reads lists one after the other; a phrase that is there already is a duplicate."""

    def __init__(self, account: Account, opened: Open, *, category: str = "") -> None:
        """`category`: what all phrases are about, where somebody knows better than the lists."""
        self.phrases: list[Phrase] = []
        self._account, self._open, self._forced = account, opened, category
        self._seen: set[tuple[object, ...]] = set()
        self._read: set[str] = set()

    def read(self, name: str) -> bool:
        """Take in a list and all it includes; False when it is not there."""
        found = self._open(name, "")
        if found is None:
            return False
        path, data = found
        exception = path.rpartition("/")[2].lower().removeprefix("old").startswith("exception")
        self._file(path, data, "", 0, exception=exception)
        return True

    def _file(self, path: str, data: bytes, said: str, depth: int, *, exception: bool) -> None:
        """`said`: the `#listcategory:` of the list that includes this one."""
        if path in self._read:
            return
        self._read.add(path)
        self._account.files.append(path)
        rows = data.removeprefix(b"\xef\xbb\xbf").splitlines()
        decode = decoder(path, rows)
        for number, row in enumerate(rows, 1):
            self._account.lines += 1
            line = decode(row) if len(row) <= LONGEST_LINE else None
            category = self._forced or category_of(path, said)
            place = _Place(path, number, EVERY if exception else category, exception)
            if line is None:
                reason = Skip.ENCODING if len(row) <= LONGEST_LINE else Skip.TOO_LONG
                self._skip(reason, place, row[:LONGEST_LINE].decode("ascii", "replace"))
            elif named := _CATEGORY.match(line.strip()):
                said = named[1].strip()
                self._account.directives += 1
            elif included := _INCLUDE.match(line.strip()):
                self._include(included[1], place, said, depth)
            else:
                self._line(line.strip(), place)

    def _include(self, target: str, place: _Place, said: str, depth: int) -> None:
        found = self._open(target, place.path) if depth < DEEPEST else None
        if found is None:
            self._skip(Skip.INCLUDE, place, target)
            return
        self._account.directives += 1
        self._file(*found, said, depth + 1, exception=place.exception)

    def _line(self, line: str, place: _Place) -> None:
        account = self._account
        if not line:
            account.blank += 1
        elif line.lower().startswith("#noconvert"):
            account.directives += 1
        elif line.lower().startswith("#time:"):
            self._skip(Skip.TIME_LIMIT, place, line)
        elif line.startswith("#"):
            account.comments += 1
        else:
            self._take(line, place)

    def _take(self, line: str, place: _Place) -> None:
        phrase = _phrase(line, place)
        if isinstance(phrase, Skip):
            self._skip(phrase, place, line)
            return
        key = (phrase.category, phrase.weight > 0, frozenset(map(_ends, phrase.texts)))
        if key in self._seen:
            self._account.duplicate += 1
            return
        self._seen.add(key)
        self._account.accepted += 1
        self.phrases.append(phrase)

    def _skip(self, reason: Skip, place: _Place, text: str) -> None:
        self._account.skip(reason, place.path, place.number, text)


def _phrase(line: str, place: _Place) -> Phrase | Skip:
    if not line.startswith("<"):
        return Skip.NOT_A_PHRASE
    found = _LINE.fullmatch(line)
    if not found:
        return Skip.MALFORMED
    texts = tuple(dict.fromkeys(_text(text) for text in _TEXT.findall(found["texts"])))
    if any(len(text) > LONGEST_TEXT for text in texts) or len(texts) > MOST_TEXTS:
        return Skip.TOO_LONG
    if not all(map(pattern, texts)):
        return Skip.NO_WORDS
    if any(map(_is_disguise, texts)):
        return Skip.DISGUISE
    weight = _weight(found["weight"], place)
    if not weight:
        return Skip.NO_WEIGHT
    if weight > 0 and place.category == EVERY:
        return Skip.FOR_EVERY
    phrase = Phrase(texts, weight, place.category, place.source, loose=True)
    return phrase if usable(phrase) else Skip.TOO_GENERAL


def _text(written: str) -> str:
    """In small letters, escapes written out; blanks at its ends stay, they mean something."""
    return _ESCAPE.sub(lambda run: unquote_to_bytes(run[0]).decode("ascii"), written).lower()


def _is_disguise(text: str) -> bool:
    """Whether a text is sought in pages as a shorter one: its weight is not that of that word."""
    return text.isascii() and len(normal(text)) < len(text)


def _weight(written: str | None, place: _Place) -> float:
    if written is None:
        return EXCEPTION if place.exception else BANNED
    return min(max(float(written), EXCEPTION), BANNED)


def _ends(text: str) -> tuple[bytes, bool, bool]:
    """What makes two texts the same."""
    return pattern(text), text[:1].isspace(), text[-1:].isspace()

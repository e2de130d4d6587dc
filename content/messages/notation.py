"""Sayings as people write them down -> regular expressions over spoken words.

    gửi <you> .. (ảnh|tấm hình) nhé?

Words; `(a|b c)` one of these; `<you>` one of a set's; `word?`, `(a|b)?` may be missing; `..` up to
four other words of the same sentence; `<number>` one, `500k` too. Expressions are for re2: their
cost is linear whatever the message. They run over the text that `spoken` gives: one blank between
words and around the whole, a lone `.` where a sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kidgate.content.vietnamese.views import folded, normal

GAP = r"(?:[^ .]+ ){0,4}"
NUMBERS = "number"  # the set that nobody writes down
NUMBER = "[0-9][^ .]*"  # in small letters: an expression is folded like a text
ANY_NUMBER = "zqxso"  # stands for a number while words are made even
HIDDEN = "~"  # stands where an innocent saying stood
_TOKEN = re.compile(r"\([^()]*\)\??|<[^<>]*>\??|\.\.|[^\s()<>]+")
_ENDS = re.compile(r"[.!?;:…\n\r]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_NO_WORD = re.compile(r"[^\w.]+|_+")

Sets = Mapping[str, tuple[str, ...]]


def spoken(view: str) -> str:
    """A view (`vietnamese/views.py`) of a message as words: `dont`, `em oi`."""
    text = _ENDS.sub(" . ", _APOSTROPHE.sub("", view))
    words = " ".join(_NO_WORD.sub(" ", text).split())
    return f" {words} " if words else " "


class Element(NamedTuple):
    """One of these texts; none of them: the gap."""

    texts: tuple[str, ...]
    optional: bool = False


class Lexicon:
    """What the parts of one language's sayings may be; `sets` are what sayings name as `<key>`.
    Each part is worked out once, however many sayings name it."""

    def __init__(self, sets: Sets) -> None:
        self._sets = sets
        self._known: dict[str, tuple[str, ...]] = {}

    def elements(self, saying: str) -> tuple[Element, ...]:
        """A saying taken apart; () when nothing is left where something must be."""
        found: list[Element] = []
        for token in _TOKEN.findall(saying):
            if token == "..":
                found.append(Element((), optional=True))
                continue
            texts, optional = self.texts(token.removesuffix("?")), token.endswith("?")
            if texts:
                found.append(Element(texts, optional))
            elif not optional:
                return ()
        return tuple(found)

    def texts(self, part: str) -> tuple[str, ...]:
        """What a word, `(a|b)` or `<set>` may be."""
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = tuple(dict.fromkeys(self._worked_out(part)))
        return known

    def _worked_out(self, part: str) -> Iterator[str]:
        either = part[1:-1].split("|") if part.startswith("(") else [part]
        return (_words(text) for one in either for text in self._written_out(one))

    def _written_out(self, text: str) -> list[str]:
        """A text with each alternative of the sets that it names; a set may name sets itself."""
        before, bracket, rest = text.partition("<")
        if not bracket:
            return [text]
        name, _, after = rest.partition(">")
        named = (ANY_NUMBER,) if name == NUMBERS else self._sets[name]
        inner = [one for alternative in named for one in self._written_out(alternative)]
        return [before + one + end for one in inner for end in self._written_out(after)]


class Folded(Lexicon):
    """The same as people write it who type no marks. `never`: texts that are other, everyday words
    then; alternatives that hold one are left out."""

    def __init__(self, lexicon: Lexicon, never: Iterable[str] = ()) -> None:
        super().__init__({})
        self._whole = lexicon
        self._never = [f" {_words(text)} " for text in never]

    def _worked_out(self, part: str) -> Iterator[str]:
        for text in self._whole.texts(part):
            padded = f" {text} "
            if not any(never in padded for never in self._never):
                yield folded(text)


def expression(found: Iterable[Element]) -> str:
    """The regular expression, with the blank before the saying and the one after it."""
    parts = []
    for element in found:
        if not element.texts:
            parts.append(GAP)
        else:
            part = _either(element.texts)
            parts.append(f"(?:{part} )?" if element.optional else f"{part} ")
    return " " + "".join(parts)


def _either(texts: tuple[str, ...]) -> str:
    escaped = [_escaped(text) for text in texts]
    return escaped[0] if len(escaped) == 1 else "(?:" + "|".join(escaped) + ")"


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\ ", " ").replace(ANY_NUMBER, NUMBER)


def _words(text: str) -> str:
    return spoken(normal(text)).strip()

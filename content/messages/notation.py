"""Sayings as people write them down -> regular expressions over spoken words.

    gửi <you> .. (ảnh|tấm hình) nhé?

Words; `(a|b c)` one of these; `<you>` one of a set's; `word?`, `(a|b)?` may be missing; `..` up to
four other words of the same sentence; `<number>` one, `500k` too. Expressions are for re2: their
cost is linear whatever the message. They run over the text that `spoken` gives: one blank between
words and around the whole, a lone `.` where a sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from kidgate.content.vietnamese.views import normal

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


def elements(saying: str, sets: Sets, without: Collection[str] = ()) -> tuple[Element, ...]:
    """A saying taken apart.

    `without`: alternatives that hold one of these texts are left out; () when none is left where
    one must be.
    """
    found: list[Element] = []
    for token in _TOKEN.findall(saying):
        if token == "..":
            found.append(Element((), optional=True))
            continue
        bare, optional = token.removesuffix("?"), token.endswith("?")
        texts = tuple(t for t in _alternatives(bare, sets) if not _holds(t, without))
        if texts:
            found.append(Element(tuple(dict.fromkeys(texts)), optional))
        elif not optional:
            return ()
    return tuple(found)


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


def _holds(text: str, others: Collection[str]) -> bool:
    return any(f" {_words(other)} " in f" {text} " for other in others)


def _alternatives(token: str, sets: Sets) -> tuple[str, ...]:
    texts = token[1:-1].split("|") if token.startswith("(") else [token]
    return tuple(_words(text) for written in texts for text in _written_out(written, sets))


def _written_out(text: str, sets: Sets) -> list[str]:
    """A text with each alternative of the set that it names, where it names one."""
    before, bracket, rest = text.partition("<")
    name, _, after = rest.partition(">")
    if name == NUMBERS:
        return [before + ANY_NUMBER + after]
    return [before + one + after for one in sets[name]] if bracket else [text]


def _either(texts: tuple[str, ...]) -> str:
    escaped = [_escaped(text) for text in texts]
    return escaped[0] if len(escaped) == 1 else "(?:" + "|".join(escaped) + ")"


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\ ", " ").replace(ANY_NUMBER, NUMBER)


@cache
def _words(text: str) -> str:
    return spoken(normal(text)).strip()

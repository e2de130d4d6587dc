"""Phrases as tables for the automaton: what is sought, and which phrases it belongs to."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kidgate.content.phrases.words import pattern, patterns
from kidgate.content.vietnamese.views import folded, normal
from kidgate.policies.phrases import Phrase

SHORTEST_LOOSE = 3  # bytes; a shorter one would stand in half of all words


class Term(NamedTuple):
    """One text in one spelling, as it is sought."""

    number: int
    starts_word: bool
    ends_word: bool
    folded: bool  # without marks, and only for texts that write none


_Ends = tuple[bool, bool]
_Spelt = tuple[bytes, bytes]  # with marks, without; the same object where there are none


class Table:
    """What is sought, by pattern, and what each term of it stands for."""

    __slots__ = (
        "_groups",
        "_numbers",
        "anchored",
        "groups",
        "members",
        "patterns",
        "phrases",
        "singles",
    )

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases: list[Phrase] = []
        self.patterns: dict[bytes, list[Term]] = {}
        self.groups = array("H")  # phrase -> the same for all of one category and sign
        self.singles: dict[int, tuple[int, ...]] = {}  # term -> phrases of that one text
        self.members: dict[int, tuple[tuple[int, ...], ...]] = {}  # combination -> terms by text
        self.anchored: dict[int, list[int]] = {}  # term -> combinations to look at then
        self._groups: dict[tuple[str, bool], int] = {}
        self._numbers: dict[tuple[bytes, _Ends, bool], int] = {}
        for phrase, spellings in _spelt(_distinct(phrases)):
            ends = [_ends(phrase, text) for text in phrase.texts]
            if _can_be_sought(ends, spellings):
                self._add(phrase, ends, spellings)
        self._numbers.clear()

    def _add(self, phrase: Phrase, ends: list[_Ends], spellings: list[_Spelt]) -> None:
        number = len(self.phrases)
        self.phrases.append(phrase)
        group = (phrase.category, phrase.weight > 0)
        self.groups.append(self._groups.setdefault(group, len(self._groups)))
        members = tuple(self._terms(phrase, *one) for one in zip(ends, spellings, strict=True))
        if len(members) == 1:
            for term in members[0]:
                self.singles[term] = (*self.singles.get(term, ()), number)
            return
        # The longest text is the rarest: the others are asked for only where it was found.
        longest = max(range(len(members)), key=lambda at: len(spellings[at][0]))
        self.members[number] = members
        for term in members[longest]:
            self.anchored.setdefault(term, []).append(number)

    def _terms(self, phrase: Phrase, ends: _Ends, spelt: _Spelt) -> tuple[int, ...]:
        """The terms that one text of a phrase is found by."""
        sought, plain = spelt
        written = self._term(sought, ends, without_marks=False)
        if plain is sought or not _folds(phrase, plain):
            return (written,)
        return written, self._term(plain, ends, without_marks=True)

    def _term(self, sought: bytes, ends: _Ends, *, without_marks: bool) -> int:
        key = (sought, ends, without_marks)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers)
            self.patterns.setdefault(sought, []).append(Term(number, *ends, without_marks))
        return number


def _folds(phrase: Phrase, plain: bytes) -> bool:
    """Whether a text without marks still means the phrase."""
    return not phrase.never_folded and (phrase.safe_folded or b" " in plain)


def usable(phrase: Phrase) -> bool:
    """Whether every text of a phrase can be sought: words are left of it, and a loose one is long
    enough not to stand in half of all words."""
    ends = [_ends(phrase, text) for text in phrase.texts]
    return _can_be_sought(ends, [(pattern(normal(text)), b"") for text in phrase.texts])


def _can_be_sought(ends: list[_Ends], spellings: list[_Spelt]) -> bool:
    for (starts_word, ends_word), (sought, _) in zip(ends, spellings, strict=True):
        if len(sought) < (1 if starts_word and ends_word else SHORTEST_LOOSE):
            return False
    return bool(ends)


def _ends(phrase: Phrase, text: str) -> _Ends:
    """Whether a text must begin and end a word."""
    if not phrase.loose:
        return True, True
    return text[:1].isspace(), text[-1:].isspace()


def _distinct(phrases: Iterable[Phrase]) -> list[Phrase]:
    kept: dict[tuple[object, ...], Phrase] = {}
    for phrase in phrases:
        texts = phrase.texts if len(phrase.texts) == 1 else frozenset(phrase.texts)
        key = (texts, phrase.category, phrase.loose, phrase.weight > 0)
        old = kept.setdefault(key, phrase)
        if abs(phrase.weight) > abs(old.weight):
            kept[key] = phrase
    return list(kept.values())


def _spelt(phrases: list[Phrase]) -> Iterator[tuple[Phrase, list[_Spelt]]]:
    """Each phrase with the spellings of its texts. Spelt in one go, each on a line of its own: one
    by one it takes far longer."""
    lines = [" ".join(text.split()) for phrase in phrases for text in phrase.texts]
    written = patterns(normal(_listed(lines)))
    marked = [line for line, sought in zip(lines, written, strict=True) if not sought.isascii()]
    plain = iter(patterns(folded(_listed(marked))))
    both = ((sought, sought if sought.isascii() else next(plain)) for sought in written)
    for phrase in phrases:
        yield phrase, [next(both) for _ in phrase.texts]


def _listed(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)

"""Every phrase in one Aho-Corasick automaton: one pass over a text finds them all.

What is sought are terms: a text of a phrase in one spelling. A term belongs to any number of
phrases, and to combinations, which are complete when each of their texts was found. Which finds a
page's score is made of is `score.py`. The automaton is built when a process starts (0.1 s for
13,000 phrases) and never changes; a changed list means a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from ahocorasick_rs import BytesAhoCorasick

from kidgate.content.phrases.terms import Table
from kidgate.content.phrases.words import LAST_BLANK
from kidgate.policies.phrases import Phrase

REPEATS = 6  # hits of a pattern that are told: more say nothing new, and a hostile page has many
PIECE = 1 << 16  # bytes searched in one go


class Spelling(Enum):
    """How the text that is searched is written."""

    WRITTEN = "with its marks"
    FOLDED = "without marks"
    BOTH = "without marks, as it was written"


Hit = tuple[int, int, int]
"""A term that was found, and from where to where in the searched bytes."""


class Automaton:
    """The phrases, ready to be sought."""

    __slots__ = (
        "_anchored",
        "_ends",
        "_longest",
        "_members",
        "_search",
        "_starts",
        "_terms",
        "groups",
        "phrases",
        "singles",
    )

    def __init__(self, table: Table) -> None:
        """Use `build`."""
        self.phrases = tuple(table.phrases)
        self.singles: Mapping[int, Sequence[int]] = table.singles  # term -> phrases of one text
        self.groups: Sequence[int] = table.groups  # phrase -> the same for one category and sign
        self._anchored, self._members = table.anchored, table.members
        self._search = BytesAhoCorasick(list(table.patterns))
        self._longest = max(map(len, table.patterns), default=0)
        self._terms = [tuple(terms) for terms in table.patterns.values()]
        self._starts = bytearray(all(term.starts_word for term in terms) for terms in self._terms)
        self._ends = bytearray(all(term.ends_word for term in terms) for terms in self._terms)

    @classmethod
    def build(cls, phrases: Iterable[Phrase]) -> Automaton:
        """Of equal phrases of one category the weightiest stays; those of which nothing can be
        sought (`terms.usable`) are left out."""
        return cls(Table(phrases))

    def hits(self, data: bytes, spelling: Spelling) -> list[Hit]:
        """What is found in searchable bytes, ordered by where it ends; each term a few times."""
        starts, ends, told = self._starts, self._ends, bytearray(len(self._starts))
        unmeant = {Spelling.WRITTEN: True, Spelling.FOLDED: False}.get(spelling)
        found: list[Hit] = []
        for number, start, end in self._matches(data):
            if told[number] >= REPEATS:
                continue
            starts_word, ends_word = data[start - 1] <= LAST_BLANK, data[end] <= LAST_BLANK
            if starts_word < starts[number] or ends_word < ends[number]:
                continue  # most of what is found: `ass` in `class`
            told[number] += 1
            for term, must_start, must_end, folded in self._terms[number]:
                if starts_word >= must_start and ends_word >= must_end and folded is not unmeant:
                    found.append((term, start, end))
        return found

    def _matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Every pattern wherever it stands, piece by piece: a hostile page has one at each byte."""
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE + self._longest]
            for number, start, end in self._search.find_matches_as_indexes(piece, overlapping=True):
                if start < PIECE:  # else it stands in the next piece too
                    yield number, at + start, at + end

    def complete(self, terms: Collection[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """The combinations of which each text is among the terms that were found, with those."""
        anchored = self._anchored
        for number in {number for term in terms for number in anchored.get(term, ())}:
            found = [next((t for t in texts if t in terms), -1) for texts in self._members[number]]
            if -1 not in found:
                yield number, found

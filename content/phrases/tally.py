"""Hits of a page, gathered by phrase: in which kinds of part each was found.

What they are worth is `score.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kidgate.content.phrases.automaton import Automaton, Hit
from kidgate.content.text.page import Kind

Places = Sequence[Kind]
"""Where a phrase was found, the weightiest kind first."""


class Tally:
    """The phrases found so far."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._places: dict[int, list[Kind]] = {}  # of phrases of one text
        self._best: dict[int, Kind] = {}  # term -> its weightiest place

    def add(self, hits: Iterable[Hit], kind: Kind) -> None:
        """Take the hits of one text; those of weightier kinds come first.

        A phrase that lies within a longer one of its category says nothing more than that one:
        `online casino` is no `casino` besides.
        """
        best, singles, group_of = self._best, self._automaton.singles, self._automaton.groups
        groups: dict[int, list[tuple[int, int, int]]] = {}
        for term, start, end in hits:
            best.setdefault(term, kind)
            for number in singles.get(term, ()):
                groups.setdefault(group_of[number], []).append((start, -end, number))
        for spans in groups.values():
            for number in _outermost(spans):
                self._places.setdefault(number, []).append(kind)

    def found(self) -> Iterator[tuple[int, Places]]:
        """Each phrase with its places; a combination with one, its weakest text's weightiest."""
        yield from self._places.items()
        order = list(dict.fromkeys(self._best.values()))
        for number, terms in self._automaton.complete(self._best):
            yield number, [max((self._best[term] for term in terms), key=order.index)]


def _outermost(spans: list[tuple[int, int, int]]) -> Iterator[int]:
    reached = -1
    for _, end, number in sorted(spans):
        if -end > reached:
            reached = -end
            yield number

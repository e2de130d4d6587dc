"""From rows that somebody read to the automaton that workers and `kidgate scan` hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.model import EVERY, Phrase


class Row(Protocol):
    """A phrase as `documents` reads it; what the fields mean: `model.Phrase`."""

    @property
    def texts(self) -> tuple[str, ...]: ...
    @property
    def weight(self) -> float: ...
    @property
    def category(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def safe_folded(self) -> bool: ...
    @property
    def loose(self) -> bool: ...
    @property
    def never_folded(self) -> bool: ...


def analyser(rows: Iterable[Row], categories: Collection[str] | None = None) -> Automaton:
    """The automaton of all phrases; with `categories`, of those alone and what speaks for all.

    What no tier has a limit for need not be sought: lists of others tell sport and travel too.
    """
    return Automaton.build(
        Phrase(
            row.texts,
            row.weight,
            row.category,
            row.source,
            row.safe_folded,
            row.loose,
            row.never_folded,
        )
        for row in rows
        if categories is None or row.category in categories or row.category == EVERY
    )

"""From phrases that somebody read to the automaton that workers and `kidgate scan` hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kidgate.content.phrases.automaton import Automaton
from kidgate.policies.phrases import EVERY, Phrase


def analyser(phrases: Iterable[Phrase], categories: Collection[str] | None = None) -> Automaton:
    """The automaton of all phrases; with `categories`, of those alone and what speaks for all.

    What no tier has a limit for need not be sought: lists of others tell sport and travel too.
    """
    return Automaton.build(
        phrase
        for phrase in phrases
        if categories is None or phrase.category in categories or phrase.category == EVERY
    )

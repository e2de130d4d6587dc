"""A phrase, and what comes of reading a page for phrases.

Only the words between the files of this folder and their callers; nothing is found or scored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kidgate.content.text.page import Kind

EVERY = ""
"""The category of context that speaks for a page whatever it is accused of."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that say something about the page they stand on.

    Several `texts` are a combination: each of them must be on the page, anywhere. `weight` is
    1..100 points towards `category`, or below 0 for context (health, news, education) that speaks
    against it. A text is found as whole words; `loose` texts, as e2guardian writes them, inside
    words too, save where they begin or end with a space. `safe_folded`: harmless without
    diacritics even as one syllable; `never_folded`: an everyday word without them. `source` names
    the list, and its line where it is known.
    """

    texts: tuple[str, ...]
    weight: float
    category: str
    source: str
    safe_folded: bool = False
    loose: bool = False
    never_folded: bool = False

    @property
    def shown(self) -> str:
        """As a person reads it in the evidence."""
        return " + ".join(text.strip() for text in self.texts)


class Evidence(NamedTuple):
    """One phrase that was found. `points` is what it added, below 0 for context."""

    phrase: str
    weight: float
    kind: Kind  # where it counted most
    times: int
    points: float
    source: str


@dataclass(frozen=True, slots=True)
class Scored:
    """What a page's text says of it.

    `scores`: category -> 0..100, only what is above 0. `evidence`: its phrases, weightiest first.
    `unread` says in words what was not read and why; "" means that everything was.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    words: int = 0
    unread: str = ""

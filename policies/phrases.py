"""A phrase of a list: a row, like those of a policy.

Lists are read in `kidgate.documents` and `kidgate.content.phrases.e2guardian`, written down for the
workers by the keeper, and sought by `kidgate.content.phrases`: all speak of this one.
"""

from __future__ import annotations

from dataclasses import dataclass

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

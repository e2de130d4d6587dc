"""What a host imitates: the words of the look-alike check. `kidgate.content.lookalike` finds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

FIRST_SEEN = 10.0  # what it adds that nobody in this house has met the site before
THREAT = "impersonation"  # the name of the analysers' threat, and the category of what it stops


class Evidence(NamedTuple):
    """One thing that speaks for or against an imitation, and how much."""

    feature: str
    said: str  # what was found, in ASCII
    weight: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """The brand that a host looks like and is not."""

    brand: str  # key
    title: str  # what people call it
    english: str  # the same in English
    kind: str  # police, bank, shop, ...
    site: str  # where it truly lives: a canonical host
    score: float  # 0 to 100, against `deciders.THREAT_WARNS` and `THREAT_BLOCKS`
    evidence: tuple[Evidence, ...]  # how it is named comes first
    ceiling: float = 100.0  # the most that it may score, whatever is added

    def first_seen(self) -> Likeness:
        """The same on a site that is new to the house."""
        evidence = (*self.evidence, Evidence("first_seen", "", FIRST_SEEN))
        return replace(self, score=min(self.ceiling, self.score + FIRST_SEEN), evidence=evidence)


class Likener(Protocol):
    """Finds what a canonical host imitates. Pure: asked once for each host."""

    def __call__(self, host: str) -> Likeness | None: ...


def unlike(host: str) -> Likeness | None:
    """The likener of a snapshot that was given none."""
    return None


class NewHere(Protocol):
    """Whether a registrable name is new to the house at a moment: nobody met it more than a few
    days before. `kidgate.proxy.first_seen` remembers."""

    def __call__(self, site: str, at: datetime) -> bool: ...


def known_here(site: str, at: datetime) -> bool:
    """Where nobody keeps count."""
    return False

"""What a host imitates: the words of the look-alike check. `kidgate.content.lookalike` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

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


class Likener(Protocol):
    """Finds what a canonical host imitates. Pure: asked once for each host."""

    def __call__(self, host: str) -> Likeness | None: ...


def unlike(host: str) -> Likeness | None:
    """The likener of a snapshot that was given none."""
    return None

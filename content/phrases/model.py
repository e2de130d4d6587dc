"""What comes of reading a page for phrases.

Only the words between the files of this folder and their callers; nothing is found or scored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kidgate.content.text.page import Kind


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

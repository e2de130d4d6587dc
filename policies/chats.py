"""Where people and machines write to a child, and what in their words is a sign: rows.

Data of `tiers/chats.yaml` and `tiers/messages/*.yaml`; what is made of them is
`kidgate.content.messages`. Plain values only, like every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STAGES = (
    "authority",  # somebody one must obey: police, bank, teacher, agent, admin
    "trust",  # flattery, pity, "only I understand you", asking the age
    "secrecy",
    "isolation",  # alone at home, away from parents and friends
    "money",  # a gift, a loan, a game's currency, a transfer, a code
    "picture",  # asks for a photo or a call with the camera; hints at the body
    "move",  # to another app, or to meet
    "threat",
)
# One of these must be among the stages: without them much of it is what a family writes.
CORE = ("secrecy", "isolation", "picture", "threat")
CATEGORIES = ("bullying", "hate", "self_harm", "adult", "scam")  # besides grooming, from stages
FAMILY = "family"
UNEQUAL = "unequal"
LEVELS = ("weak", "plain", "strong")

Levels = Mapping[str, tuple[str, ...]]  # level -> patterns, see `tiers/messages/vi.yaml`


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A service whose talk is read; the fields are told at the head of `tiers/chats.yaml`."""

    key: str
    kind: str = "people"  # people | assistant
    hosts: tuple[str, ...] = ()  # each with its subdomains
    paths: tuple[str, ...] = ()  # beginnings; empty: every path
    keys: tuple[str, ...] = ()  # `delta.content`: where text stands; empty: the usual names
    only: Mapping[str, str] = field(default_factory=dict)
    arrays: bool = False


@dataclass(frozen=True, slots=True)
class SayingsRow:
    """What is said in one language. `sets` are alternatives that patterns name as `<key>`."""

    key: str  # vi | en
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: Mapping[str, Levels] = field(default_factory=dict)
    categories: Mapping[str, Levels] = field(default_factory=dict)
    never_folded: tuple[str, ...] = ()  # other, everyday words where their marks are missing
    family: tuple[str, ...] = ()  # of somebody who hides nothing from the child's parents
    unequal: tuple[str, ...] = ()  # of a grown-up who speaks to a child, and is none of its family
    innocent: tuple[str, ...] = ()  # everyday words that hold a sign and mean nothing by it


@dataclass(frozen=True, slots=True)
class Chats:
    """All of it, as it is shipped."""

    services: tuple[ChatRow, ...] = ()
    sayings: tuple[SayingsRow, ...] = ()

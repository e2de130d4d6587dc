"""A plan: what each line of another filter's configuration becomes, or why it becomes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kidgate.policies.rows import DeviceRow, GroupRow, ProfileRow, RuleRow, TierRow


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands; `line` from 1, or 0 for a file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Feed:
    """A list to add. `own`: its category is one of the house's own, not of `categories.yaml`."""

    name: str
    category: str
    location: str  # URL, or the path of a file or folder
    own: bool = False

    @property
    def remote(self) -> bool:
        return "://" in self.location


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A line of a list that is made here, of what no rule can say: patterns."""

    feed: str
    category: str
    text: str
    file: str = "patterns.txt"  # by its name some lists are told from others


@dataclass(frozen=True, slots=True)
class ToDo:
    """A command that only a person can run, for it needs what is not in the configuration."""

    command: str


type Row = TierRow | GroupRow | ProfileRow | DeviceRow | RuleRow
type Made = Row | Feed | FeedLine | ToDo


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a line becomes; `note` says more, or why nothing has to be done for it."""

    place: Place
    text: str
    made: tuple[Made, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unmapped:
    place: Place
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything, in the order of the configuration."""

    source: str  # pihole | adguardhome | e2guardian | squidguard
    steps: tuple[Mapped | Unmapped, ...]

    @property
    def mapped(self) -> list[Mapped]:
        return [step for step in self.steps if isinstance(step, Mapped)]

    @property
    def unmapped(self) -> list[Unmapped]:
        return [step for step in self.steps if isinstance(step, Unmapped)]

    def made[M: (TierRow, GroupRow, ProfileRow, DeviceRow, RuleRow, Feed, FeedLine, ToDo)](
        self, kind: type[M]
    ) -> list[M]:
        """What is made of one kind, each once."""
        found = (made for step in self.mapped for made in step.made if isinstance(made, kind))
        return list(_once(found))


def _once[M: (TierRow, GroupRow, ProfileRow, DeviceRow, RuleRow, Feed, FeedLine, ToDo)](
    found: Iterator[M],
) -> Iterator[M]:
    """Tiers hold mappings, so that not all rows can be hashed."""
    seen: set[str] = set()
    for made in found:
        key = repr(made)
        if key not in seen:
            seen.add(key)
            yield made


@dataclass(slots=True)
class Draft:
    """A plan while it is made."""

    source: str
    steps: list[Mapped | Unmapped] = field(default_factory=list)

    def maps(self, place: Place, text: str, *made: Made, note: str = "") -> None:
        self.steps.append(Mapped(place, text, made, note))

    def leaves(self, place: Place, text: str, why: str) -> None:
        self.steps.append(Unmapped(place, text, why))

    def plan(self) -> Plan:
        return Plan(self.source, tuple(self.steps))

"""Under which conditions a rule holds, besides what it matches.

Resource and initiator are what the client says (Sec-Fetch-Dest, Origin, Referer); old browsers,
apps and a name look-up say nothing, and a client may lie. What is not known decides against the
rule, for to stop a site by mistake is worse than to miss a tracker:

    a list of types        does not hold for an unknown type
    types with `~`         hold for an unknown type: it can be any of all the others
    `domain=`, `~` too     do not hold for an unknown initiator
    `third-party`, `~` too do not hold for an unknown initiator

The page that a child opens itself has itself as its initiator, whichever link led there, as in
every browser's blocker: `third-party` is about what a page loads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kidgate.lists.rules.resources import names_of

FIRST_PARTY, THIRD_PARTY = "1p", "3p"


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of them must hold. Types are bits of `resources`; names are canonical and sorted."""

    important: bool = False  # no exception lifts it, unless that is important too
    match_case: bool = False
    every_type: bool = False  # `$all`: documents too, where the pattern alone would not mean them
    only: int = 0  # types it holds for; 0: see `never`
    never: int = 0  # types it does not hold for
    party: str = ""  # 1p | 3p
    initiators: tuple[str, ...] = ()  # `name`, or `name.*` under any public suffix
    not_initiators: tuple[str, ...] = ()
    not_hosts: tuple[str, ...] = ()  # `denyallow`: visited hosts it does not hold for

    def __str__(self) -> str:
        """The modifiers as a list would write them, in one order."""
        return ",".join(self._words())

    def _words(self) -> Iterator[str]:
        if self.party:
            yield self.party
        if self.every_type:
            yield "all"
        if self.not_hosts:
            yield "denyallow=" + "|".join(self.not_hosts)
        if self.initiators or self.not_initiators:
            excluded = [f"~{name}" for name in self.not_initiators]
            yield "domain=" + "|".join([*self.initiators, *excluded])
        if self.important:
            yield "important"
        if self.match_case:
            yield "match-case"
        yield from names_of(self.only)
        yield from (f"~{name}" for name in names_of(self.never))

    @property
    def ask_the_client(self) -> bool:
        """Whether they depend on what only the client can say."""
        return bool(self.only or self.never or self.party or self.initiators or self.not_initiators)


ALWAYS = Conditions()


def covers_initiator(
    included: Collection[str], excluded: Collection[str], names: Sequence[str]
) -> bool:
    """Whether `domain=` holds for an initiator, given as its names, most specific first.

    The most specific name listed decides. None listed: whether only exclusions are listed.
    """
    for name in names:
        if name in excluded:
            return False
        if name in included:
            return True
    return bool(names) and not included

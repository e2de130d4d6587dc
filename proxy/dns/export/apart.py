"""Names that stand apart: those of rules, services, help lines, search engines, and whatever lists
say below them. Each is written out for each tier as `decide` says, before all lists.

All other names depend on their categories alone; see `listed.py`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from kidgate.lists.index import CategoryIndex
from kidgate.policies.model import Action, Hit
from kidgate.policies.names import is_address, parents
from kidgate.policies.rows import TierRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.dns.export.audience import BLOCK, OPEN, Audience

Kind = tuple[tuple[str, bool], ...]
PROBE = "kidgate-asks-what-holds-below"  # no list and no rule names it


class Answered(NamedTuple):
    """A name, and what each tier is answered for it and for every name below it that is not
    answered by itself."""

    name: str
    here: tuple[str, ...]
    below: tuple[str, ...]


def roots(snapshot: PolicySnapshot, never_block: Iterable[str]) -> set[str]:
    """The hosts that something besides lists says something of."""
    found: set[str] = set(never_block)
    for table in snapshot.rules.values():
        found.update(table.places)
    services = snapshot.services
    found.update(services.by_host, services.by_url, services.apart)
    found.update(snapshot.safe_harbour, snapshot.safe_search.by_host, snapshot.front_ends.by_host)
    found.update(_safe_names(snapshot), snapshot.safe_search.fronts())
    found.update(snapshot.shared_hosting)
    return {name for name in found if not is_address(name) and "." in name}


def is_apart(host: str, found: set[str]) -> bool:
    """Whether a host is one of these names or lies below one."""
    return not found.isdisjoint(parents(host))


class Apart:
    """Answers for names that stand apart. Asks `decide` once for each root and kind of list hits:
    nothing else tells the names below a root apart."""

    def __init__(self, audience: Audience, index: CategoryIndex, found: set[str]) -> None:
        self._audience, self._index, self._found = audience, index, found
        self._known: dict[tuple[str, Kind], tuple[str, ...]] = {}

    def answered(self, listed: Iterable[str]) -> list[Answered]:
        """Every name in one order, those above before those below."""
        every = without_gaps({*self._found, *listed}, self._found)
        return [self._answered(name) for name in sorted(every, key=from_the_end)]

    def _answered(self, name: str) -> Answered:
        carriers = _carried(self._audience.snapshot, name)
        below = self._answers(f"{PROBE}.{name}")
        if carriers:  # its guests' names are in its own: without the page none can be judged
            below = tuple(
                BLOCK if _stops(row, carriers) else answer
                for row, answer in zip(self._audience.tiers, below, strict=True)
            )
        return Answered(name, _settled(name, self._answers(name)), below)

    def _answers(self, host: str) -> tuple[str, ...]:
        if host in self._found:
            return self._audience.answers(host)
        root = next(name for name in parents(host) if name in self._found)
        key = (root, kind_of(self._audience.snapshot, host, self._index.find(host)))
        if key not in self._known:
            self._known[key] = self._audience.answers(host)
        return self._known[key]


def of_tier(every: Iterable[Answered], number: int) -> Iterator[tuple[str, str, str]]:
    """The names one tier's zone needs, each with the answers for it and for those below."""
    found = {one.name: (one.here[number], one.below[number]) for one in every}
    needed, tops = set(), set()
    for name, said in found.items():
        above = next((one for one in parents(name)[1:] if one in found), "")
        if not above:
            tops.add(name)
        elif said != (found[above][1],) * 2:
            needed.add(name)
    for name in sorted(without_gaps(needed | tops, tops)):
        yield name, *found[name]


def kind_of(snapshot: PolicySnapshot, host: str, hits: Iterable[Hit]) -> Kind:
    """What `decide` sees of a host's hits: their categories, and whether an entry vouches."""
    shared = snapshot.site(host).shared_host
    return tuple((hit.category, vouches(snapshot, shared, hit.entry, host)) for hit in hits)


def vouches(snapshot: PolicySnapshot, shared: str, entry: str, host: str) -> bool:
    """As `Case.vouches`, of a host on some shared hosting, or on none."""
    if entry == host:
        return True
    below = not shared or entry.endswith(f".{shared}")
    return below and host.endswith(f".{entry}") and not snapshot.suffixes.is_suffix(entry)


def from_the_end(name: str) -> list[str]:
    return name.split(".")[::-1]


def _settled(name: str, answers: tuple[str, ...]) -> tuple[str, ...]:
    """An alias of itself would be a circle."""
    return tuple(OPEN if answer == name else answer for answer in answers)


def without_gaps(names: Iterable[str], tops: Container[str]) -> set[str]:
    """With the names between each and the highest of `tops` above it: where a name exists only
    because others lie below it, a zone's wildcards no longer hold (RFC 4592 2.2.2)."""
    every: set[str] = set()
    for name in names:
        above = parents(name)
        last = max(at for at, parent in enumerate(above) if parent in tops)
        every.update(above[: last + 1])
    return every


def _safe_names(snapshot: PolicySnapshot) -> Iterator[str]:
    for engines in snapshot.safe_search.by_host.values():
        for engine in engines:
            yield from (str(name) for name in (engine.get("dns") or {}).values() if name)


def _carried(snapshot: PolicySnapshot, name: str) -> list[str]:
    """The categories of the front ends at or above a name that carry a page's host in their own."""
    return [
        str(entry["category"])
        for parent in parents(name)
        for entry in snapshot.front_ends.by_host.get(parent, ())
        if any(way.get("from") == "label" for way in entry["inner"])
    ]


def _stops(row: TierRow, categories: Iterable[str]) -> bool:
    return any(row.ways_around.get(key) in (Action.BLOCK, Action.ASK) for key in categories)

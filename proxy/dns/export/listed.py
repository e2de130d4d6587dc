"""Names of the lists, streamed: which tiers are stopped at each, by its categories alone.

A name is written once, in the zone of the tiers it is closed to, however many lists name it.
Nothing is held but what `apart.py` takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kidgate.lists.entries import Mode
from kidgate.lists.index import CategoryIndex
from kidgate.lists.names_file import NamesFile
from kidgate.policies.model import Hit
from kidgate.policies.names import is_address
from kidgate.proxy.dns.export.apart import PROBE, Kind, is_apart, vouches
from kidgate.proxy.dns.export.audience import Audience, mask_of
from kidgate.proxy.dns.export.limits import LeftOut

_NAMES = (Mode.TREE.encode(), Mode.EXACT.encode(), Mode.IMPORTANT.encode())
_EXCEPT = Mode.EXCEPT.encode()
_OTHERS = {
    Mode.URL.encode(): "list entries with a path",
    Mode.RULE.encode(): "list entries that are patterns",
    Mode.NETWORK.encode(): "list entries that are address ranges",
}
NO_HOST = "nothing-names-this-host.example"


class Closed(NamedTuple):
    """An owner name (`*.` before it: the names below) and the tiers, as bits."""

    owner: str
    stopped: int  # where they are stopped
    opened: int  # where they pass, though no unknown name does


def exempted(index: CategoryIndex, feeds: Path) -> set[str]:
    """The names that a list exempts from itself: what lies below is no longer all alike."""
    return {
        key.decode()
        for feed in index.feeds
        for key, mode in _records(feeds, feed.name)
        if mode == _EXCEPT
    }


class Lists:
    """One walk over all lists. `apart` has, afterwards, the names left to `apart.py`."""

    def __init__(
        self, audience: Audience, index: CategoryIndex, feeds: Path, roots: set[str]
    ) -> None:
        self._audience, self._index, self._feeds, self._roots = audience, index, feeds, roots
        self._masks: dict[Kind, int] = {}
        self.unknown = mask_of(audience.answers(NO_HOST))  # the tiers of chosen sites alone
        self.apart: set[str] = set()

    def walk(self, left_out: LeftOut) -> Iterator[Closed]:
        for feed in self._index.feeds:
            for key, mode in _records(self._feeds, feed.name):
                if mode not in _NAMES:
                    if mode in _OTHERS:
                        left_out.add(_OTHERS[mode])
                    continue
                name = key.decode()
                if is_address(name):
                    left_out.add("list entries that are addresses")
                elif is_apart(name, self._roots):
                    self.apart.add(name)
                else:
                    yield from self._closed(name, feed.name)

    def _closed(self, name: str, feed: str) -> Iterator[Closed]:
        hits = self._index.find(name)
        first = next((hit.feed for hit in hits if hit.entry == name), "")
        if first != feed:
            return  # said already, or no longer in force
        above = f"{PROBE}.{name.partition('.')[2]}"
        inherited = self._index.find(above)
        before = self._mask(above, inherited)
        known = before if inherited else None
        yield from self._written(name, self._mask(name, hits), known)
        below = f"{PROBE}.{name}"
        yield from self._written(f"*.{name}", self._mask(below, self._index.find(below)), known)

    def _written(self, owner: str, mask: int, above: int | None) -> Iterator[Closed]:
        """Nothing where a name above, or the tiers' default, says the same."""
        if mask == (self.unknown if above is None else above):
            return
        opened = self.unknown & ~mask
        stopped = mask if above is not None or mask & ~self.unknown else 0
        yield Closed(owner, stopped, opened)

    def _mask(self, host: str, hits: tuple[Hit, ...]) -> int:
        """Of a host that stands not apart; asked of `decide` once for each kind of hits."""
        if not hits:
            return self.unknown
        snapshot = self._audience.snapshot
        kind = tuple([(h.category, vouches(snapshot, "", h.entry, host)) for h in hits])
        mask = self._masks.get(kind)
        if mask is None:
            mask = self._masks[kind] = mask_of(self._audience.answers(host))
        return mask


def _records(feeds: Path, name: str) -> Iterator[tuple[bytes, bytes]]:
    """Key and mode of each entry. Raises NamesFault."""
    with NamesFile(feeds / f"{name}.names") as file:
        for raw in file.raw():
            key, mode, _ = raw.split(b"\t")
            yield key, mode

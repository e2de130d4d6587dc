"""What feeds say beyond names and URLs: rules with conditions, and address ranges.

Asked only of an index that has some. How a rule matches is `rules/table.py`'s; here is what wins
within one feed: what is important, then an exception, then any hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

from kidgate.lists.ranges import Ranges
from kidgate.lists.sections import Feed, Sections
from kidgate.lists.table import Listed
from kidgate.policies.destinations import ends_of
from kidgate.policies.model import Asked, Hit
from kidgate.policies.names import is_address

CACHED_ADDRESSES = 10_000


class RuleHits(Protocol):
    """Rules that hold for a request, as (feed number, text); feeds of an important one."""

    @property
    def blocked(self) -> tuple[tuple[int, str], ...]: ...
    @property
    def excepted(self) -> tuple[tuple[int, str], ...]: ...
    @property
    def important(self) -> frozenset[int]: ...


class Rules(Protocol):
    """`rules.table.RuleTable`."""

    def find(self, host: str, target: str, asked: Asked) -> RuleHits: ...
    def may_depend_on_url(self, host: str) -> bool: ...
    def __len__(self) -> int: ...


class Conditions:
    """The rules and ranges of an index; `rules` is None where it has none."""

    def __init__(
        self,
        sections: Sections,
        rules: Rules | None,
        in_order: Callable[[Iterable[Hit]], tuple[Hit, ...]],
    ) -> None:
        self._feeds, self._in_order, self.rules = sections.feeds, in_order, rules
        ranges = Ranges(sections.networks)
        self._in_ranges = lru_cache(CACHED_ADDRESSES)(_AddressHits(ranges, sections).hits)
        self._has_ranges = len(ranges) > 0

    def applied(
        self, hits: tuple[Hit, ...], listed: Listed, host: str, target: str, asked: Asked
    ) -> tuple[Hit, ...]:
        """The hits of names and URLs with what rules and ranges add and lift."""
        ranges = self._ranges(host, asked) if self._has_ranges else ()
        found = self.rules.find(host, target, asked) if self.rules is not None else None
        if not ranges and (found is None or not (found.blocked or found.excepted)):
            return hits
        _, _, exempt, important = listed
        by_feed = {hit.feed: hit for hit in hits}
        if found is not None:
            excepted = {self._feeds[number].name for number, _ in found.excepted}
            for name in excepted:
                by_feed.pop(name, None)
            by_feed |= {hit.feed: hit for hit in important if hit.feed not in by_feed}
            exempt |= excepted
            for number, text in found.blocked:
                name, category = self._feeds[number]
                if number in found.important or name not in exempt:
                    by_feed.setdefault(name, Hit(category, name, text))
        for hit in ranges:
            if hit.feed not in exempt:
                by_feed.setdefault(hit.feed, hit)
        return self._in_order(by_feed.values())

    def _ranges(self, host: str, asked: Asked) -> tuple[Hit, ...]:
        addresses = asked.addresses
        if is_address(host):
            addresses = (host, *addresses)
        if len(addresses) == 1:
            return self._in_ranges(addresses[0])
        return tuple(hit for address in addresses for hit in self._in_ranges(address))


class _AddressHits:
    """Hits of one address, the narrowest range of each feed."""

    def __init__(self, ranges: Ranges, sections: Sections) -> None:
        self._ranges, self._label_set = ranges, sections.label_set

    def hits(self, address: str) -> tuple[Hit, ...]:
        found: dict[Feed, Hit] = {}
        for end in ends_of(address):
            for text, number in self._ranges.around(end):
                for feed in self._label_set(number).here.feeds:
                    found.setdefault(feed, Hit(feed.category, feed.name, text))
        return tuple(found.values())

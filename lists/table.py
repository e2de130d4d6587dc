"""The search for a host and its parents in the table of hashes: what lists name it.

The inner loop of every decision. Exceptions of rules, ranges and what a URL adds are `index.py`'s
and `conditions.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable

from xxhash import xxh3_64_intdigest

from kidgate.lists import layout
from kidgate.lists.sections import NO_LABELS, Feed, LabelSet, Sections
from kidgate.lists.texts import Texts
from kidgate.lists.url_keys import url_keys
from kidgate.policies.model import Hit
from kidgate.policies.names import is_address

UrlHost = tuple[str, tuple[Feed, ...]]  # a host and the feeds that have URL entries of it

Listed = tuple[tuple[Hit, ...], tuple[UrlHost, ...], frozenset[str], tuple[Hit, ...]]
"""What is listed for a host: its hits; the hosts that URL entries are kept under; the feeds that
exempt it at any level; the hits that nothing lifts. A bare tuple: a named one costs as much as a
look-up."""

_NOBODY: frozenset[str] = frozenset()
UNLISTED: Listed = ((), (), _NOBODY, ())
_new = tuple.__new__  # of a Hit: a third of what its constructor costs
_NINE = ord("9")


class Table:
    """The search in checked sections."""

    def __init__(self, sections: Sections, texts: Texts) -> None:
        self._label_set = sections.label_set
        # (set, whether of a host below) -> (category, feed) of those that say no more than that
        self._plain: dict[int, tuple[tuple[str, str], ...]] = {}
        self._slots, self._ids = sections.slots, sections.ids
        self._capacity = sections.capacity
        self._order = {feed.name: number for number, feed in enumerate(sections.feeds)}
        self._confirmed = texts.confirmed

    def host(self, host: str) -> Listed:
        """Look up a host and each name above it (`names.parents`, taken apart here for speed).

        The last label of several is left out: a top-level domain is never an entry.
        """
        if not host.isascii():  # not canonical: nothing is listed under it
            return UNLISTED
        slots, capacity, confirmed = self._slots, self._capacity, self._confirmed
        first, more = -1, None
        key = part = host.encode()
        start, dot = 0, key.find(b".")
        while True:
            digest = xxh3_64_intdigest(part)
            at = ((digest >> 40) * capacity) >> 24  # `layout.home`; a call would double the time
            slot = slots[at]
            while slot < digest:
                at += 1
                slot = slots[at]
            if slot == digest and (at := confirmed(at, part)) >= 0:
                if first < 0:
                    first, first_start = at, start
                else:
                    more = more or [(first_start, first)]
                    more.append((start, at))
            start = dot + 1
            dot = key.find(b".", start)
            if dot < 0:
                break
            part = key[start:]
        if first < 0:
            return UNLISTED
        # An address has dots and no parents: `0.2.1` is none of `192.0.2.1`.
        if more is None and (first_start == 0 or key[-1] > _NINE):
            return self._single(host, first_start, self._ids[first])
        return self._several(host, more or [(first_start, first)])

    def with_urls(
        self, hits: tuple[Hit, ...], url_hosts: tuple[UrlHost, ...], target: str
    ) -> tuple[Hit, ...]:
        """The host's hits with those of URL entries in their place where a feed has both."""
        by_feed = {hit.feed: hit for hit in hits}
        of_urls: dict[str, Hit] = {}
        for host, _ in url_hosts:
            for end in url_keys(target):
                key = host + end
                for name, category in self._search(key.encode("utf-8", "replace")).urls:
                    of_urls.setdefault(name, Hit(category, name, key))
        return self.in_order((by_feed | of_urls).values())

    def in_order(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """Hits in the order of their feeds."""
        return tuple(sorted(hits, key=lambda hit: self._order[hit.feed]))

    def _single(self, host: str, start: int, number: int) -> Listed:
        """From the set of the one name that was found, which starts there in the host."""
        which = number << 1 | (start > 0)
        plain = self._plain.get(which)
        if plain is None:
            return self._first_of(which, host, start, number)
        name = host[start:]
        if len(plain) == 1:  # most of every list
            ((category, feed),) = plain
            return (_new(Hit, (category, feed, name)),), (), _NOBODY, ()
        return tuple([_new(Hit, (c, f, name)) for c, f in plain]), (), _NOBODY, ()

    def _first_of(self, which: int, host: str, start: int, number: int) -> Listed:
        """As `_single`; what says no more than its feeds is kept for the next time."""
        labels = self._label_set(number)
        feeds, with_urls = labels.below if start else labels.here
        if not (with_urls or labels.exempt or labels.important):
            self._plain[which] = tuple((category, feed) for feed, category in feeds)
        return self._merged(host, [(start, number)])

    def _several(self, host: str, found: list[tuple[int, int]]) -> Listed:
        """From the (start in the host, slot) of what was found, most specific first."""
        if is_address(host):
            found = [(start, at) for start, at in found if start == 0]
        return self._merged(host, [(start, self._ids[at]) for start, at in found])

    def _merged(self, host: str, found: list[tuple[int, int]]) -> Listed:
        """What a feed names or exempts at one level holds for all levels that follow; what it calls
        important holds in any case."""
        named: dict[str, Hit] = {}
        important: dict[str, Hit] = {}
        url_hosts: list[UrlHost] = []
        exempt: set[str] = set()
        for start, number in found:
            name, labels = host[start:], self._label_set(number)
            feeds, with_urls = labels.below if start else labels.here
            for feed in feeds:
                hit = Hit(feed.category, feed.name, name)
                if feed in labels.important:
                    important.setdefault(feed.name, hit)
                elif feed.name in exempt:
                    continue
                named.setdefault(feed.name, hit)
            exempt.update(feed.name for feed in labels.exempt)
            if with_urls:
                url_hosts.append((name, with_urls))
        hits = self.in_order(named.values())
        return hits, tuple(url_hosts), frozenset(exempt), tuple(important.values())

    def _search(self, key: bytes) -> LabelSet:
        digest = xxh3_64_intdigest(key)
        slots = self._slots
        at = layout.home(digest, self._capacity)
        while slots[at] < digest:
            at += 1
        if slots[at] != digest or (at := self._confirmed(at, key)) < 0:
            return NO_LABELS
        return self._label_set(self._ids[at])

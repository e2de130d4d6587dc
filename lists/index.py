"""The category index: which feeds name a host or a URL, in microseconds, from one read-only buffer.

Exact up to the 64-bit hash of a key: a name that is not listed passes for a listed one with a
chance of some 3e-13; `NamesFile.find` settles it for a hit. Building is `build.py`'s, sharing
between processes `seal.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from xxhash import xxh3_64_intdigest

from kidgate.lists import layout
from kidgate.lists.entries import DEEPEST_PATH
from kidgate.lists.sections import NO_LABELS, Feed, LabelSet, Sections, read_whole
from kidgate.policies.model import Hit
from kidgate.policies.names import is_address

CACHED_HOSTS = 50_000
_ESCAPE = re.compile(r"%[0-9a-f]{2}")

# What is listed for a host: its hits, and the hosts that URL entries are kept under. A bare tuple:
# a named one costs as much as a look-up.
_Listed = tuple[tuple[Hit, ...], tuple[str, ...]]
_UNLISTED: _Listed = ((), ())


class CategoryIndex:
    """A compiled set of feeds. Immutable; reads are thread-safe."""

    def __init__(self, sections: Sections) -> None:
        table = _Table(sections)  # not `self`, which the cache would keep alive in a circle
        self.feeds: tuple[Feed, ...] = sections.feeds
        self._keys = sections.keys
        self._host = lru_cache(CACHED_HOSTS)(table.host)
        self._with_urls = table.with_urls

    def __len__(self) -> int:
        """How many keys there are: names and URL entries."""
        return self._keys

    def find(self, host: str, target: str = "") -> tuple[Hit, ...]:
        """Every feed that names a canonical host, or its URL when `target` (`Url.target`) is given.

        One hit for each feed, in the order of `feeds`, with its most specific entry. An exception
        of a feed lifts what the feed says of the same name or of one above it, not its URL entries.
        Raises IndexFault when the index contradicts itself.
        """
        hits, url_hosts = self._host(host)
        return self._with_urls(hits, url_hosts, target) if target and url_hosts else hits


def open_index(path: Path) -> CategoryIndex:
    """Read an index file into memory of this process.

    It is not mapped: whoever cuts a mapped file kills the process. Raises IndexFault when the file
    is missing or damaged.
    """
    return from_buffer(read_whole(path))


def from_buffer(buffer: memoryview) -> CategoryIndex:
    """An index in memory that nobody changes as long as it is used. Raises IndexFault."""
    return CategoryIndex(Sections(buffer))


def empty_index() -> CategoryIndex:
    """An index of no feeds."""
    return from_buffer(memoryview(layout.empty()))


def url_keys(target: str) -> Iterator[str]:
    """The ends of the URL entries that cover a canonical target, most specific first.

    The path with its query, the path, each folder above it with and without its last slash, as in
    Safe Browsing (without its limit of four). Then the same in lower case, as squidGuard compares:
    its lists are written so, and children learn that `/Games/` often leads where `/games/` does.
    """
    yield from _covering(target)
    lower = target.lower()
    if lower != target:
        yield from _covering(_ESCAPE.sub(lambda escape: escape[0].upper(), lower))


def _covering(target: str) -> Iterator[str]:
    path, mark, _ = target.partition("?")
    if mark:
        yield target
    if path == "/":
        return
    yield path
    if path.endswith("/"):
        yield path[:-1]
    for end in reversed(_folder_ends(path)):
        yield path[: end + 1]
        yield path[:end]


def _folder_ends(path: str) -> list[int]:
    """Where the folders above a path end; no entry is deeper than DEEPEST_PATH."""
    ends: list[int] = []
    at = path.find("/", 1)
    while 0 < at < len(path) - 1 and len(ends) < DEEPEST_PATH:
        ends.append(at)
        at = path.find("/", at + 1)
    return ends


class _Table:
    """The search in checked sections."""

    def __init__(self, sections: Sections) -> None:
        self._label_set = sections.label_set
        self._slots, self._ids = sections.slots, sections.ids
        self._capacity = sections.capacity
        self._order = {feed.name: number for number, feed in enumerate(sections.feeds)}

    def host(self, host: str) -> _Listed:
        """Look up a host and each name above it (`names.parents`, taken apart here for speed).

        The last label of several is left out: a top-level domain is never an entry.
        """
        if not host.isascii():  # not canonical: nothing is listed under it
            return _UNLISTED
        slots, ids, capacity = self._slots, self._ids, self._capacity
        found: list[tuple[int, int]] = []
        key = host.encode()
        start, dot = 0, key.find(b".")
        while True:
            digest = xxh3_64_intdigest(key[start:])
            at = ((digest >> 40) * capacity) >> 24  # `layout.home`; a call would double the time
            slot = slots[at]
            while slot < digest:
                at += 1
                slot = slots[at]
            if slot == digest:
                found.append((start, ids[at]))
            start = dot + 1
            dot = key.find(b".", start)
            if dot < 0:
                break
        return self._resolved(host, found) if found else _UNLISTED

    def with_urls(
        self, hits: tuple[Hit, ...], url_hosts: tuple[str, ...], target: str
    ) -> tuple[Hit, ...]:
        """The host's hits with those of URL entries in their place where a feed has both."""
        by_feed = {hit.feed: hit for hit in hits}
        of_urls: dict[str, Hit] = {}
        for host in url_hosts:
            for end in url_keys(target):
                key = host + end
                for name, category in self._search(key.encode("utf-8", "replace")).urls:
                    of_urls.setdefault(name, Hit(category, name, key))
        return self._in_order((by_feed | of_urls).values())

    def _resolved(self, host: str, found: list[tuple[int, int]]) -> _Listed:
        """From the (start in the host, set) of what was found, most specific first."""
        if host[-1:].isdigit() and is_address(host):  # `0.2.1` is no parent of `192.0.2.1`
            found = [(start, number) for start, number in found if start == 0]
        if len(found) != 1:
            return self._merged(host, found)
        ((start, number),) = found
        labels = self._label_set(number)
        name = host[start:]
        feeds, keeps_urls = labels.below if start else labels.here
        hits = tuple([Hit(category, feed, name) for feed, category in feeds])
        return (hits, (name,)) if keeps_urls else (hits, ())

    def _merged(self, host: str, found: list[tuple[int, int]]) -> _Listed:
        """What a feed names or exempts at one level holds for all levels that follow."""
        hits: list[Hit] = []
        url_hosts: list[str] = []
        settled: set[Feed] = set()
        for start, number in found:
            name, labels = host[start:], self._label_set(number)
            feeds, keeps_urls = labels.below if start else labels.here
            hits += [Hit(feed.category, feed.name, name) for feed in feeds if feed not in settled]
            settled.update(feeds, labels.exempt)
            if keeps_urls:
                url_hosts.append(name)
        return self._in_order(hits), tuple(url_hosts)

    def _in_order(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        return tuple(sorted(hits, key=lambda hit: self._order[hit.feed]))

    def _search(self, key: bytes) -> LabelSet:
        digest = xxh3_64_intdigest(key)
        slots = self._slots
        at = layout.home(digest, self._capacity)
        while slots[at] < digest:
            at += 1
        return self._label_set(self._ids[at]) if slots[at] == digest else NO_LABELS

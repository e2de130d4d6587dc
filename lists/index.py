"""The category index: which feeds name a host or a URL, in microseconds, from one read-only buffer.

Exact: what is found by its hash is confirmed by its text. Building is `build.py`'s, sharing between
processes `seal.py`'s, the search itself `table.py`'s.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from kidgate.lists import layout
from kidgate.lists.conditions import Conditions, Rules
from kidgate.lists.sections import Feed, Sections, read_header
from kidgate.lists.table import Table
from kidgate.lists.texts import Texts, open_file, unreadable
from kidgate.policies.model import ASKED, Asked, Hit

CACHED_HOSTS = 50_000


class CategoryIndex:
    """A compiled set of feeds. Immutable; reads are thread-safe."""

    def __init__(self, sections: Sections, texts: Texts) -> None:
        table = Table(sections, texts)  # not `self`, which the cache would keep alive in a circle
        self.feeds: tuple[Feed, ...] = sections.feeds
        self._host = lru_cache(CACHED_HOSTS)(table.host)
        self._with_urls = table.with_urls
        self._conditions: Conditions | None = None
        self._entries = sections.keys + sections.header.networks
        if sections.header.rules or sections.header.networks:
            rules = _rules(sections.rules)
            self._conditions = Conditions(sections, rules, table.in_order)
            self._entries += len(rules) if rules is not None else 0

    def __len__(self) -> int:
        """How many entries there are: names, URLs, address ranges and rules."""
        return self._entries

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        """Every feed that names a canonical host, or its URL when `target` (`Url.target`) is given.

        One hit for each feed, in the order of `feeds`, with its most specific entry. An exception
        of a feed lifts what the feed says of the same name or of one above it, not its URL entries;
        one with conditions lifts all that the feed says of the request. What a feed calls important
        nothing lifts. Raises IndexFault when the index contradicts itself.
        """
        listed = self._host(host)
        hits = listed[0]
        if target and listed[1]:
            hits = self._with_urls(hits, listed[1], target)
        if self._conditions is not None:
            return self._conditions.applied(hits, listed, host, target, asked)
        return hits

    def may_depend_on_url(self, host: str) -> bool:
        """Whether a URL of this host may have a hit that the host alone does not have."""
        hits, url_hosts, _, _ = self._host(host)
        if url_hosts:
            named = {hit.feed for hit in hits}
            if any(feed.name not in named for _, feeds in url_hosts for feed in feeds):
                return True
        rules = self._conditions.rules if self._conditions is not None else None
        return rules is not None and rules.may_depend_on_url(host)


def open_index(path: Path) -> CategoryIndex:
    """Read the resident part of an index file into memory of this process.

    It is not mapped: whoever cuts a mapped file kills the process. Raises IndexFault when the file
    is missing or damaged.
    """
    descriptor = open_file(path)
    try:
        with open(descriptor, "rb", closefd=False) as file:
            resident = file.read(read_header(os.pread(descriptor, layout.HEADER.size, 0)).resident)
        return from_parts(memoryview(resident), descriptor)
    except OSError as fault:
        raise unreadable(path, fault) from fault
    finally:
        os.close(descriptor)


def from_parts(resident: memoryview, descriptor: int) -> CategoryIndex:
    """An index in memory that nobody changes as long as it is used, with its file, which may be
    closed afterwards. Raises IndexFault or OSError."""
    sections = Sections(resident)
    return CategoryIndex(sections, Texts(sections, os.dup(descriptor)))


def _rules(section: memoryview) -> Rules | None:
    if not len(section):
        return None
    from kidgate.lists.rules.table import RuleTable  # re2 is some megabytes

    return RuleTable(section)

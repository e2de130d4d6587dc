"""How feeds were used: what each stopped, what nothing else would have, what adults opened again.

Counts come from the journal and from requests; this only says which feed they speak of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kidgate.policies.model import CategoryIndex
from kidgate.policies.targets import InvalidTarget, Kind, parse_target

PREFIX = "feed "  # of the sources that speak of a feed
_SOURCE = re.compile(r"feed (?P<feed>[a-z0-9][a-z0-9._-]*): (?P<entry>.*?)(?: \(line [0-9]+\))?")


@dataclass(frozen=True, slots=True)
class Use:
    """Counts by feed."""

    hits: Counter[str]
    only: Counter[str]  # that no other feed would have stopped
    appeals: Counter[str]  # sites opened by an adult that the feed names


def use_of(
    index: CategoryIndex, stopped: Iterable[tuple[str, str, int]], opened: Iterable[str]
) -> Use:
    """`stopped`: source, host and how often; `opened`: targets of grants."""
    hits: Counter[str] = Counter()
    only: Counter[str] = Counter()
    for source, host, count in stopped:
        if said := _SOURCE.fullmatch(source):
            hits[said["feed"]] += count
            if not _others(index, said["feed"], said["entry"], host):
                only[said["feed"]] += count
    appeals = Counter(feed for target in opened for feed in _feeds_naming(index, target))
    return Use(hits, only, appeals)


def _others(index: CategoryIndex, feed: str, entry: str, host: str) -> bool:
    """Whether another feed names what one named: looked up by the entry, for a rule by the host."""
    name, slash, rest = entry.partition("/")
    named = name if re.fullmatch(r"[a-z0-9._:-]+", name) else host
    target = slash + rest if named == name else ""
    return any(hit.feed != feed for hit in index.find(named, target))


def _feeds_naming(index: CategoryIndex, text: str) -> Iterable[str]:
    try:
        target = parse_target(text)
    except InvalidTarget:
        return ()
    if target.kind not in (Kind.SITE, Kind.HOST, Kind.URL):
        return ()
    return {hit.feed for hit in index.find(target.value, target.path)}

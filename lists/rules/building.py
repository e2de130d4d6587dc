"""Make a table of rules; done once for many, in the process that builds the index."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterable, Mapping
from itertools import accumulate

from xxhash import xxh3_64_intdigest

from kidgate.lists.rules import layout
from kidgate.lists.rules.keys import By, Chooser, host_of
from kidgate.lists.rules.layout import Scope
from kidgate.lists.rules.text import Rule, parse

logger = logging.getLogger(__name__)

MOST_OF_KEY = 500
"""Rules that a visit may have to be asked against for one word. No list of sense has so many; one
that has them to stall us loses the rest."""

_ROOM = 4  # slots for each key: nearly every look-up of a word that is no key ends in its first


def build(rules: Iterable[tuple[int, str]]) -> bytes:
    """The table of pairs of feed number and canonical text; `b""` when there is none.

    Raises RuleRefused for a text that is not canonical. Of more rules than MOST_OF_KEY that one
    text leads to the rest is left out, and logged.
    """
    feeds: dict[str, set[int]] = {}
    for feed, text in rules:
        feeds.setdefault(text, set()).add(feed)
    if not feeds:
        return b""
    texts = sorted(feeds)
    parsed = [parse(text) for text in texts]
    buckets, literals, unkeyed = _sorted_by_key(parsed)
    slots, prints, in_order = _hashed(buckets)
    members = [*in_order, *literals.values()]
    owners = [sorted(feeds[text]) for text in texts]
    return layout.packed(
        len(texts),
        [
            _u32(accumulate(map(len, texts))),
            bytes(map(_scope, parsed)),
            _u32(accumulate(map(len, owners))),
            array("H", [feed for of in owners for feed in of]).tobytes(),
            slots,
            prints,
            _u32(accumulate(map(len, members))),
            _u32(rule for of in members for rule in of),
            "\n".join(literals).encode(),
            _u32(unkeyed),
            "".join(texts).encode(),
        ],
    )


def _sorted_by_key(
    rules: list[Rule],
) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]], list[int]]:
    """The numbers of rules by hashed key, by literal, and those without a key."""
    chooser = Chooser(rules)
    hashed: dict[str, list[int]] = {}
    literals: dict[str, list[int]] = {}
    unkeyed: list[int] = []
    for number, rule in enumerate(rules):
        by, texts = chooser.keys(rule)
        if by is By.NOTHING:
            unkeyed.append(number)
        for text in texts:
            (hashed if by is By.TOKEN else literals).setdefault(text, []).append(number)
    for key, sharing in [*hashed.items(), *literals.items(), ("no text", unkeyed)]:
        if len(sharing) > MOST_OF_KEY:
            logger.warning("%d rules found by `%s` are too many", len(sharing), key)
            del sharing[MOST_OF_KEY:]
    return hashed, literals, unkeyed


def _hashed(buckets: Mapping[str, list[int]]) -> tuple[bytes, bytes, list[list[int]]]:
    """Slots and prints, and the buckets in the order of their numbers; the first is of no key."""
    capacity = 1 << (len(buckets) * _ROOM).bit_length()
    slots, prints = array("I", bytes(4 * capacity)), array("I", [0])
    in_order: list[list[int]] = [[]]
    for key, members in sorted(buckets.items()):
        digest = xxh3_64_intdigest(key.encode())
        at = digest & (capacity - 1)
        while slots[at]:
            at = (at + 1) & (capacity - 1)
        slots[at] = len(in_order)
        prints.append(digest >> 32)
        in_order.append(members)
    return slots.tobytes(), prints.tobytes(), in_order


def _scope(rule: Rule) -> Scope:
    if rule.by_host_alone:
        return Scope.HOSTS
    return Scope.URLS_OF_HOST if host_of(rule) else Scope.URLS


def _u32(numbers: Iterable[int]) -> bytes:
    return array("I", numbers).tobytes()

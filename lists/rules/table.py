"""The rules that hold for a visit, found among many thousands in microseconds.

One read-only buffer that processes share; each makes the rules it meets ready when it first meets
them. Building is `building.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

import ahocorasick_rs
from xxhash import xxh3_64_intdigest

from kidgate.lists.rules import layout
from kidgate.lists.rules.building import build
from kidgate.lists.rules.keys import COMMON, INITIATOR, TOKEN
from kidgate.lists.rules.layout import Scope
from kidgate.lists.rules.matching import Matcher, Question
from kidgate.lists.rules.parties import initiator_names
from kidgate.lists.rules.text import parse
from kidgate.lists.rules.unkeyed import Unkeyed
from kidgate.policies.model import ASKED, Asked
from kidgate.policies.names import parents

__all__ = ["NO_HITS", "RuleHits", "RuleTable", "build"]

CACHED_RULES = 8192  # made ready; about a kilobyte each
CACHED_HOSTS = 4096


class RuleHits(NamedTuple):
    """Numbers of feeds, each with one rule of it that holds."""

    blocked: tuple[tuple[int, str], ...] = ()  # what exceptions among the rules lift is left out
    excepted: tuple[tuple[int, str], ...] = ()  # lift names and URLs of their feed, too
    important: frozenset[int] = frozenset()  # those of `blocked` that no such exception lifts


NO_HITS = RuleHits()


class RuleTable:
    """Rules of feeds. Immutable; reads are thread-safe."""

    def __init__(self, blob: memoryview) -> None:
        """`blob` is what `build` made. Raises IndexFault when it is damaged."""
        self._search = _Search(layout.unpacked(blob)) if blob else None

    def __len__(self) -> int:
        return self._search.rules if self._search else 0

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> RuleHits:
        """What the rules say of a canonical host, and of its URL when `target` is given.

        Without a target only rules that look at the host alone are asked.
        """
        if self._search is None:
            return NO_HITS
        holding = self._search.holding(Question(host, target, asked))
        return _hits(holding) if holding else NO_HITS

    def may_depend_on_url(self, host: str) -> bool:
        """Whether a rule may hold for some URL of a host that does not hold for the host alone."""
        search = self._search
        return search is not None and (search.any_url or search.has_urls_of(host))


class _Ready(NamedTuple):
    needle: str
    matcher: Matcher
    text: str
    feeds: tuple[int, ...]


def _hits(holding: Iterable[_Ready]) -> RuleHits:
    """Important exceptions lift everything, others what is not important."""
    said: dict[tuple[bool, bool], dict[int, str]] = {}
    excepted: dict[int, str] = {}
    for _, matcher, text, feeds in holding:
        rule = matcher.rule
        of_kind = said.setdefault((rule.exception, rule.conditions.important), {})
        for feed in feeds:
            of_kind.setdefault(feed, text)
            if rule.lifts_names:
                excepted.setdefault(feed, text)
    lifted, all_lifted = said.get((True, False), {}), said.get((True, True), {})
    important = _without(said.get((False, True), {}), all_lifted)
    usual = _without(said.get((False, False), {}), lifted | all_lifted)
    blocked = usual | important
    return RuleHits(tuple(blocked.items()), tuple(excepted.items()), frozenset(important))


def _without(rules: dict[int, str], lifted: dict[int, str]) -> dict[int, str]:
    return {feed: text for feed, text in rules.items() if feed not in lifted}


class _Search:
    """The search in the sections of a table."""

    def __init__(self, parts: layout.Parts) -> None:
        self._parts = parts
        self.rules = len(parts.text_ends)
        self.any_url = Scope.URLS in bytes(parts.scopes)
        literals = bytes(parts.literals).decode()
        self._automaton = ahocorasick_rs.AhoCorasick(literals.split("\n")) if literals else None
        self._keys = keys = _Keys(parts)
        # Of objects that do not know this one: it would be kept alive in a circle.
        self._ready = lru_cache(CACHED_RULES)(_Reader(parts))
        self._of_host = lru_cache(CACHED_HOSTS)(keys.of_host)
        self._of_initiator = lru_cache(CACHED_HOSTS)(keys.of_initiator)

    @cached_property
    def _unkeyed(self) -> Unkeyed:
        """Made when it is first asked for: a process that builds or checks never asks."""
        return Unkeyed(
            [(number, self._ready(number).matcher.rule) for number in self._parts.unkeyed]
        )

    def holding(self, question: Question) -> list[_Ready]:
        """The rules that hold; those that say more of the host first."""
        scopes, ready = self._parts.scopes, self._ready
        lower, known_url = question.lower, bool(question.target)
        holding = []
        for number in self._candidates(question):
            if known_url or scopes[number] == Scope.HOSTS:
                found = ready(number)
                if found.needle in lower and found.matcher.holds(question):
                    holding.append(found)
        if len(holding) > 1:  # candidates come in no order, but every process is to say the same
            holding.sort(key=lambda found: found.text, reverse=True)
        return holding

    def _candidates(self, question: Question) -> set[int]:
        parts = self._parts
        ends, members = parts.ends, parts.members
        buckets = self._keys.find({*TOKEN.findall(question.lower)} - COMMON)
        buckets += self._of_host(question.host)
        if question.initiator:
            buckets += self._of_initiator(question.initiator)
        if self._automaton:
            first = len(parts.prints)
            found = self._automaton.find_matches_as_indexes(question.lower, overlapping=True)
            buckets += [first + literal for literal, _, _ in found]
        numbers = {n for bucket in buckets for n in members[ends[bucket - 1] : ends[bucket]]}
        if parts.unkeyed:
            numbers.update(self._unkeyed.find(question))
        return numbers

    def has_urls_of(self, host: str) -> bool:
        parts = self._parts
        return any(
            parts.scopes[number] == Scope.URLS_OF_HOST
            for bucket in self._of_host(host)
            for number in parts.members[parts.ends[bucket - 1] : parts.ends[bucket]]
        )


class _Keys:
    """The hash table of keys."""

    def __init__(self, parts: layout.Parts) -> None:
        self._slots, self._prints = parts.slots, parts.prints

    def find(self, keys: Iterable[str]) -> list[int]:
        """The buckets of keys, or of others with their hash."""
        slots, prints = self._slots, self._prints
        mask = len(slots) - 1
        found: list[int] = []
        for key in keys:
            digest = xxh3_64_intdigest(key.encode())
            at = digest & mask
            while bucket := slots[at]:
                if prints[bucket] == digest >> 32:
                    found.append(bucket)
                    break
                at = (at + 1) & mask
        return found

    def of_host(self, host: str) -> list[int]:
        return self.find(parents(host))

    def of_initiator(self, host: str) -> list[int]:
        return self.find([INITIATOR + name for name in initiator_names(host)])


class _Reader:
    """Makes rules ready, by their number."""

    def __init__(self, parts: layout.Parts) -> None:
        self._parts = parts

    def __call__(self, number: int) -> _Ready:
        parts = self._parts
        text = bytes(_cut(parts.texts, parts.text_ends, number)).decode()
        feeds = tuple(_cut(parts.feeds, parts.feed_ends, number))
        matcher = Matcher(parse(text))
        return _Ready(matcher.needle, matcher, text, feeds)


def _cut(items: memoryview, ends: memoryview, number: int) -> memoryview:
    return items[ends[number - 1] if number else 0 : ends[number]]

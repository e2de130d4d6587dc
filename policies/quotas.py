"""Limits in minutes a day, and what is left of them. Pure; minutes are counted by `ledger.py`.

A key of a quota is `all`, `service:K`, `category:K`, or `each:K`: each service of category K by
itself (an hour for each game). Minutes are kept for the first three alone; what a bonus gives to
`each:K` stands under that key, below zero, and is given to each service of the category.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kidgate.policies.tables import Service

ALL = "all"
KINDS = ("service", "category", "each")
# The minutes where nobody can say how many there were: every limit counts as reached.
UNKNOWN: Mapping[str, float] = MappingProxyType({"unknown": 1})
# Minutes left at which a child is told, the tightest first.
WARNINGS = (5, 15)


class Limit(NamedTuple):
    """One limit that a visit is under."""

    key: str  # of the quota
    minutes: int
    used: float
    subject: str  # what is limited: all, service:K, category:K

    @property
    def left(self) -> float:
        return self.minutes - self.used


class Due(NamedTuple):
    """Something to tell a child about time, once."""

    key: str  # what it is about: all, service:K, category:K
    notice: str  # left:5, left:15, or every:30:2 for the second half hour
    minutes: int  # left, or used


def used(minutes: Mapping[str, float], key: str) -> float:
    return math.inf if "unknown" in minutes else minutes.get(key, 0)


def is_key(key: str, *, each: bool = True) -> bool:
    """Whether a text can be the key of a quota; `each`: of one that may be `each:K`."""
    kind, colon, name = key.partition(":")
    if not colon:
        return key == ALL
    return bool(name) and kind in KINDS and (each or kind != "each")


def subjects(services: Iterable[Service], categories: Iterable[str]) -> list[str]:
    """What a visit's time is counted for."""
    keys = [ALL, *(f"service:{service.key}" for service in services)]
    return list(dict.fromkeys([*keys, *(f"category:{key}" for key in categories)]))


def limits(
    quotas: Mapping[str, int],
    minutes: Mapping[str, float],
    services: Iterable[Service],
    categories: Iterable[str],
) -> Iterator[Limit]:
    """Every limit that a visit of these services and categories is under."""
    services = tuple(services)
    for key in subjects(services, categories):
        if key in quotas:
            yield Limit(key, quotas[key], used(minutes, key), key)
    for service in services:
        subject = f"service:{service.key}"
        for category in service.categories:
            key = f"each:{category}"
            if key in quotas:
                both = used(minutes, subject) + used(minutes, key)
                yield Limit(key, quotas[key], both, subject)


def standing(
    quotas: Mapping[str, int],
    minutes: Mapping[str, float],
    categories_of: Mapping[str, Iterable[str]],
) -> list[Limit]:
    """How every limit stands on a day; of `each:K` those services that were used.

    `categories_of`: the categories of each service, by key.
    """
    found = []
    for key, most in quotas.items():
        kind, _, name = key.partition(":")
        if kind != "each":
            found.append(Limit(key, most, used(minutes, key), key))
            continue
        for subject in sorted(minutes):
            of, _, service = subject.partition(":")
            if of == "service" and name in categories_of.get(service, ()):
                both = used(minutes, subject) + used(minutes, key)
                found.append(Limit(key, most, both, subject))
    return found


def due(
    found: Iterable[Limit],
    every: Mapping[str, int],
    minutes: Mapping[str, float],
    bonus: Mapping[str, int],
) -> list[Due]:
    """What a child is to be told now, the most pressing first.

    `found`: the limits of the visit; `every`: notices after each so many minutes, for the keys that
    the visit counts for; `bonus`: minutes given today, by which `minutes` are less.
    """
    told: dict[tuple[str, str], Due] = {}
    for limit in sorted(found, key=lambda limit: limit.left):
        given = limit.minutes + bonus.get(limit.key, 0)
        for left in WARNINGS:
            if 0 < limit.left <= left < given:
                warning = Due(limit.subject, f"left:{left}", int(limit.left))
                told.setdefault((limit.subject, "left"), warning)
    for key, step in every.items():
        whole = minutes.get(key, 0) + bonus.get(key, 0)
        if step > 0 and whole >= step:
            told[key, "every"] = Due(key, f"every:{step}:{int(whole // step)}", int(whole))
    return list(told.values())

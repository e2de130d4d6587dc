"""Is a new version of a list believable? If not it is refused, and the version in force stays.

Asked of the names file that an import made, before anything is put in place. What the feed would
stop is asked of a real index, made of those entries alone that matter here, so that exceptions,
rules and wildcards count as they will. Nothing is fetched or changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from kidgate.documents.feed_data import Guards
from kidgate.documents.suffixes import registry_suffixes
from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.names_file import NamesFile, write_names
from kidgate.lists.overrides import GROW, HOST, SHRINK
from kidgate.policies.model import Asked, Hit
from kidgate.policies.names import parents

SHRINKS_FROM = 100  # entries; below, a list may change as it likes
SHRINKS_TO = 0.5
GROWS_FROM = 1000  # entries; below, a list may grow as it likes
GROWS_TO = 10
MOST_SUFFIXES = 25  # registries' suffixes named as hosts: harmless each, a mistake in numbers
SPARED_EVERY, MOST_SPARED = 1000, 10  # well-known hosts left out of so many entries, at most
SHOWN = 5  # hosts in a message
PROBE = "kidgate-asks-whether-all-of-it-is-stopped"


class Doubt(StrEnum):
    """Why a version is not believed. Stable strings."""

    SHRUNK = "shrunk"
    GROWN = "grown"
    PUBLIC_SUFFIX = "public_suffix"
    NEVER_BLOCK = "never_block"
    TOP_HOST = "top_host"


class Doubtful(Exception):
    """The version is refused; the message says why and what the owner can do."""

    def __init__(self, reason: Doubt, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the feed, and of the world."""

    name: str
    category: str
    accepted: int = 0  # entries of the version in force; 0: none is
    most: int = 0  # at the highest lately
    overrides: Collection[str] = ()
    top_hosts: int = 1000
    ranked: Iterable[str] = ()  # hosts of a reference list, the most visited first
    says: Callable[[str], Collection[str]] = field(default=lambda host: ())
    """The categories that the feeds in force give a host."""


def judge(names: Path, known: Known, guards: Guards, scratch: Path) -> frozenset[str]:
    """Raise Doubtful unless the names file is believable; the names to leave out of it.

    Those are the few well-known hosts that a long list of some content names by mistake. `scratch`
    is a folder for a while.
    """
    with NamesFile(names) as file:
        count = file.count
        _judge_size(count, known)
        hosts = _guarded(known, guards)
        some = scratch / "matters.names"
        sifted = _sift(file, some, hosts)
    if sifted.suffixes > MOST_SUFFIXES:
        raise Doubtful(
            Doubt.PUBLIC_SUFFIX,
            f"the list names {sifted.suffixes} public suffixes such as `com.vn`: it is a list of "
            "endings rather than of sites; choose another form of it",
        )
    if not sifted.kept:
        return frozenset()
    index = _index_of(some, known)
    if sifted.wide:
        _judge_suffixes(index, known)
    most = 0 if known.category in guards.strict else min(count // SPARED_EVERY, MOST_SPARED)
    return _judge_hosts(_stopped(index, hosts, known, guards), known, most)


def _judge_size(now: int, known: Known) -> None:
    before = max(known.accepted, known.most)
    if before >= SHRINKS_FROM and now < SHRINKS_TO * before and SHRINK not in known.overrides:
        raise Doubtful(
            Doubt.SHRUNK,
            f"the list has {now} entries and had {before}: it may be cut; if it is right, run "
            f"kidgate feed change {known.name} --allow-shrink --because TEXT",
        )
    before = known.accepted
    if before and now >= GROWS_FROM and now > GROWS_TO * before and GROW not in known.overrides:
        raise Doubtful(
            Doubt.GROWN,
            f"the list has {now} entries and had {before}: it may be another one; if it is right, "
            f"run kidgate feed change {known.name} --allow-grow --because TEXT",
        )


def _guarded(known: Known, guards: Guards) -> Mapping[str, Doubt]:
    """The hosts that this feed must not stop, and why."""
    if not guards.guards(known.category):
        return {}
    top = [*guards.top, *known.ranked] if known.top_hosts else []
    return dict.fromkeys(top, Doubt.TOP_HOST) | dict.fromkeys(guards.never, Doubt.NEVER_BLOCK)


@dataclass(slots=True)
class _Sifted:
    kept: int = 0  # records that can decide about a guarded host
    suffixes: int = 0  # registries' suffixes, each named as a host alone
    wide: bool = False  # whether something can stop a whole suffix: rules, or one named as a tree


def _sift(file: NamesFile, some: Path, hosts: Iterable[str]) -> _Sifted:
    """Keep what can decide about the guarded hosts."""
    keys = {name.encode() for host in hosts for name in parents(f"www.{host}")}
    suffixes, sifted = _suffixes(), _Sifted()

    def chosen() -> Iterator[bytes]:
        for raw in file.raw():
            key, mode, _ = raw.split(b"\t")
            if key in suffixes:
                sifted.suffixes += mode == _EXACT
                sifted.wide = sifted.wide or mode != _EXACT
            elif mode == _RULE:
                sifted.wide = True
            elif mode not in _NAMES or key not in keys:
                continue
            yield raw + b"\n"

    with some.open("wb+") as out:
        sifted.kept = write_names(out, chosen())
    return sifted


_EXACT, _RULE = Mode.EXACT.encode(), Mode.RULE.encode()
_NAMES = frozenset(mode.encode() for mode in (Mode.TREE, Mode.EXACT, Mode.EXCEPT, Mode.IMPORTANT))


@cache
def _suffixes() -> frozenset[bytes]:
    """Endings below which a registry gives out names, of two labels and more."""
    rules = (rule for rule in registry_suffixes() if "." in rule and rule[0] not in "*!")
    return frozenset(rule.encode() for rule in rules)


def _index_of(names: Path, known: Known) -> CategoryIndex:
    path = names.with_suffix(".kgx")
    build_index(path, [FeedSource(known.name, known.category, names)])
    return open_index(path)


def _judge_suffixes(index: CategoryIndex, known: Known) -> None:
    ends = [rule for rule in registry_suffixes() if rule[0] not in "*!"]
    stopped = [end for end in ends if _hits(index, f"{PROBE}.{end}") and not _allows(known, end)]
    if stopped:
        raise Doubtful(
            Doubt.PUBLIC_SUFFIX,
            f"the list stops everything below {_shown(stopped)}, sites of strangers all of them; "
            f"if it should, run {_allowing(known, stopped)}",
        )


def _stopped(
    index: CategoryIndex, hosts: Mapping[str, Doubt], known: Known, guards: Guards
) -> dict[Doubt, dict[str, bool]]:
    """What stops guarded hosts: names that do, or hosts that a rule stops (False)."""
    found: dict[Doubt, dict[str, bool]] = {}
    for host, doubt in hosts.items():
        hits = _hits(index, host) or _hits(index, f"www.{host}")
        if hits and not _allows(known, host) and not _natural(host, known, guards):
            is_name = hits[0].entry in parents(f"www.{host}")
            found.setdefault(doubt, {})[hits[0].entry if is_name else host] = is_name
    return found


def _judge_hosts(
    stopped: Mapping[Doubt, Mapping[str, bool]], known: Known, most: int
) -> frozenset[str]:
    """The names to leave out, if they are no more than `most`, and none that does harm."""
    top = stopped.get(Doubt.TOP_HOST, {})
    few = len(top) <= most and all(top.values())
    for doubt, what in _WORDS.items():
        names = [*stopped.get(doubt, ())]
        if names and not (few and doubt is Doubt.TOP_HOST):
            raise Doubtful(
                doubt,
                f"the list stops {_shown(names)} whole, {what}; if it should, run "
                f"{_allowing(known, names)}",
            )
    return frozenset(top)


_WORDS = {
    Doubt.NEVER_BLOCK: "without which machines or people come to harm",
    Doubt.TOP_HOST: "which everybody visits and which is nothing of that kind",
}


def _allowing(known: Known, hosts: Sequence[str]) -> str:
    """The command that lets a feed stop hosts."""
    options = " ".join(f"--allow-host {host}" for host in hosts[:SHOWN])
    return f"kidgate feed change {known.name} {options} --because TEXT"


def _hits(index: CategoryIndex, host: str) -> tuple[Hit, ...]:
    """What stops somebody who opens the site."""
    return index.find(host, "/", _OPENED)


_OPENED = Asked(resource="document")


def _natural(host: str, known: Known, guards: Guards) -> bool:
    """Whether the category is what the host is about: by our data, or as is in force already."""
    return known.category in guards.natural(host) or known.category in known.says(host)


def _allows(known: Known, host: str) -> bool:
    return any(HOST + name in known.overrides for name in parents(host))


def _shown(hosts: Sequence[str]) -> str:
    more = f" and {len(hosts) - SHOWN} more" if len(hosts) > SHOWN else ""
    return ", ".join(f"`{host}`" for host in hosts[:SHOWN]) + more

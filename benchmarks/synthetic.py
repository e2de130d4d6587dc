"""Made-up names, always the same: as many as one likes, over 72 categories that overlap.

No list of anybody is in them, and none is meant: words are drawn from syllables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kidgate.lists.build import FeedSource
from kidgate.lists.entries import Mode
from kidgate.lists.names_file import Listed, record, write_names

FEEDS = 72
TWICE, BELOW = 4, 5  # one name of so many is in two feeds; one lies below another word
ENDINGS = (
    *("com",) * 9,
    *("net", "org", "ru", "xyz", "top", "info", "de", "io", "com.br", "co.uk", "vn", "com.vn"),
)
SYLLABLES = (
    "ba",
    "fe",
    "gai",
    "ho",
    "ju",
    "ko",
    "lan",
    "mi",
    "nor",
    "ples",
    "qui",
    "ra",
    "tu",
    "we",
)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Feeds of made-up names; `listed` are some of them, evenly taken."""

    sources: tuple[FeedSource, ...]
    listed: list[str]


def make(folder: Path, count: int, look_ups: int) -> Synthetic:
    """The feeds of `count` names, written to the folder if they are not there yet."""
    folder = folder / f"synthetic-{count}-{_stamp()}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, count)
    sources = tuple(
        FeedSource(f"feed-{n:02d}", f"category-{n:02d}", folder / f"{n}.names")
        for n in range(FEEDS)
    )
    step = max(1, count // look_ups)
    return Synthetic(sources, [name(n) for n in range(0, count, step)][:look_ups])


def name(number: int) -> str:
    """The name of this number; no two numbers have the same one."""
    drawn = (number + 1) * 0x9E3779B97F4A7C15 % 2**64 >> 8
    drawn, ending = divmod(drawn, len(ENDINGS))
    word = ""
    for _ in range(2 + drawn % 4):
        drawn, syllable = divmod(drawn, len(SYLLABLES))
        word += SYLLABLES[syllable]
    host = f"{word}{number:x}.{ENDINGS[ending]}"
    return f"{SYLLABLES[drawn % len(SYLLABLES)]}.{host}" if number % BELOW == 0 else host


def feeds_of(number: int) -> tuple[int, ...]:
    first = number * 2_654_435_761 % FEEDS
    return (first, (first + 1 + number % 7) % FEEDS) if number % TWICE == 0 else (first,)


def _write(folder: Path, count: int) -> None:
    names: list[list[str]] = [[] for _ in range(FEEDS)]
    for number in range(count):
        found = name(number)
        for feed in feeds_of(number):
            names[feed].append(found)
    for feed, listed in enumerate(names):
        with (folder / f"{feed}.names").open("w+b") as file:
            write_names(file, _records(sorted(listed)))
    (folder / "done").touch()


def _records(names: list[str]) -> Iterator[bytes]:
    for number, found in enumerate(names, 1):
        yield record(Listed(found, Mode.TREE, number))


def _stamp() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]

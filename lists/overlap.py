"""How much lists say the same: counted in one pass over their names files, side by side.

Two lists share an entry when both hold the same key; a name below another's is counted as its own.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kidgate.lists.entries import Mode
from kidgate.lists.names_file import NamesFile

_EXCEPT = b"\t" + Mode.EXCEPT.encode()
_SAID_EVERY = 50_000  # keys


@dataclass(slots=True)
class Overlap:
    """Of one list. Entries that it exempts are not counted."""

    entries: int = 0
    unique: int = 0  # that no other list has
    shared: Counter[str] = field(default_factory=Counter)  # by the other list


def overlaps(
    paths: Mapping[str, Path], progress: Callable[[int, int], object] = lambda done, total: None
) -> dict[str, Overlap]:
    """Every list by name. Raises NamesFault when one is damaged."""
    found = {name: Overlap() for name in paths}
    with ExitStack() as stack:
        files = {name: stack.enter_context(NamesFile(path)) for name, path in paths.items()}
        total, done = sum(file.count for file in files.values()), 0
        streams = [_keys(name, file) for name, file in files.items()]
        for number, (_, group) in enumerate(groupby(heapq.merge(*streams), key=itemgetter(0))):
            names = list(dict.fromkeys(name for _, name in group))
            done += len(names)
            _count(found, names)
            if number % _SAID_EVERY == 0:
                progress(done, total)
    return found


def _keys(name: str, file: NamesFile) -> Iterator[tuple[bytes, str]]:
    for raw in file.raw():
        place, _, _ = raw.rpartition(b"\t")
        if not place.endswith(_EXCEPT):
            yield place[:-2], name


def _count(found: dict[str, Overlap], names: list[str]) -> None:
    for name in names:
        found[name].entries += 1
    if len(names) == 1:
        found[names[0]].unique += 1
        return
    for name in names:
        for other in names:
            if other != name:
                found[name].shared[other] += 1

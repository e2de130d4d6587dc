"""A process that holds the names in one of the usual ways, to be compared with the index.

`python -m benchmarks.contenders` is told `{"way": ..., "step": ..., "names": PATH, "folder": ...,
"hits": [...], "misses": [...]}`, where each line of PATH is a name and the number of its set of
categories, sorted by name. The step `make` writes its file and answers with the seconds; `use`, in
another process, answers with what it costs to have it: seconds to open and to look up, bytes.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.processes import memory
from benchmarks.timing import median_of_each

Get = Callable[[str], int | None]


def pairs(path: Path) -> Iterator[tuple[str, int]]:
    with path.open() as file:
        for line in file:
            name, _, number = line.partition("\t")
            yield name, int(number)


class PythonDict:
    """Nothing on the disk: made anew by every process."""

    def make(self, names: Path, folder: Path) -> None:
        pass

    def use(self, names: Path, folder: Path) -> Get:
        numbers: dict[int, int] = {}  # each number once, as it would be with sets
        return {name: numbers.setdefault(n, n) for name, n in pairs(names)}.get


class Sqlite:
    """Read-only after it is made, and mapped: as fast as SQLite goes."""

    def make(self, names: Path, folder: Path) -> None:
        made = sqlite3.connect(folder / "names.sqlite")
        made.execute("pragma journal_mode = off")
        made.execute("pragma synchronous = off")
        made.execute("create table names (name text primary key, number int) without rowid")
        made.executemany("insert into names values (?, ?)", pairs(names))
        made.commit()
        made.close()

    def use(self, names: Path, folder: Path) -> Get:
        opened = sqlite3.connect(f"file:{folder / 'names.sqlite'}?mode=ro&immutable=1", uri=True)
        opened.execute(f"pragma mmap_size = {2**31}")
        query = "select number from names where name = ?"

        def get(name: str) -> int | None:
            row = opened.execute(query, (name,)).fetchone()
            return None if row is None else row[0]

        return get


class Lmdb:
    """Written in order, so that its pages are full; read in one transaction that never ends."""

    def make(self, names: Path, folder: Path) -> None:
        import lmdb

        made = lmdb.open(str(folder / "names.lmdb"), map_size=2**32, sync=False)
        with made.begin(write=True) as transaction:
            cursor = transaction.cursor()
            for name, number in pairs(names):
                cursor.put(name.encode(), number.to_bytes(2), append=True)
        made.sync(True)
        made.close()

    def use(self, names: Path, folder: Path) -> Get:
        import lmdb

        opened = lmdb.open(
            str(folder / "names.lmdb"), map_size=2**32, readonly=True, lock=False, readahead=False
        )
        get = opened.begin(buffers=True).get

        def found(name: str) -> int | None:
            value = get(name.encode())
            return None if value is None else int.from_bytes(value)

        return found


WAYS = {"Python dict": PythonDict(), "SQLite": Sqlite(), "LMDB": Lmdb()}


def finder(get: Get) -> Callable[[str], list[int]]:
    """The sets of a host and of each name above it, as the index is asked."""

    def find(host: str) -> list[int]:
        found = []
        while "." in host:
            number = get(host)
            if number is not None:
                found.append(number)
            host = host.partition(".")[2]
        return found

    return find


def measured(told: dict[str, Any]) -> dict[str, float]:
    way, names, folder = WAYS[told["way"]], Path(told["names"]), Path(told["folder"])
    gc.collect()
    before, started = memory(), time.perf_counter()
    if told["step"] == "make":
        way.make(names, folder)
        return {"seconds": time.perf_counter() - started}
    find = finder(way.use(names, folder))
    seconds = time.perf_counter() - started
    hits, misses = told["hits"], told["misses"]
    assert all(find(host) for host in hits[:100]) and not any(find(host) for host in misses[:100])
    times = {kind: median_of_each(find, told[kind]) for kind in ("hits", "misses")}
    used = memory()
    files = (path for path in folder.rglob("*") if path.is_file())
    return times | {
        "seconds": seconds,
        "own": used.own - before.own,
        "memory": used.rss - before.rss,
        "file": sum(path.stat().st_blocks * 512 for path in files),
    }


def main() -> None:
    told = json.loads(sys.stdin.readline())
    print(json.dumps(measured(told)), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

"""Build the category index from names files: `python -m kidgate.lists.build OUT SPEC.json`.

A process of its own, so that its memory goes with it while the old index serves. SPEC holds
`{"feeds": [{"name": ..., "category": ..., "path": ...}]}`, paths relative to its folder. The same
names files give the same bytes. The layout is `layout.py`'s.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kidgate.lists import layout, shared_hosts
from kidgate.lists.buckets import Buckets
from kidgate.lists.faults import BuildFault, IndexFault, NamesFault
from kidgate.lists.names_file import NamesFile
from kidgate.lists.replacing import replacing
from kidgate.lists.writing import Keys, Sets, write_index


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed to take into the index. `path` is its names file."""

    name: str
    category: str
    path: Path


@dataclass(frozen=True, slots=True)
class Built:
    """What an index holds; sizes in bytes."""

    keys: int  # names and URLs
    networks: int
    rules: int
    sets: int
    resident: int  # what processes share in memory
    size: int  # of the file


def build_index(out: Path, feeds: Sequence[FeedSource]) -> Built:
    """Write the index of these feeds to `out`, as a whole or not at all. Raises BuildFault."""
    _check_feeds(feeds)
    try:
        with Buckets(out.parent, shared_hosts.bundled()) as buckets:
            for number, feed in enumerate(feeds):
                with NamesFile(feed.path) as names:
                    buckets.take(number, names)
            return _write(out, feeds, buckets)
    except (NamesFault, IndexFault) as fault:
        raise BuildFault(str(fault)) from fault
    except OSError as fault:
        message = f"`{out}` cannot be written ({fault.strerror}): check the disk and its room"
        raise BuildFault(message) from fault


def _write(out: Path, feeds: Sequence[FeedSource], buckets: Buckets) -> Built:
    titles = [(feed.name, feed.category) for feed in feeds]
    rules = _rules(buckets)
    with tempfile.TemporaryFile(dir=out.parent) as texts, replacing(out) as file:
        sets = Sets()
        keys = Keys(buckets.sorted(), sets, texts)
        header = write_index(file, titles, keys, sets, buckets.ranges, rules)
    return Built(
        keys=header.keys,
        networks=header.networks,
        rules=len(buckets.rules),
        sets=header.sets,
        resident=header.resident,
        size=header.size,
    )


def _rules(buckets: Buckets) -> bytes:
    if not buckets.rules:
        return b""
    from kidgate.lists.rules import table  # re2 is some megabytes

    return table.build(buckets.rules)


def _check_feeds(feeds: Sequence[FeedSource]) -> None:
    if sys.byteorder != "little":
        raise BuildFault("the index cannot be built on this machine: its numbers are little-endian")
    if len(feeds) > layout.MOST_FEEDS:
        raise BuildFault(f"there are more than {layout.MOST_FEEDS} feeds: leave some out")
    names = [feed.name for feed in feeds]
    for name in names:
        if names.count(name) > 1:
            raise BuildFault(f"feed `{name}` is given twice: give each feed its own name")
    for text in (*names, *(feed.category for feed in feeds)):
        if not 0 < len(text.encode()) <= layout.LONGEST_TEXT:
            raise BuildFault(
                f"`{text[:60]}` is no name for a feed or category: choose a shorter one"
            )


def read_spec(path: Path) -> list[FeedSource]:
    """The feeds of a SPEC file. Raises BuildFault."""
    try:
        feeds = json.loads(path.read_bytes())["feeds"]
        return [FeedSource(f["name"], f["category"], path.parent / f["path"]) for f in feeds]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        message = (
            f"`{path}` is no list of feeds ({fault!r}): see `python -m kidgate.lists.build --help`"
        )
        raise BuildFault(message) from fault


def main(arguments: Sequence[str]) -> int:
    """0 built, 1 not built, 2 usage."""
    if len(arguments) != 2 or "--help" in arguments:
        print(__doc__, file=sys.stderr)
        return 2
    out, spec = map(Path, arguments)
    try:
        built = build_index(out, read_spec(spec))
    except BuildFault as fault:
        print(fault, file=sys.stderr)
        return 1
    print(json.dumps(asdict(built)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

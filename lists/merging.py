"""Names files merged into one stream: each key once, with the labels of all feeds.

Where labels are stored is `build.py`'s.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from kidgate.lists.entries import Mode
from kidgate.lists.layout import CODE_BITS, Code
from kidgate.lists.names_file import NamesFile
from kidgate.policies.names import is_address

CODES = {
    Mode.TREE.encode(): Code.TREE,
    Mode.EXACT.encode(): Code.EXACT,
    Mode.EXCEPT.encode(): Code.EXCEPT,
    Mode.URL.encode(): Code.URL,
}

Labelled = tuple[bytes, int]  # a key and one label of it


def merged(
    files: Sequence[NamesFile], shared: Container[str]
) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    """Every key in bytewise order with its labels, ascending; feeds are numbered as given.

    `shared` knows the public suffixes. Raises NamesFault when a file is damaged.
    """
    streams = [_labelled(feed, file) for feed, file in enumerate(files)]
    everything = heapq.merge(*streams, _url_hosts(files, shared))
    for key, group in groupby(everything, key=itemgetter(0)):
        yield key, tuple(label for _, label in group)


def _labelled(feed: int, file: NamesFile) -> Iterator[Labelled]:
    labels = {mode: feed << CODE_BITS | code for mode, code in CODES.items()}
    last = b"", 0
    for raw in file.raw():
        try:
            key, mode, _ = raw.split(b"\t")
            this = key, labels[mode]
        except (ValueError, KeyError) as fault:
            raise file.damaged() from fault
        if this <= last:  # codes ascend as the letters of modes do
            raise file.damaged()
        last = this
        yield this


def _url_hosts(files: Iterable[NamesFile], shared: Container[str]) -> list[Labelled]:
    """A mark for each host that URL entries are kept under, so that only those are looked for."""
    hosts = {
        raw.partition(b"/")[0].decode("ascii", "replace")
        for file in files
        for raw in file.raw()
        if b"/" in raw
    }
    return sorted((host.encode(), _mark(host, shared)) for host in hosts)


def _mark(host: str, shared: Container[str]) -> int:
    return Code.URLS_HERE if is_address(host) or host in shared else Code.URLS_BELOW

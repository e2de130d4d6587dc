"""The records of all feeds, dealt out by hash to buckets in a file, so that few of them are ever in
memory; and taken back in the order of their hashes, each key once.

What they mean is `layout.py`'s. Rules and address ranges are kept apart: they are not looked up by
hash.
"""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

from kidgate.lists.entries import Mode
from kidgate.lists.layout import CODE_BITS, Code
from kidgate.lists.names_file import NamesFile
from kidgate.lists.ranges import Range, parse_range
from kidgate.policies.names import is_address

CODES = {
    Mode.EXCEPT.encode(): Code.EXCEPT,
    Mode.IMPORTANT.encode(): Code.IMPORTANT,
    Mode.TREE.encode(): Code.TREE,
    Mode.URL.encode(): Code.URL,
    Mode.EXACT.encode(): Code.EXACT,
}
BUCKET_BITS = 11  # some thousand keys each: they fit into a processor's cache
_SHIFT = 64 - BUCKET_BITS
_HELD = 250_000  # records in memory before they go to the file
_LABEL = b"\t%05x"  # sorts as its number
_LABEL_SIZE = len(_LABEL % 0)


class Sorted(NamedTuple):
    """Keys in the order of their hashes, keys of one hash in their own order, none twice."""

    hashes: Sequence[int]
    keys: Sequence[bytes]
    labels: Sequence[bytes]  # as `labels_of` reads them


class Buckets:
    """Feeds in, entries out. A context manager. Raises OSError when its file cannot be written."""

    def __init__(self, folder: Path, shared: Container[str]) -> None:
        """`folder` is where the file is, which has no name; `shared` knows public suffixes."""
        self._folder, self._shared = folder, shared
        self._file: io.FileIO | None = None
        self._spills: list[list[int]] = []  # where each bucket starts in the file, and the end
        self._size = 0
        self._held: list[list[bytes]] = [[] for _ in range(1 << BUCKET_BITS)]
        self._count = 0
        self.rules: list[tuple[int, str]] = []  # (feed, text)
        self.ranges: dict[Range, set[int]] = {}  # -> feeds

    def __enter__(self) -> Buckets:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def take(self, feed: int, file: NamesFile) -> None:
        """All records of a feed. Raises NamesFault when its file is damaged."""
        endings = {mode: _LABEL % (feed << CODE_BITS | code) for mode, code in CODES.items()}
        held, last, url_host = self._held, b"", b""
        for raw in file.raw():
            place, _, _ = raw.rpartition(b"\t")
            key, _, mode = place.rpartition(b"\t")
            if place <= last:
                raise file.damaged()
            last = place
            ending = endings.get(mode)
            if ending is None:
                self._keep_apart(feed, file, key, mode)
                continue
            held[xxh3_64_intdigest(key) >> _SHIFT].append(b"%b%b\n" % (key, ending))
            self._count += 1
            if mode == b"u" and (host := key.partition(b"/")[0]) != url_host:
                url_host = host
                self._mark(feed, host)
            if self._count >= _HELD:
                self._spill()

    def sorted(self) -> Iterator[Sorted]:
        """Every key once, bucket by bucket."""
        for number in range(1 << BUCKET_BITS):
            labels: dict[bytes, bytes] = {}
            for record in self._emptied(number):
                # Of each key they arrive ascending: feed by feed, mode by mode, the mark last.
                key = record[:-_LABEL_SIZE]
                labels[key] = labels.get(key, b"") + record[-_LABEL_SIZE:]
            yield _sorted(labels)

    def _keep_apart(self, feed: int, file: NamesFile, key: bytes, mode: bytes) -> None:
        try:
            if mode == Mode.RULE.encode():
                self.rules.append((feed, key.decode("ascii")))
            elif mode == Mode.NETWORK.encode():
                self.ranges.setdefault(parse_range(key.decode("ascii")), set()).add(feed)
            else:
                raise file.damaged()
        except ValueError as fault:
            raise file.damaged() from fault

    def _mark(self, feed: int, host: bytes) -> None:
        """A mark for a host that URL entries are kept under, so that only those are looked for."""
        name = host.decode("ascii", "replace")
        here = is_address(name) or name in self._shared
        code = Code.URLS_HERE if here else Code.URLS_BELOW
        record = b"%b%b\n" % (host, _LABEL % (feed << CODE_BITS | code))
        self._held[xxh3_64_intdigest(host) >> _SHIFT].append(record)
        self._count += 1

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
        parts = [b"".join(records) for records in self._held]
        self._spills.append(list(accumulate(map(len, parts), initial=self._size)))
        left = memoryview(b"".join(parts))
        self._size += len(left)
        while left:
            left = left[self._file.write(left) :]
        for records in self._held:
            records.clear()
        self._count = 0

    def _emptied(self, number: int) -> list[bytes]:
        """The records of a bucket, as they came."""
        held, self._held[number] = self._held[number], []
        parts = [self._read(starts[number], starts[number + 1]) for starts in self._spills]
        return b"".join((*parts, *held)).split(b"\n")[:-1]

    def _read(self, start: int, end: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        read = self._file.read(end - start)
        if len(read) != end - start:
            raise OSError(errno.EIO, "the temporary file is cut short")
        return read


def labels_of(labels: bytes) -> Sequence[int]:
    """The labels of an entry, ascending."""
    return [int(label, 16) for label in labels.split(b"\t")[1:]]


def tree_labels(feeds: Iterable[int]) -> bytes:
    """The labels of a range that these feeds list."""
    return b"".join(_LABEL % (feed << CODE_BITS | Code.TREE) for feed in sorted(feeds))


def _sorted(labels: dict[bytes, bytes]) -> Sorted:
    keys_of = dict(zip(map(xxh3_64_intdigest, labels), labels, strict=True))
    hashes = sorted(keys_of)
    keys = [keys_of[digest] for digest in hashes]
    if len(keys) != len(labels):  # some have one hash
        pairs = sorted(zip(map(xxh3_64_intdigest, labels), labels, strict=True))
        hashes, keys = [digest for digest, _ in pairs], [key for _, key in pairs]
    return Sorted(hashes, keys, [labels[key] for key in keys])

"""From the sorted records of all lines to those of a names file: each entry once.

How entries are read is known in `intake.py`, how the file looks in `names_file.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from kidgate.lists.entries import Mode
from kidgate.lists.report import Report, Skip

RECORD = b"%s\t%s\t%010d\n"
"""Key, mode and line: sorts by these. A mode in capitals takes back the entry it would be."""

_LINE_FROM = -11  # of a record: where the line number starts
_EXACT = Mode.EXACT.encode()


def distinct(records: Iterable[bytes], report: Report, shared: Container[str]) -> Iterator[bytes]:
    """The lines of a names file: the first record of each key and mode, what is cancelled dropped.

    Fills in the report's counts of entries. `shared` knows the public suffixes.
    """
    last = b""
    modes: Counter[bytes] = Counter()
    cancels = _Cancels(report)
    for item in records:
        place, line = item[:_LINE_FROM], int(item[_LINE_FROM:])
        if place == last:
            report.duplicate += 1
            continue
        key, mode = place[:-3], place[-2:-1]
        if mode.isupper():
            last = place
            cancels.add(key, mode, line)
        elif cancels.hold(key, mode):
            report.drop(Skip.CANCELLED, line, key.decode())
        else:
            last = place
            modes[mode] += 1
            if mode == _EXACT and key.decode() in shared:
                report.shared_hosts += 1
            yield b"%s%d\n" % (place, line)
    cancels.settle()
    _count(report, modes)


class _Cancels:
    """The records of one key that take others of it back; they sort before those."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._key = b""
        self._idle: dict[bytes, int] = {}  # mode -> line of a cancel that nothing answered yet
        self._used: set[bytes] = set()

    def add(self, key: bytes, mode: bytes, line: int) -> None:
        if key != self._key:
            self.settle()
            self._key = key
        self._idle[mode.lower()] = line

    def hold(self, key: bytes, mode: bytes) -> bool:
        """Whether the entry is taken back."""
        if not self._key or key != self._key:
            return False
        if self._idle.pop(mode, None) is not None:
            self._used.add(mode)
            self._report.cancels += 1
        return mode in self._used

    def settle(self) -> None:
        """Tell of those that had nothing to take back."""
        for line in self._idle.values():
            self._report.drop(Skip.CANCELS_NOTHING, line, self._key.decode())
        self._key, self._idle, self._used = b"", {}, set()


def _count(report: Report, modes: Counter[bytes]) -> None:
    report.urls = modes[Mode.URL.encode()]
    report.exceptions = modes[Mode.EXCEPT.encode()]
    report.rules = modes[Mode.RULE.encode()]
    report.networks = modes[Mode.NETWORK.encode()]
    report.names = sum(modes[mode.encode()] for mode in (Mode.TREE, Mode.EXACT, Mode.IMPORTANT))
    report.accepted = modes.total() + report.cancels

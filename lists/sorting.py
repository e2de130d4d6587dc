"""Sort more records than fit in memory: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

RUN = 300_000  # records held at once: some 30 MB of names


class Runs:
    """Records (bytes ending in a newline) in, sorted records out. A context manager."""

    def __init__(self, folder: Path, *, run: int = RUN) -> None:
        """`folder` is where runs that do not fit are kept, in files without a name."""
        self._folder, self._run = folder, run
        self._held: list[bytes] = []
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def add(self, record: bytes) -> None:
        """Raises OSError when a run cannot be written."""
        self._held.append(record)
        if len(self._held) >= self._run:
            self._spill()

    def merged(self) -> Iterator[bytes]:
        """All records in bytewise order."""
        self._held.sort()
        if not self._files:
            return iter(self._held)
        return heapq.merge(*self._files, self._held)

    def _spill(self) -> None:
        self._held.sort()
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed by __exit__
        self._files.append(file)
        file.writelines(self._held)
        file.seek(0)
        self._held = []

"""Journal entries on disk until the keeper can take them: JSON lines, a few files for each worker.

Written by workers, folded in by the keeper. Both lock a file, and a writer looks again whether the
file it locked is still the one of that name: no line can slip between "read" and "removed". A
writer never waits for a lock, it takes the next file. A line survives the death of every process;
a power cut may take lines that were not yet synced.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FILES = 4  # how many a writer may have; one is being folded at a time
BATCH = 500


class SpoolFull(OSError):
    """Every file of the spool has its full size; the entry is counted as dropped."""


@dataclass(frozen=True, slots=True)
class Spool:
    """The files of one writer, `NAME.0.jsonl` and so on, bounded to `limit` bytes together."""

    folder: Path
    name: str
    limit: int

    def append(self, *lines: str) -> None:
        """Add lines, all or none; `SpoolFull`, or another OSError when the disk does not take
        them. A writer that dies meanwhile may leave the first of them."""
        data = "".join(f"{line}\n" for line in lines).encode()
        for number in range(FILES):
            fd = _locked(self.folder / f"{self.name}.{number}.jsonl")
            if fd is None:
                continue
            try:
                size = os.fstat(fd).st_size
                if size + len(data) > self.limit // FILES:
                    continue
                # What was torn by a full disk or a power cut must not swallow a line of these too.
                torn = size > 0 and os.pread(fd, 1, size - 1) != b"\n"
                whole = b"\n" + data if torn else data
                if os.write(fd, whole) != len(whole):
                    raise OSError("the disk took half a line")
                return
            finally:
                os.close(fd)
        raise SpoolFull(f"the spool of {self.name} is full")


def fold_in(path: Path, commit: Callable[[list[bytes]], None]) -> int:
    """Hand the lines of a spool file to `commit` in batches, then remove it; how many there were.

    What `commit` raises comes through and the file stays whole: lines that were committed before
    are handed over again next time, and known again by their ids. A torn last line is passed over.
    """
    fd = _locked(path)
    if fd is None:
        return 0
    with os.fdopen(fd, "rb") as file:
        count = 0
        batch: list[bytes] = []
        for line in file:
            if line.endswith(b"\n"):
                batch.append(line)
            if len(batch) == BATCH:
                commit(batch)
                count += len(batch)
                batch = []
        if batch:
            commit(batch)
        path.unlink(missing_ok=True)
        return count + len(batch)


def waiting(folder: Path) -> int:
    """How many bytes of entries wait in a spool; some of them always do where names are asked
    for."""
    size = 0
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(FileNotFoundError):  # folded in meanwhile
            size += path.stat().st_size
    return size


def _locked(path: Path) -> int | None:
    """The file, open and locked; None when somebody else has it."""
    while True:
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(fd, path):
                return fd
        except BlockingIOError:
            os.close(fd)
            return None
        os.close(fd)


def _is_still(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False

"""Replace a file as a whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_REMNANT = ".{}.new"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path`, on the disk, when the block ends well.

    The name beside it is fixed, so that a crash leaves one remnant at most and the next run reuses
    it. Who comes while another process writes it, such as a build that outlived its keeper, waits
    until that one ends: two writers of one file would make a third one of their halves.
    """
    beside = path.with_name(_REMNANT.format(path.name))
    with os.fdopen(_opened(beside), "w+b") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)  # before it is closed: that lets the next writer in
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> list[Path]:
    """Remove what crashed writers left in a folder; returns what was removed."""
    found = []
    for beside in sorted(folder.glob(_REMNANT.format("*"))):
        with suppress(OSError):
            descriptor = os.open(beside, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # else somebody writes it
                beside.unlink()
                found.append(beside)
            finally:
                os.close(descriptor)
    return found


def _opened(beside: Path) -> int:
    """The descriptor of an empty file that nobody else writes, until it is closed."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        descriptor = os.open(beside, flags, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(descriptor, beside):  # else its writer has renamed it meanwhile
                os.ftruncate(descriptor, 0)
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False

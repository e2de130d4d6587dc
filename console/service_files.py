"""Files that `service import` reads: bounded, and nothing is unpacked."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

from kidgate.console.errors import NO, Failure

LARGEST = 16 * 1024 * 1024  # bytes of one file; AdGuard's table with its pictures has two million
MOST = 20_000  # files of one folder or archive
_INCLUDE = re.compile(r"^\s*include:([^\s#/]+)", re.MULTILINE)


def bytes_of(path: Path) -> bytes:
    """A whole file. Raises Failure when it is too large to be what it should be."""
    with path.open("rb") as stream:
        return _bytes(stream, path.name)


def lists_of(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every list of a folder or archive by name; of a file those it includes, and its own name.

    What is not UTF-8 becomes text that no host can be, and is told as such. Raises Failure.
    """
    if path.is_dir():
        return _folder(path), ()
    if tarfile.is_tarfile(path):
        return _archive(path), ()
    return _with_included(path.absolute()), (path.name,)


def _folder(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in sorted(path.iterdir()):
        if entry.is_file():
            _not_too_many(found, path)
            found[entry.name] = bytes_of(entry).decode(errors="replace")
    return found


def _with_included(path: Path) -> dict[str, str]:
    """A list and those beside it that it leads to: whatever else lies there is not looked at."""
    found: dict[str, str] = {}
    wanted = [path.name]
    while wanted:
        name = wanted.pop()
        beside = path.parent / name
        if name not in found and beside.parent == path.parent and beside.is_file():
            _not_too_many(found, path)
            found[name] = bytes_of(beside).decode(errors="replace")
            wanted += _INCLUDE.findall(found[name])
    return found


def _archive(path: Path) -> dict[str, str]:
    """By the members' last names, so that no name can lead out of a folder."""
    found: dict[str, str] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    _not_too_many(found, path)
                    name = PurePosixPath(member.name).name
                    found[name] = _bytes(stream, name).decode(errors="replace")
    except (tarfile.TarError, EOFError, OSError) as fault:
        raise Failure(f"`{path}` cannot be read as an archive: {fault}", NO) from None
    return found


def _bytes(stream: IO[bytes], name: str) -> bytes:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Failure(f"`{name}` is larger than {LARGEST // 1024**2} MB; is it the right file?", NO)
    return data


def _not_too_many(found: dict[str, str], path: Path) -> None:
    if len(found) >= MOST:
        raise Failure(f"`{path}` holds more than {MOST} files; is it the right one?", NO)

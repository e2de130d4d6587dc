"""A file, a folder or a tar archive as a tree of files, read in place.

Links are followed inside the tree only, archives are never written out. Which files make a list is
decided in `members.py`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from kidgate.lists import tar
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import CHUNK, Content, Limits, Progress, Reader

_LINK_HOPS = 8


class Tree(Protocol):
    """Files of a list or of many, by clean path with `/` between."""

    @property
    def path(self) -> Path: ...

    @property
    def files(self) -> frozenset[str]: ...

    def opened(
        self, name: str, progress: Progress | None = None
    ) -> AbstractContextManager[Reader]: ...


def open_tree(path: Path, limits: Limits) -> Tree:
    """Raises ImportRefused when `path` cannot be read or is an archive with tricks."""
    if path.is_dir():
        return Folder(path, limits)
    with Content(path, limits) as content:
        archive = tar.is_tar(content.read(tar.BLOCK))
    return Archive(path, limits) if archive else Single(path, limits)


class Single:
    """One plain or gzip file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self._limits = path, limits
        self.files = frozenset({path.name})

    def opened(self, name: str, progress: Progress | None = None) -> Content:
        return Content(self.path, self._limits, progress)


class Folder:
    """A folder on disk."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self._limits = path, limits
        self._real: dict[str, str] = {}
        links: dict[str, str] = {}
        for name, target in _walk(path):
            _room(len(self._real) + len(links), limits, path)
            if target is None:
                self._real[name] = name
            else:
                links[name] = target
        self._real |= _linked(self._real, links)
        self.files = frozenset(self._real)

    def opened(self, name: str, progress: Progress | None = None) -> Content:
        return Content(self.path / self._real[name], self._limits, progress)


class Archive:
    """A tar archive, plain or gzip. Each file is reached by unpacking up to it."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self._limits = path, limits
        self._parts: dict[str, tuple[int, int]] = {}
        links: dict[str, str] = {}
        with Content(path, limits) as content:
            for entry in tar.entries(content, str(path)):
                _room(len(self._parts) + len(links), limits, path)
                self._take(entry, links)
        real = {name: name for name in self._parts}
        self._real = real | _linked(real, links)
        self.files = frozenset(self._real)

    def _take(self, entry: tar.TarEntry, links: dict[str, str]) -> None:
        name = _clean(entry.name)
        if name is None:
            message = (
                f"`{self.path}` holds a path outside of itself (`{entry.name[:100]!a}`): "
                "do not use this archive; fetch it again from a source that you trust"
            )
            raise ImportRefused(Refusal.PATHS, message)
        if entry.kind is tar.Kind.FILE:
            self._parts[name] = (entry.offset, entry.size)
        elif entry.kind is tar.Kind.LINK:
            links[name] = _joined(name, entry.target)
        elif entry.kind is tar.Kind.HARD_LINK:
            links[name] = entry.target

    @contextmanager
    def opened(self, name: str, progress: Progress | None = None) -> Iterator[Reader]:
        offset, size = self._parts[self._real[name]]
        with Content(self.path, self._limits, progress) as content:
            while offset:
                offset -= len(content.read(min(offset, CHUNK)))
            yield _Part(content, size)


class _Part:
    """The next `size` bytes of a reader."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader, self._left = reader, size

    def read(self, size: int, /) -> bytes:
        part = self._reader.read(min(size, self._left))
        self._left -= len(part)
        return part


def _walk(root: Path) -> Iterator[tuple[str, str | None]]:
    """(relative path, None) for files, (relative path, target) for links; no link is entered."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            found = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as fault:
            message = f"`{root / folder}` cannot be read ({fault.strerror}): check its permissions"
            raise ImportRefused(Refusal.UNREADABLE, message) from fault
        for entry in found:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                yield name, _joined(name, str(Path(entry.path).readlink()))
            elif entry.is_dir():
                waiting.append(name)
            elif entry.is_file():
                yield name, None


def _room(count: int, limits: Limits, path: Path) -> None:
    if count >= limits.members:
        message = f"`{path}` holds more than {limits.members} files: name the folder of one list"
        raise ImportRefused(Refusal.TOO_LARGE, message)


def _joined(link: str, target: str) -> str:
    """The path a relative target means, seen from the root; absolute ones stay as they are."""
    folder = link.rpartition("/")[0]
    return target if target.startswith("/") or not folder else f"{folder}/{target}"


def _clean(path: str, *, may_climb: bool = False) -> str | None:
    """Without `.` and empty parts; None when the path leaves the tree (or may not climb at all)."""
    if path.startswith("/") or "\0" in path:
        return None
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not may_climb or not kept:
                return None
            kept.pop()
        elif part not in ("", "."):
            kept.append(part)
    return "/".join(kept)


def _linked(files: dict[str, str], links: dict[str, str]) -> dict[str, str]:
    """What links add: path through a link -> the file it leads to. None for links that lead out."""
    folders: dict[str, list[str]] = defaultdict(list)
    for name in files:
        folder, _, base = name.rpartition("/")
        folders[folder].append(base)
    added: dict[str, str] = {}
    for link in links:
        target = _resolved(link, links)
        if target in files:
            added[link] = target
        elif target is not None:
            added |= {f"{link}/{base}": f"{target}/{base}" for base in folders.get(target, ())}
    return added


def _resolved(link: str, links: dict[str, str]) -> str | None:
    target: str | None = link
    for _ in range(_LINK_HOPS):
        if target is None or target not in links:
            return target
        target = _clean(links[target], may_climb=True)
    return None

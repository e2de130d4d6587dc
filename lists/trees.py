"""A file, a folder or an archive (tar, zip) as a tree of files, read in place.

Links are followed inside the tree only, archives are never written out. Which files make a list is
decided in `members.py`.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from zipfile import ZipInfo

from kidgate.lists import tar, zipped
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import CHUNK, Content, Limits, Progress, Reader, first_bytes

_LINK_HOPS = 8
_DRIVE = re.compile(r"[a-zA-Z]:[/\\]")  # `C:\\` in archives made on Windows


class Tree(Protocol):
    """Files of a list or of many, by clean path with `/` between."""

    @property
    def path(self) -> Path: ...

    @property
    def files(self) -> frozenset[str]: ...

    def opened(
        self, name: str, progress: Progress | None = None
    ) -> AbstractContextManager[Reader]: ...

    def each(self, names: Collection[str]) -> Iterator[tuple[str, Reader]]:
        """The files called so, read in one go; a reader is good until the next is asked for."""
        ...


def open_tree(path: Path, limits: Limits) -> Tree:
    """Raises ImportRefused when `path` cannot be read or is an archive with tricks."""
    if path.is_dir():
        return Folder(path, limits)
    if first_bytes(path, 4) in zipped.MAGICS:
        return Zip(path, limits)
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

    def each(self, names: Collection[str]) -> Iterator[tuple[str, Reader]]:
        for name in self.files.intersection(names):
            with self.opened(name) as reader:
                yield name, reader


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

    def each(self, names: Collection[str]) -> Iterator[tuple[str, Reader]]:
        for name in sorted(self.files.intersection(names)):
            with self.opened(name) as reader:
                yield name, reader


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
        name = _inside(entry.name, self.path)
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
            _pass(content, offset)
            yield _Part(content, size)

    def each(self, names: Collection[str]) -> Iterator[tuple[str, Reader]]:
        at = 0
        wanted = sorted(self.files.intersection(names), key=lambda name: self._part(name))
        with Content(self.path, self._limits) as content:
            for name in wanted:
                offset, size = self._part(name)
                if offset < at:
                    continue  # an alias of the one before
                _pass(content, offset - at)
                part = _Part(content, size)
                yield name, part
                _pass(part, part.left)
                at = offset + size

    def _part(self, name: str) -> tuple[int, int]:
        return self._parts[self._real[name]]


class Zip:
    """A zip archive."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self._limits = path, limits
        self._parts: dict[str, ZipInfo] = {}
        links: dict[str, str] = {}
        with zipped.opened(path) as archive:
            for entry in zipped.entries(archive, path):
                _room(len(self._parts) + len(links), limits, path)
                name = _inside(entry.name.replace("\\", "/"), path)
                if entry.target is None:
                    self._parts[name] = entry.info
                else:
                    links[name] = _joined(name, entry.target)
        real = {name: name for name in self._parts}
        self._real = real | _linked(real, links)
        self.files = frozenset(self._real)

    @contextmanager
    def opened(self, name: str, progress: Progress | None = None) -> Iterator[Reader]:
        info = self._parts[self._real[name]]
        with (
            zipped.opened(self.path) as archive,
            zipped.member(archive, info, self.path, self._limits, progress) as member,
        ):
            yield member

    def each(self, names: Collection[str]) -> Iterator[tuple[str, Reader]]:
        with zipped.opened(self.path) as archive:
            for name in sorted(self.files.intersection(names)):
                info = self._parts[self._real[name]]
                with zipped.member(archive, info, self.path, self._limits, None) as member:
                    yield name, member


class _Part:
    """The next `size` bytes of a reader."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader, self.left = reader, size

    def read(self, size: int, /) -> bytes:
        part = self._reader.read(min(size, self.left))
        self.left -= len(part)
        return part


def _pass(reader: Reader, size: int) -> None:
    """Read bytes that nobody wants."""
    while size and (part := reader.read(min(size, CHUNK))):
        size -= len(part)


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


def _inside(name: str, archive: Path) -> str:
    """The clean path of a member. Raises ImportRefused for one that leads out of the archive."""
    found = None if _DRIVE.match(name) else _clean(name)
    if found is None:
        message = (
            f"`{archive}` holds a path outside of itself (`{name[:100]!a}`): "
            "do not use this archive; fetch it again from a source that you trust"
        )
        raise ImportRefused(Refusal.PATHS, message)
    return found


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

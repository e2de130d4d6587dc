"""A list from wherever it lies: the web, a file or folder of this machine, or what is shipped."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import certifi

from kidgate.documents.feed_data import BUILTIN, starter_text
from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.http import PACKED, FetchLimits, Wanted, fetch
from kidgate.lists.fetching.locations import WEB
from kidgate.lists.fetching.proofs import check_sha256, check_signature
from kidgate.lists.streams import CHUNK, Content, Limits, Progress
from kidgate.policies.destinations import Network

FILE = "file://"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list lies, and what we know of the version that we have."""

    location: str
    etag: str = ""
    modified: str = ""
    checksum: str = ""  # where a sha256 of it lies
    signature: str = ""  # where its signature lies
    public_key: str = ""
    allowed: tuple[Network, ...] = ()

    @property
    def proven(self) -> bool:
        return bool(self.checksum or self.signature)


@dataclass(frozen=True, slots=True)
class Obtained:
    """A list to read at `path`; what is not in our folder belongs to somebody else."""

    path: Path
    etag: str = ""
    modified: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How to get there."""

    trust: ssl.SSLContext
    limits: FetchLimits = field(default_factory=FetchLimits)
    monotonic: Callable[[], float] = time.monotonic


def trust(extra: Path | None) -> ssl.SSLContext:
    """The roots that a server's certificate must lead to: certifi's, and what the owner adds."""
    context = ssl.create_default_context(cafile=certifi.where())
    if extra is not None:
        context.load_verify_locations(cafile=extra)
    return context


def obtain(
    origin: Origin, folder: Path, way: Way, progress: Progress | None = None
) -> Obtained | None:
    """The list, proven if a proof is named; None when it is the version we have.

    `folder` is empty, private and the caller's to remove. Raises FetchFailed.
    """
    if origin.location.startswith(WEB):
        found = _from_web(origin, folder, way, progress)
    elif origin.location.startswith(BUILTIN):
        found = _shipped(origin, folder)
    else:
        found = _from_disk(origin, folder)
    if found is not None and origin.proven:
        _prove(origin, found, folder, way)
    return found


def local_path(location: str) -> Path:
    """The path that a location on this machine means."""
    if not location.startswith(FILE):
        return Path(location)
    return Path(unquote(urlsplit(location).path))


def _from_web(origin: Origin, folder: Path, way: Way, progress: Progress | None) -> Obtained | None:
    wanted = Wanted(
        origin.location, origin.etag, origin.modified, origin.allowed, plain=origin.proven
    )
    path = folder / "list"
    found = fetch(
        wanted, path, way.trust, limits=way.limits, progress=progress, monotonic=way.monotonic
    )
    if found is None:
        return None
    if found.packed and not origin.proven:
        path = _unpacked_once(path)
    return Obtained(path, found.etag, found.modified, found.sha256)


def _unpacked_once(path: Path) -> Path:
    """The transfer's packing taken off where the maker's is below it; else the importer sees to it.

    Many servers say `gzip` of a file that its maker packed, and pack nothing themselves.
    """
    with Content(path, Limits()) as content:
        head = content.read(CHUNK)
        if not head.startswith(PACKED):
            return path
        inner = path.with_name("inner")
        with inner.open("xb") as file:
            while head:
                file.write(head)
                head = content.read(CHUNK)
    path.unlink()
    return inner


def _shipped(origin: Origin, folder: Path) -> Obtained | None:
    try:
        text = starter_text(origin.location)
    except KeyError:
        message = f"no list `{origin.location}` is shipped any more: remove the feed"
        raise FetchFailed(Trouble.MISSING, message) from None
    digest = hashlib.sha256(text).hexdigest()
    if digest == origin.etag:
        return None
    path = folder / "list"
    path.write_bytes(text)
    return Obtained(path, etag=digest, sha256=digest)


def _from_disk(origin: Origin, folder: Path) -> Obtained | None:
    path = local_path(origin.location)
    try:
        state = path.stat()
    except OSError as fault:
        message = f"`{path}` cannot be read ({fault.strerror}): check the path"
        raise FetchFailed(Trouble.MISSING, message) from fault
    if not stat.S_ISREG(state.st_mode):  # of a folder nobody knows whether it changed
        return Obtained(path)
    seen = f"{state.st_size}-{state.st_mtime_ns}-{state.st_ino}"
    if seen == origin.etag:
        return None
    if origin.proven:  # what is proven is what is read
        path = Path(shutil.copyfile(path, folder / "list"))
    return Obtained(path, etag=seen, sha256=_sha256(path))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        message = f"`{path}` cannot be read ({fault.strerror}): check its permissions"
        raise FetchFailed(Trouble.MISSING, message) from fault


def _prove(origin: Origin, found: Obtained, folder: Path, way: Way) -> None:
    if not found.path.is_file():
        message = f"`{found.path}` is a folder, which has no checksum: leave the proof out"
        raise FetchFailed(Trouble.CHECKSUM, message)
    if origin.checksum:
        file = urlsplit(origin.location).path.rpartition("/")[2]
        check_sha256(_small(origin, origin.checksum, folder, way), unquote(file), found.sha256)
    if origin.signature:
        signature = _small(origin, origin.signature, folder, way)
        check_signature(signature, origin.public_key, found.path)


def _small(origin: Origin, location: str, folder: Path, way: Way) -> bytes:
    """A checksum or signature file."""
    if not location.startswith(WEB):
        try:
            with local_path(location).open("rb") as file:
                return file.read(way.limits.proof)
        except OSError as fault:
            message = f"`{location}` cannot be read ({fault.strerror}): check the path"
            raise FetchFailed(Trouble.MISSING, message) from fault
    path = folder / "proof"
    limits = FetchLimits(size=way.limits.proof, total=way.limits.connect + way.limits.silence)
    wanted = Wanted(location, allowed=origin.allowed, plain=True)
    fetch(wanted, path, way.trust, limits=limits, monotonic=way.monotonic)
    try:
        return path.read_bytes()
    finally:
        path.unlink()

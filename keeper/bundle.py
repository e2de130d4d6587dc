"""A backup of the whole house in one file: database, lists, certificate and tunnels with their key.

A gzipped tar with `kidgate.db`, `feeds/NAME.names`, `phrases/NAME.json`, `ca/*.pem`, the hash lists
and the model of `images/`, and, where there is one, `wireguard/server.key` and `personal.key`, for
the owner alone. The hash lists go compiled too: to compile them takes numpy. The index,
the snapshot, sockets and the spool are made anew; config.yaml belongs to the box and stays.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from gzip import BadGzipFile
from pathlib import Path
from typing import BinaryIO

from kidgate.content.images.layout import HashesFault
from kidgate.documents.home import Home
from kidgate.keeper import bundled_pictures
from kidgate.keeper.commands import rebuild
from kidgate.keeper.writer import Writer, writer_lock
from kidgate.lists.faults import NamesFault
from kidgate.lists.names_file import NamesFile
from kidgate.proxy.ca import PRIVATE, PUBLIC, fingerprint
from kidgate.proxy.pictures.shelf import Shelf
from kidgate.store import backup as store
from kidgate.store.database import Database, open_database

DATABASE = "kidgate.db"
_MEMBER = re.compile(
    rf"{re.escape(DATABASE)}|feeds/[a-z0-9][a-z0-9._-]*\.names"
    rf"|ca/(?:{re.escape(PRIVATE)}|{re.escape(PUBLIC)})"
    r"|phrases/[a-z0-9][a-z0-9._-]*\.json|wireguard/server\.key|personal\.key"
    r"|images/(?:lists/[a-z0-9][a-z0-9._-]*\.list|hashes\.kgh|model\.json|model-[0-9a-f]{16}\.onnx)"
)
FOLDERS = ("feeds", "phrases", "ca", "wireguard", "images/lists")


class BadBundle(ValueError):
    """The file is no whole backup; nothing was changed."""


def backup(home: Home, database: Database, path: Path) -> None:
    """Write a backup to a new file, as of one moment, while the gateway goes on.

    Raises DatabaseFault, FileExistsError or OSError; nothing is left behind then.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with (
            os.fdopen(fd, "wb") as file,
            tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".kidgate-") as folder,
        ):
            draft = Path(folder) / DATABASE
            store.backup(database, draft)
            _pack(home, draft, file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):
        home.backup_mark.touch(mode=0o600)


def restore(home: Home, database: str, path: Path, now: Callable[[], datetime]) -> int:
    """Make a backup the house again, checked as a whole before anything of the old one moves.

    `database` is the place of an SQLite file. Returns the policy's version. Raises WriterBusy while
    a gateway runs, BadBundle, DatabaseFault or OSError.
    """
    with writer_lock(home), _unpacked(home, path) as staged:
        _check(staged, path)
        with _swapped(home, staged):
            store.restore(staged / DATABASE, Path(database.removeprefix("sqlite:///")))
        opened = open_database(database, create=False)
        try:
            writer = Writer(home, opened, now)
            version = writer.publish()
            rebuild(writer, {})
        finally:
            opened.close()
    return int(version)


def _pack(home: Home, draft: Path, file: BinaryIO) -> None:
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
        tar.add(draft, DATABASE)
        parts = (
            (home.feeds, "[!.]*.names"),
            (home.phrases, "[!.]*.json"),
            (home.ca, "*.pem"),
            (home.wireguard, "server.key"),
            (home.images, "lists/[!.]*.list"),
            (home.images, "hashes.kgh"),
            (home.images, "model.json"),
            (home.images, "model-*.onnx"),
        )
        for folder, pattern in parts:
            for member in sorted(folder.glob(pattern)):
                tar.add(member, str(member.relative_to(home.root)))
        if home.personal_key.exists():
            tar.add(home.personal_key, home.personal_key.name)


@contextlib.contextmanager
def _unpacked(home: Home, path: Path) -> Iterator[Path]:
    """The members of a backup in a folder beside the home's own, gone afterwards."""
    staged = Path(tempfile.mkdtemp(dir=home.root, prefix=".restore-"))
    try:
        for folder in FOLDERS:
            (staged / folder).mkdir(mode=0o700, parents=True)
        try:
            with tarfile.open(path, "r:gz") as tar:
                for member in tar:
                    _take(tar, member, staged, path)
        except (tarfile.TarError, EOFError, zlib.error, BadGzipFile) as fault:
            raise BadBundle(f"`{path}` is no whole backup of kidgate ({fault})") from fault
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, staged: Path, path: Path) -> None:
    """One member, by its name alone: modes, owners and links of an archive are nobody's wish."""
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or not _MEMBER.fullmatch(member.name):
        raise BadBundle(f"`{path}` holds `{member.name}`, which no backup of kidgate does")
    fd = os.open(staged / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as target:
        shutil.copyfileobj(source, target)


def _check(staged: Path, path: Path) -> None:
    try:
        for name in (DATABASE, f"ca/{PRIVATE}", f"ca/{PUBLIC}"):
            if not (staged / name).exists():
                raise BadBundle(f"`{path}` is no whole backup of kidgate: it lacks {name}")
        for names in (staged / "feeds").iterdir():
            with NamesFile(names) as file:
                file.verify()
        bundled_pictures.check(Shelf(staged / "images"))
    except (NamesFault, HashesFault) as fault:
        raise BadBundle(f"a list in `{path}` is damaged: use an older backup") from fault
    try:
        fingerprint(staged / "ca" / PUBLIC)
    except ValueError as fault:
        raise BadBundle(f"the certificate in `{path}` is damaged: use an older backup") from fault


@contextlib.contextmanager
def _swapped(home: Home, staged: Path) -> Iterator[None]:
    """The staged lists and certificate stand in place inside; on an exception the old are back."""
    (staged / "ca" / PUBLIC).chmod(0o644)
    done: list[tuple[Path, Path]] = []
    folders = [home.feeds, home.ca]
    # Older backups have none of these: ours stay.
    for folder in (home.phrases, home.wireguard, home.images):
        if any(path.is_file() for path in (staged / folder.name).rglob("*")):
            folder.mkdir(mode=0o700, exist_ok=True)
            folders.append(folder)
    if (staged / home.personal_key.name).exists():  # without it no child's own data is known again
        folders.append(home.personal_key)
    try:
        for folder in folders:
            old = staged / f"old-{folder.name}"
            if folder.exists():
                folder.replace(old)
            done.append((folder, old))
            (staged / folder.name).replace(folder)
        yield
    except BaseException:
        for folder, old in reversed(done):
            if folder.exists():
                folder.replace(staged / f"new-{folder.name}")
            if old.exists():
                old.replace(folder)
        raise

"""A key of the house in a file of its own, for the owner alone: made once, never by halves."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SIZE = 32  # bytes


class NoKey(OSError):
    """The key file cannot be used; the message says what to do."""


def read_key(path: Path, *, broken: str) -> bytes | None:
    """The key; None where nobody has made one. `broken` says what to do with a file that holds
    none. Raises NoKey or OSError."""
    try:
        return _read(path, broken)
    except FileNotFoundError:
        return None


def make_key(path: Path, *, broken: str) -> bytes:
    """The key, made where there is none. Raises NoKey or OSError."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return _read(path, broken)
    if os.geteuid() == 0:  # an adult with sudo; the gateway runs as the owner of the home
        owner = path.parent.stat()
        os.chown(fd, owner.st_uid, owner.st_gid)
    with os.fdopen(fd, "wb") as file:
        file.write(secrets.token_hex(SIZE).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return _read(path, broken)


def _read(path: Path, broken: str) -> bytes:
    text = path.read_bytes()
    if path.stat().st_mode & 0o077:
        raise NoKey(f"others may read `{path}`; take it away from them: chmod 600 {path}")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise NoKey(f"`{path}` holds no key; {broken}")
    return key

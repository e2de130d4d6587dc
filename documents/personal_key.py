"""The key that seals children's own data: made once, beside the database and never in it.

A telephone number is one of some hundred million: who had key and database together could try them
all, who has one of the two learns nothing. So the key is no part of an export, and lies in a file
for the owner alone. Lost, it cannot be made again: what was sealed with it is told anew.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kidgate.documents.home import Home

SIZE = 32  # bytes


class NoPersonalKey(OSError):
    """The key file cannot be used; the message says what to do."""


def read_personal_key(home: Home) -> bytes | None:
    """The key; None where nobody has made one. Raises NoPersonalKey or OSError."""
    try:
        return _read(home.personal_key)
    except FileNotFoundError:
        return None


def make_personal_key(home: Home) -> bytes:
    """The key, made where there is none. Raises NoPersonalKey or OSError."""
    path = home.personal_key
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return _read(path)
    if os.geteuid() == 0:  # an adult with sudo; the workers run as the owner of the home
        owner = home.root.stat()
        os.chown(fd, owner.st_uid, owner.st_gid)
    with os.fdopen(fd, "wb") as file:
        file.write(secrets.token_hex(SIZE).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return _read(path)


def _read(path: Path) -> bytes:
    text = path.read_bytes()
    if path.stat().st_mode & 0o077:
        raise NoPersonalKey(f"others may read `{path}`; take it away from them: chmod 600 {path}")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise NoPersonalKey(
            f"`{path}` holds no key; restore it from a backup, or remove it and tell each child's "
            "data anew: kidgate profile personal"
        )
    return key

"""The gateway's own WireGuard key: made once, readable by its owner alone, sent nowhere."""

from __future__ import annotations

import os
from pathlib import Path

from mitmproxy_rs import wireguard

from kidgate.policies.tunnel_keys import canonical_key

NAME = "server.key"


class NoKey(OSError):
    """The key file cannot be used; the message says what to do."""


def server_key(folder: Path) -> str:
    """The private key, base64; made where there is none. Raises NoKey or OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return _read(path)
    if os.geteuid() == 0:  # an adult with sudo; the workers run as the owner of the home
        owner = folder.parent.stat()
        for place in (fd, folder):
            os.chown(place, owner.st_uid, owner.st_gid)
    with os.fdopen(fd, "w") as file:
        file.write(wireguard.genkey() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return _read(path)


def new_pair() -> tuple[str, str]:
    """Private and public key for a device."""
    private = wireguard.genkey()
    return private, wireguard.pubkey(private)


def public_of(private: str) -> str:
    return wireguard.pubkey(private)


def _read(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise NoKey(f"others may read `{path}`; take it away from them: chmod 600 {path}")
    try:
        return canonical_key(path.read_text())
    except ValueError:
        raise NoKey(
            f"`{path}` holds no WireGuard key; remove it, and every device needs a new "
            "configuration: kidgate device wireguard add"
        ) from None

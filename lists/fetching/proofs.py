"""Is a file the one that its maker meant: sha256 sums, minisign and plain Ed25519 signatures.

Formats: sha256sum(1) of coreutils and BSD; minisign, https://jedisct1.github.io/minisign/.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mmap
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kidgate.lists.fetching.faults import FetchFailed, Trouble

_GNU = re.compile(r"\\?([0-9a-fA-F]{64})(?:[ \t]+[ *]?(.*))?")
_BSD = re.compile(r"SHA256 ?\((.*)\) ?= ?([0-9a-fA-F]{64})")
_KEY, _ID, _SIGNATURE = 32, 8, 64  # bytes
_LEGACY, _HASHED = b"Ed", b"ED"  # minisign: of the file itself, of its BLAKE2b


def check_sha256(text: bytes, file: str, found: str) -> None:
    """Raise FetchFailed unless a list of sums gives `found` for the file name, or for all."""
    sums = _sums(text.decode("utf-8", "replace"))
    wanted = sums.get(file) or (next(iter(sums.values())) if len(sums) == 1 else None)
    if wanted is None:
        message = f"the checksum file names no sum for `{file}`: check its address"
        raise FetchFailed(Trouble.CHECKSUM, message)
    if wanted != found:
        message = (
            f"the list is not the one its checksum is of (sha256 {found[:16]}..., said "
            f"{wanted[:16]}...): it may be half replaced or forged; it is tried again"
        )
        raise FetchFailed(Trouble.CHECKSUM, message)


def _sums(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        if bsd := _BSD.fullmatch(line.strip()):
            found[_base(bsd[1])] = bsd[2].lower()
        elif gnu := _GNU.fullmatch(line.strip()):
            found[_base(gnu[2] or "")] = gnu[1].lower()
    return found


def _base(path: str) -> str:
    return path.strip().rpartition("/")[2]


def check_key(text: str) -> None:
    """Raise ValueError unless it is a public key of minisign or Ed25519, in base64."""
    _read_key(text)


def check_signature(signature: bytes, key: str, path: Path) -> None:
    """Raise FetchFailed unless the file at `path` was signed with the key."""
    try:
        key_id, public = _read_key(key)
        if signature.lstrip().startswith(b"untrusted comment:"):
            _check_minisign(signature, key_id, public, path)
        else:
            with _mapped(path) as content:
                public.verify(_raw(signature), content)  # type: ignore[arg-type]
    except (InvalidSignature, ValueError) as fault:
        said = str(fault) or "it does not fit"
        message = (
            f"the signature of the list is wrong ({said}): it may be forged; "
            "ask its maker, or look at the key with kidgate feed show"
        )
        raise FetchFailed(Trouble.SIGNATURE, message) from fault


def _check_minisign(
    text: bytes, key_id: bytes | None, public: Ed25519PublicKey, path: Path
) -> None:
    lines = text.decode("utf-8", "replace").splitlines()
    if len(lines) < 4 or not lines[2].startswith("trusted comment: "):
        raise ValueError("it is no signature of minisign")
    made = _decoded(lines[1])
    if len(made) != 2 + _ID + _SIGNATURE:
        raise ValueError("it is no signature of minisign")
    kind, signer, signature = made[:2], made[2 : 2 + _ID], made[2 + _ID :]
    if key_id is not None and signer != key_id:
        raise ValueError("another key signed it")
    if kind == _HASHED:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "blake2b").digest()
        public.verify(signature, digest)
    elif kind == _LEGACY:
        with _mapped(path) as content:
            public.verify(signature, content)  # type: ignore[arg-type]
    else:
        raise ValueError("its kind is not known")
    comment = lines[2].removeprefix("trusted comment: ").encode()
    public.verify(_decoded(lines[3]), signature + comment)


def _read_key(text: str) -> tuple[bytes | None, Ed25519PublicKey]:
    """The key's number, where minisign gave one, and the key."""
    raw = _decoded(text.strip().splitlines()[-1] if text.strip() else "")
    if len(raw) == 2 + _ID + _KEY and raw[:2] == _LEGACY:
        return raw[2 : 2 + _ID], Ed25519PublicKey.from_public_bytes(raw[2 + _ID :])
    if len(raw) == _KEY:
        return None, Ed25519PublicKey.from_public_bytes(raw)
    raise ValueError("the key is none of minisign or Ed25519 in base64")


def _raw(signature: bytes) -> bytes:
    if len(signature) == _SIGNATURE:
        return signature
    text = signature.decode("ascii", "replace").strip()
    if len(text) == 2 * _SIGNATURE:
        return bytes.fromhex(text)
    return _decoded(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise ValueError("it is not base64") from fault


def _mapped(path: Path) -> mmap.mmap:
    """A private file of ours, which nobody cuts while it is mapped."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

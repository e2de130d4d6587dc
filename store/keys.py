"""Keys that open something: links, sessions, programs. Made at random, kept as hashes.

A key has 256 random bits, so a plain SHA-256 of it is enough: nobody can try them all. A row is
found by that hash; how long the search takes says something about a hash that the asker cannot
steer, and nothing about the key. What people choose or type (passwords, PINs) is not for here.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

TOKEN_PREFIX = "kg_"  # of keys that people paste elsewhere: scanners for leaked secrets know it
BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def new_key() -> str:
    """Fit for a URL and a cookie."""
    return secrets.token_urlsafe(BYTES)


def new_token() -> str:
    """A key for a program."""
    return TOKEN_PREFIX + new_key()


def hash_key(key: str) -> str:
    """What is kept of a key: SHA-256 in 64 hexadecimal digits."""
    return sha256(key.encode(errors="replace")).hexdigest()


def is_hash(text: str) -> bool:
    """Whether this can be a kept key; a key itself cannot."""
    return _HASH.fullmatch(text) is not None

"""Recovery codes: for whoever has lost the phone. Shown once, kept as hashes, each good once.

A code has 80 random bits, so a plain SHA-256 of it is enough.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable

from kidgate.store.keys import hash_key

CODES = 10
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's 32: none is taken for another
PARTS, PART = 4, 4
_READ_AS = str.maketrans("oil", "011")
_LONGEST = 64


def new_codes() -> tuple[str, ...]:
    """`x7k2-...`, to be written down."""
    return tuple("-".join(_part() for _ in range(PARTS)) for _ in range(CODES))


def hash_code(code: str) -> str:
    """What is kept of a code, however it was typed."""
    plain = code[:_LONGEST].casefold().translate(_READ_AS)
    return hash_key("recovery " + "".join(c for c in plain if c in LETTERS))


def match(hashes: Iterable[str], code: str) -> str:
    """The hash that a code is of, to be taken away with `user.recovery_used`; empty: of none."""
    given, found = hash_code(code), ""
    for hash in hashes:
        if hmac.compare_digest(hash.encode(), given.encode()):
            found = hash
    return found


def _part() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(PART))

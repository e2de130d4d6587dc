"""What a PIN may be, and its hash. Where hashes are kept is `store.pins`."""

from __future__ import annotations

import re
from itertools import pairwise

from kidgate.policies.edits import EditFault

PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
# OWASP's smallest for Argon2id: a box with 1 GB of memory must bear some at once.
TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1


def checked_pin(pin: str) -> str:
    """Raises EditFault, which never shows the PIN."""
    if not PIN.fullmatch(pin):
        raise EditFault("a PIN has 4 to 8 digits")
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, -1}:
        raise EditFault("this PIN is the first that others try; choose another")
    return pin


def hash_pin(pin: str) -> str:
    """Argon2id, in its PHC spelling."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)
    return str(hasher.hash(pin))

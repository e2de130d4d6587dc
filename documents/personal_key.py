"""The key that seals children's own data: made once, beside the database and never in it.

A telephone number is one of some hundred million: who had key and database together could try them
all, who has one of the two learns nothing. So the key is no part of an export, and lies in a file
for the owner alone. Lost, it cannot be made again: what was sealed with it is told anew.
"""

from __future__ import annotations

from kidgate.documents.home import Home
from kidgate.documents.key_file import make_key, read_key

BROKEN = (
    "restore it from a backup, or remove it and tell each child's data anew: "
    "kidgate profile personal"
)


def read_personal_key(home: Home) -> bytes | None:
    """The key; None where nobody has made one. Raises NoKey or OSError."""
    return read_key(home.personal_key, broken=BROKEN)


def make_personal_key(home: Home) -> bytes:
    """The key, made where there is none. Raises NoKey or OSError."""
    return make_key(home.personal_key, broken=BROKEN)

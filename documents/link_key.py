"""The key that signs the links by which an adult answers a request: made once, never in a database.

Who had it could write links, but none that the row of an open request does not know. Lost, it is
made anew, and links that were sent before it lead nowhere.
"""

from __future__ import annotations

from kidgate.documents.home import Home
from kidgate.documents.key_file import make_key


def make_link_key(home: Home) -> bytes:
    """The key, made where there is none. Raises NoKey or OSError."""
    return make_key(home.link_key, broken="remove it, and a new one is made")

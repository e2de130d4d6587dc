"""One thing that somebody said: the word between hearing and scoring."""

from __future__ import annotations

from typing import NamedTuple

ME = "me"  # the child at this device
MACHINE = "machine"  # an assistant


class Said(NamedTuple):
    """`who` is ME, MACHINE, what the service calls the author, or "" where nobody can say; `talk`
    names the conversation within the service, where it has several."""

    text: str
    who: str = ""
    talk: str = ""
    joins: bool = False  # a piece of a longer text: goes on where the last piece ended


class Heard(NamedTuple):
    """What was said, in order; `unread` says in words what could not be read, "" when all was."""

    said: tuple[Said, ...] = ()
    unread: str = ""

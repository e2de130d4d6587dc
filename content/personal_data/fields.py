"""What a body is taken apart into, and how far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from kidgate.content.personal_data.context import Cue, cues_of_name

TOO_LARGE = "body too large"
TOO_MANY = "too many fields"
TOO_DEEP = "nested too deep"
TOO_LONG = "too much text"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a request is looked at; what lies beyond is told as unread."""

    body: int = 1 << 20  # bytes
    fields: int = 4000
    text: int = 300_000  # characters of all values
    value: int = 100_000  # characters of one
    depth: int = 40  # of nested structures, and of structures inside strings
    words: int = 40_000  # that are compared with a child's own data
    part: int = 65_536  # bytes of a file of text that is read


LIMITS = Limits()


class Field(NamedTuple):
    """One named value. `group` is shared by what stands side by side in one structure."""

    name: str
    value: str
    group: int = 0
    cues: frozenset[Cue] = frozenset()  # what the name says


@dataclass(slots=True)
class Fields:
    """All values of a request, as they are found."""

    limits: Limits = LIMITS
    found: list[Field] = field(default_factory=list)
    files: int = 0
    passwords: int = 0
    codes: int = 0  # one-time codes, which log in as well
    unread: str = ""
    groups: int = 0
    _room: int = 0  # characters that may still come

    def __post_init__(self) -> None:
        self._room = self.limits.text

    def add(self, name: str, value: str, group: int = 0, *, typed: bool = True) -> bool:
        """Take a value in; `typed`: into a field, not in a text. False: no room for more."""
        if len(self.found) >= self.limits.fields:
            self.leave(TOO_MANY)
            return False
        if not value or _MASKED.fullmatch(value):
            return True
        cues = cues_of_name(name)
        self.passwords += typed and Cue.PASSWORD in cues
        self.codes += typed and Cue.CODE in cues
        if Cue.PASSWORD in cues or is_opaque(value):
            return True
        if len(value) > min(self._room, self.limits.value):
            value = value[: min(self._room, self.limits.value)]
            self.leave(TOO_LONG)
        self._room -= len(value)
        self.found.append(Field(name, value, group, cues))
        return self._room > 0

    def leave(self, why: str) -> None:
        """Something was not read; the first reason stands."""
        self.unread = self.unread or why

    def new_group(self) -> int:
        self.groups += 1
        return self.groups


_MASKED = re.compile(r"\*[a-z_+]{3,200}\*")  # what `mask.py` left of a value
_OPAQUE = 256
_PACKED = re.compile(r"(?:data:[\w/+.-]{3,60};base64,)?[A-Za-z0-9+/=_~.\-\r\n]++")


def is_opaque(value: str) -> bool:
    """Whether a value is packed bytes: a picture in base64, a token."""
    return len(value) >= _OPAQUE and _PACKED.fullmatch(value) is not None

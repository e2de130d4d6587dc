"""Types and wrong values in the words of a fault."""

from __future__ import annotations

import typing
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal

from kidgate.documents.strict_yaml import Mapping, Sequence

SHOWN = 60  # characters of a wrong value repeated in a fault


def describe(kind: Any) -> str:
    """A type in the words of a fault."""
    bare, marks = unwrapped(kind)
    if typing.get_origin(bare) is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in typing.get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in bare)
    words = {
        str: "text",
        bool: "`true` or `false`",
        int: "a whole number",
        float: "a number",
        date: "a date like `2026-05-01`",
        datetime: "a time with its zone like `2026-11-23T21:30+07:00`",
    }
    return words[bare] + "".join(f" from {mark.ge} to {mark.le}" for mark in marks)


def unwrapped(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without `Annotated`, and what was annotated."""
    if typing.get_origin(kind) is not Annotated:
        return kind, ()
    bare, *marks = typing.get_args(kind)
    return bare, tuple(marks)


def known_keys(known: list[str]) -> str:
    """What could have been written instead of an unknown key."""
    return "known keys: " + ", ".join(known) if known else "no keys are known here"


def show(data: Any) -> str:
    """A wrong value, short enough to repeat."""
    if isinstance(data, Mapping):
        return "a mapping"
    if isinstance(data, Sequence):
        return "a list"
    if data is None:
        return "nothing"
    return f"`{cut(str(data).lower() if isinstance(data, bool) else str(data))}`"


def cut(text: str) -> str:
    """Text somebody wrote, short enough to repeat."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def hint(data: Any, kind: Any) -> str:
    """What to type instead, where it is plain."""
    if kind is str and isinstance(data, int | float):
        return "; put it in quotes"
    return ""

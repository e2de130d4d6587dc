"""One field of a row from the text a person types: `bedtime`, `categories.games`, `ports`.

Ranges and choices that the rows' types cannot say belong to `documents.row_types`; what a value
means to `compile.py`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from typing import Any

from kidgate.policies.rows_json import RowFault, from_json, to_json

FIXED = ("key", "id")  # what a row is known by
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class InvalidField(ValueError):
    """No such field, or no such value for it; the message says what to write."""


def set_field[R](row: R, place: str, text: str) -> R:
    """The row with one field read from text. Raises InvalidField.

    `place` is a field; of a mapping or a text in two languages, `field.entry`. A list is written
    with commas. An empty text empties a list or a field, and takes out a mapping's entry.
    """
    document = to_json(row)
    name, dot, entry = place.partition(".")
    known = [field for field in document if field not in FIXED]
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else "there are " + ", ".join(known)
        raise InvalidField(f"there is no `{name}` to set; {hint}")
    hint = typing.get_type_hints(type(row))[name]
    within = _entries(hint)
    if within is None:
        if dot:
            raise InvalidField(f"`{name}` has no parts; write `{name}` alone")
        document[name] = _plain(name, hint, text)
    elif not entry:
        raise InvalidField(f"`{name}` has parts; write for example `{_example(name, hint)}`")
    elif is_dataclass(hint) and entry not in document[name]:
        raise InvalidField(f"`{name}` has only the parts " + ", ".join(document[name]))
    elif text == "" and not is_dataclass(hint):
        if document[name].pop(entry, None) is None:
            raise InvalidField(f"`{place}` is not set; there is nothing to take out")
    else:
        document[name][entry] = _plain(place, within, text)
    try:
        return from_json(type(row), document)
    except RowFault as fault:
        raise InvalidField(str(fault)) from None


def _entries(hint: Any) -> Any | None:
    """The type of a mapping's entries, or of a part of a text; None for a plain field."""
    if typing.get_origin(hint) is Mapping:
        return typing.get_args(hint)[1]
    return str if is_dataclass(hint) else None


def _example(name: str, hint: Any) -> str:
    return f"{name}.en" if is_dataclass(hint) else f"{name}.games"


def _plain(place: str, hint: Any, text: str) -> Any:
    """The JSON value a text stands for."""
    if typing.get_origin(hint) is tuple:
        if text and is_dataclass(typing.get_args(hint)[0]):
            raise InvalidField(f"`{place}` holds more than words; it has a command of its own")
        parts = (part.strip() for part in text.split(","))
        return [_plain(place, typing.get_args(hint)[0], part) for part in parts if part]
    if typing.get_origin(hint) is types.UnionType:
        return _plain(place, typing.get_args(hint)[0], text) if text else None
    try:
        if hint is bool:
            return _WORDS[text.lower()]
        if hint is int:
            return int(text)
        if hint is float:
            return float(text)
    except (ValueError, KeyError):
        needs = "true or false" if hint is bool else "a number"
        raise InvalidField(f"`{place}` needs {needs}, not `{text}`") from None
    return text

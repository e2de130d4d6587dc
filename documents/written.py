"""Rows -> plain data -> YAML text that `strict_yaml` reads back to the same values.

Reading belongs to `strict_yaml.py` and `typed.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import yaml

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NEEDS_ESCAPES = re.compile(
    "[^\x20-\x7e\xa0-\u1fff\u2030-\ud7ff\ue000-\ufefe\U00010000-\U0001fffd]"
)


class _Writer(_Dumper):  # type: ignore[misc]
    """No anchors, and escapes wherever a character could be mistaken for a line's end."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(writer: _Writer, value: str) -> Any:
    style = '"' if _NEEDS_ESCAPES.search(value) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def plain(row: Any) -> dict[str, Any]:
    """A dataclass as a mapping of the fields that differ from their defaults."""
    found = {}
    for spec in fields(row):
        value = getattr(row, spec.name)
        if spec.default_factory is not MISSING:
            same = value == spec.default_factory()
        else:
            same = spec.default is not MISSING and value == spec.default
        if not same:
            found[spec.name] = _plain_value(value)
    return found


def write(data: Mapping[str, Any]) -> str:
    """YAML text of plain data, keys in their order, Vietnamese as it is."""
    text = yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)
    return str(text)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value):
        return plain(value)
    if isinstance(value, Mapping):
        return {key: _plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    return value

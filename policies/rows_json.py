"""Rows to plain JSON values and back, driven by the dataclasses' own types.

`to_json` gives what `json.dumps` takes as it is: dicts, lists, strings, numbers, booleans, None.
Enums become their value, dates and times ISO 8601 text (times in UTC, so that one moment has one
spelling). `from_json` is strict: an unknown field, a missing one without default and a value of
another type are a `RowFault` that names the field. Whether a value makes sense (a zone, a target)
is `compile.py`'s business, and no file is read or written here.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, cast

Convert = Callable[[Any], Any]

_PLAIN: Mapping[type, str] = {str: "text", int: "a whole number", bool: "true or false"}


class RowFault(ValueError):
    """A value that a row cannot take; `place` is the field, like `rules[3].until`."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"`{place}` {what}" if place else what)
        self.place = place
        self.what = what

    def inside(self, place: str) -> RowFault:
        """The same fault seen from the row, list or mapping around it."""
        dot = "" if not self.place or self.place.startswith("[") else "."
        return RowFault(f"{place}{dot}{self.place}", self.what)


def to_json(row: object) -> dict[str, Any]:
    """A row (any dataclass of rows' types) as plain JSON values, every field present."""
    return cast("dict[str, Any]", _row_encoder(cast("Hashable", type(row)))(row))


def from_json[Row](cls: type[Row], value: object) -> Row:
    """The row that `to_json` was given; RowFault (a ValueError) names the field that is wrong."""
    return cast("Row", _row_decoder(cast("Hashable", cls))(value))


# --- encoding: None stands for "plain already" ---


@cache
def _row_encoder(cls: type) -> Convert:
    hints = typing.get_type_hints(cls)
    plan = [(f.name, _encoder(hints[f.name])) for f in _fields(cls)]

    def encode(row: object) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, convert in plan:
            value = getattr(row, name)
            try:
                found[name] = value if convert is None else convert(value)
            except RowFault as fault:
                raise fault.inside(name) from None
        return found

    return encode


def _encoder(hint: Any) -> Convert | None:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return None
    if hint is float:
        return _encode_number
    if hint is object:
        return _encode_any
    if hint is datetime:
        return _encode_moment
    if hint is date:
        return date.isoformat
    if origin is tuple:
        return _encode_tuple(_encoder(parts[0]))
    if origin is Mapping:
        return _encode_mapping(_encoder(parts[1]))
    if origin is types.UnionType:
        return _encode_optional(_encoder(_without_none(hint)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: value.value
    if is_dataclass(hint):
        return _row_encoder(cast("type", hint))
    raise TypeError(f"no JSON form is defined for `{hint}`")


def _encode_number(value: float) -> float:
    if not math.isfinite(value):
        raise RowFault("", "a number must be finite to be written as JSON")
    return value


def _encode_any(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _encode_any(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encode_any(item) for item in value]
    return value


def _encode_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise RowFault("", f"`{value}` needs a time zone")
    return value.astimezone(UTC).isoformat()


def _encode_tuple(convert: Convert | None) -> Convert:
    if convert is None:
        return list
    return lambda value: [convert(item) for item in value]


def _encode_mapping(convert: Convert | None) -> Convert:
    if convert is None:
        return dict
    return lambda value: {key: convert(item) for key, item in value.items()}


def _encode_optional(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


# --- decoding ---


@cache
def _row_decoder(cls: type) -> Convert:
    hints = typing.get_type_hints(cls)
    # A plain type is compared on the spot: a call for each field would take most of the time.
    plan = [
        (f.name, hints[f.name] if hints[f.name] in _PLAIN else None, _decoder(hints[f.name]))
        for f in _fields(cls)
    ]
    known = {name for name, _, _ in plan}
    required = [f.name for f in _fields(cls) if _required(f)]

    def decode(value: object) -> object:
        if type(value) is not dict:
            raise RowFault("", f"needs a mapping of fields, not {_shown(value)}")
        if not value.keys() <= known:
            raise RowFault(min(map(str, value.keys() - known)), "is not a field of this row")
        for name in required:
            if name not in value:
                raise RowFault(name, "is missing")
        found: dict[str, Any] = {}
        for name, plain, convert in plan:
            item = value.get(name, MISSING)
            if type(item) is plain:
                found[name] = item
            elif item is not MISSING:
                try:
                    found[name] = convert(item)
                except RowFault as fault:
                    raise fault.inside(name) from None
        return cls(**found)

    return decode


def _decoder(hint: Any) -> Convert:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _decode_plain(hint)
    if hint is float:
        return _decode_number
    if hint is object:
        return lambda value: value
    if hint is datetime:
        return _decode_moment
    if hint is date:
        return _decode_day
    if origin is tuple:
        return _decode_tuple(_decoder(parts[0]))
    if origin is Mapping:
        return _decode_mapping(_decoder(parts[1]))
    if origin is types.UnionType:
        return _decode_optional(_decoder(_without_none(hint)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _decode_enum(hint)
    if is_dataclass(hint):
        return _row_decoder(cast("type", hint))
    raise TypeError(f"no JSON form is defined for `{hint}`")


def _decode_plain(kind: type) -> Convert:
    needs = _PLAIN[kind]

    def decode(value: object) -> object:
        if type(value) is kind:  # exactly: True is an int to isinstance
            return value
        raise RowFault("", f"needs {needs}, not {_shown(value)}")

    return decode


def _decode_number(value: object) -> float:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return cast("float", value)
    raise RowFault("", f"needs a number, not {_shown(value)}")


def _decode_moment(value: object) -> datetime:
    if type(value) is str:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is not None and found.tzinfo is not None:
            return found
    raise RowFault(
        "", f"needs a time with its zone, like `2026-11-23T21:30:00+07:00`, not {_shown(value)}"
    )


def _decode_day(value: object) -> date:
    if type(value) is str:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RowFault("", f"needs a date like `2016-05-01`, not {_shown(value)}")


def _decode_tuple(convert: Convert) -> Convert:
    def decode(value: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise RowFault("", f"needs a list, not {_shown(value)}")
        found: list[object] = []
        for item in value:
            try:
                found.append(convert(item))
            except RowFault as fault:
                raise fault.inside(f"[{len(found)}]") from None
        return tuple(found)

    return decode


def _decode_mapping(convert: Convert) -> Convert:
    def decode(value: object) -> dict[str, object]:
        if type(value) is not dict:
            raise RowFault("", f"needs a mapping, not {_shown(value)}")
        found: dict[str, object] = {}
        for key, item in value.items():
            if type(key) is not str:
                raise RowFault("", f"needs text as keys, not {_shown(key)}")
            try:
                found[key] = convert(item)
            except RowFault as fault:
                raise fault.inside(f"[{key}]") from None
        return found

    return decode


def _decode_optional(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _decode_enum(kind: type[Enum]) -> Convert:
    members = {member.value: member for member in kind}
    choices = ", ".join(str(value) for value in members)

    def decode(value: object) -> Enum:
        if type(value) is str and value in members:
            return members[value]
        raise RowFault("", f"needs one of {choices}, not {_shown(value)}")

    return decode


# --- what both share ---


def _fields(cls: type) -> tuple[Field[Any], ...]:
    return fields(cls)


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _without_none(hint: Any) -> Any:
    (kind,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    return kind


def _shown(value: object) -> str:
    text = repr(value)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:60]}...`"

"""Data read from a document -> typed values, with every fault at once and its line.

A small walker over the fields of dataclasses; single values are converted by msgspec, which alone
would stop at the first fault and knows no lines. Nothing here knows what any document is about.

Shapes: a dataclass is a mapping of its fields; `tuple[X, ...]` a list, or one X standing alone;
`Mapping[str, X]` a mapping; null means the default. Dates and times are ISO 8601 text, times with
their zone. `Annotated[int, msgspec.Meta(ge=1, le=9)]` gives a range,
`Annotated[X, Parsed(function)]` text that a function turns into an X.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, cast

import msgspec

from kidgate.documents.faults import Faults
from kidgate.documents.strict_yaml import Document, Mapping, Sequence, read
from kidgate.documents.wording import cut, describe, hint, known_keys, show, unwrapped

Overrides = AbstractMapping[type, AbstractMapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Marks a value written as text. `parse` raises ValueError saying what is wrong with it."""

    parse: Callable[[str], Any]


class _Bad(Enum):
    """What stands for a value that had a fault; the fault itself is already written down."""

    BAD = "bad"


BAD = _Bad.BAD


def decode(text: str, kind: Any, name: str, *, overrides: Overrides | None = None) -> Any:
    """The document as one value of a type; an empty document is that type's empty value.

    Raises Faults: of its YAML and of its values, all at once.
    """
    document = read(text, name)
    decoder = Decoder(document, overrides or {})
    if is_dataclass(kind):
        value = decoder.struct(decoder.top(), cast("type[Any]", kind), 1, "")
    else:
        value = decoder.value(document.data, kind, 1, "")
    decoder.finish()
    return value


class Decoder:
    """Decodes parts of one document; faults gather in `document.faults` until `finish`.

    `overrides` narrows field types of a dataclass: `{TierRow: {"min_age": Annotated[...]}}`; None
    takes a field out of the document.
    """

    def __init__(self, document: Document, overrides: Overrides) -> None:
        self.document = document
        self.overrides = overrides

    def fault(self, line: int, message: str) -> None:
        self.document.fault(line, message)

    def finish(self) -> None:
        """Raise what has gathered, if anything has."""
        if self.document.faults:
            raise Faults(self.document.faults)

    def top(self) -> Mapping:
        """The document's mapping; an empty document is an empty mapping."""
        data = self.document.data
        if isinstance(data, Mapping):
            return data
        if data is not None:
            self.fault(1, "must be a mapping of keys to values, like `key: value`")
        return Mapping(1)

    def struct(self, data: Any, kind: type[Any], line: int, place: str, /, **given: Any) -> Any:
        """A dataclass from a mapping; `given` fields come from elsewhere, not from the mapping."""
        data = Mapping(line) if data is None else data
        if not isinstance(data, Mapping):
            self.fault(line, f"{_of(place)}must be a mapping of keys to values, not {show(data)}")
            return BAD
        kinds = self.field_types(kind)
        known = [name for name in kinds if name not in given]
        self.refuse_unknown(data, [_key(name) for name in known], place)
        values = dict(given)
        for name in known:
            values |= self.field(data, _fields(cast("Hashable", kind))[name], kinds[name], place)
        if _any_bad(values.values()):
            return BAD
        return kind(**values)

    def field(self, data: Mapping, spec: Field[Any], kind: Any, place: str) -> dict[str, Any]:
        """The field's value, or nothing where its default holds."""
        key = _key(spec.name)
        if data.get(key) is None:
            if spec.default is MISSING and spec.default_factory is MISSING:
                self.fault(data.lines.get(key, data.line), f"{_of(place)}needs `{key}`")
                return {spec.name: BAD}
            return {}
        return {spec.name: self.value(data[key], kind, data.lines[key], _join(place, key))}

    def field_types(self, kind: type[Any]) -> dict[str, Any]:
        own = self.overrides.get(kind, {})
        hints = {name: own.get(name, hint) for name, hint in _hints(cast("Hashable", kind)).items()}
        return {name: hint for name, hint in hints.items() if hint is not None}

    def keyed(self, data: Any, kind: type[Any], line: int, place: str) -> tuple[Any, ...]:
        """Dataclasses that have a field `key`, from a mapping of keys to their other fields."""
        if data is None:
            return ()
        if not isinstance(data, Mapping):
            self.fault(line, f"{_of(place)}must be a mapping of keys to their fields")
            return (BAD,)
        return tuple(
            self.struct(body, kind, data.lines[key], _join(place, key), key=key)
            for key, body in data.items()
        )

    def refuse_unknown(self, data: Mapping, known: list[str], place: str) -> None:
        for key in data:
            if key not in known:
                guess = get_close_matches(key, known, n=1)
                help_text = f"did you mean `{guess[0]}`?" if guess else known_keys(known)
                self.fault(data.lines[key], f"{_of(place)}unknown key `{cut(key)}`; {help_text}")

    def value(self, data: Any, kind: Any, line: int, place: str) -> Any:
        """One value of any type, or BAD."""
        bare, marks = unwrapped(kind)
        if isinstance(mark := marks[0] if marks else None, Parsed):
            return self.parsed(data, mark, line, place)
        origin, arguments = typing.get_origin(bare), typing.get_args(bare)
        if origin in (types.UnionType, typing.Union):
            if data is None:
                return None
            return self.value(data, next(a for a in arguments if a is not type(None)), line, place)
        if origin is tuple:
            return self.items(data, arguments[0], line, place)
        if origin in (AbstractMapping, dict):
            return self.entries(data, arguments, line, place)
        if is_dataclass(bare):
            return self.struct(data, cast("type[Any]", bare), line, place)
        return self.leaf(data, kind, line, place)

    def items(self, data: Any, kind: Any, line: int, place: str) -> Any:
        if data is None:
            return ()
        if not isinstance(data, Sequence):
            one = self.value(data, kind, line, place)
            return BAD if one is BAD else (one,)
        found = [
            self.value(item, kind, at, f"{place}[{number}]")
            for number, (item, at) in enumerate(zip(data, data.lines, strict=True), 1)
        ]
        return BAD if _any_bad(found) else tuple(found)

    def entries(self, data: Any, kinds: tuple[Any, ...], line: int, place: str) -> Any:
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            self.fault(line, f"{_of(place)}must be a mapping of keys to values, not {show(data)}")
            return BAD
        found = {}
        for key, item in data.items():
            at, inside = data.lines[key], _join(place, key)
            found[self.value(key, kinds[0], at, inside)] = self.value(item, kinds[1], at, inside)
        return BAD if BAD in found or _any_bad(found.values()) else found

    def parsed(self, data: Any, mark: Parsed, line: int, place: str) -> Any:
        text = self.leaf(data, str, line, place)
        if text is BAD:
            return BAD
        try:
            return mark.parse(text)
        except ValueError as error:
            self.fault(line, f"{_of(place)}{error}")
            return BAD

    def leaf(self, data: Any, kind: Any, line: int, place: str) -> Any:
        try:
            if kind is datetime:
                return _moment(data)
            if kind is date:
                return date.fromisoformat(data)
            return msgspec.convert(data, kind)
        except (msgspec.ValidationError, ValueError, TypeError):
            self.fault(
                line, f"{_of(place)}must be {describe(kind)}, not {show(data)}{hint(data, kind)}"
            )
            return BAD


def _any_bad(values: Iterable[object]) -> bool:
    return any(value is BAD for value in values)


def _moment(data: Any) -> datetime:
    moment = datetime.fromisoformat(data)
    if moment.utcoffset() is None:
        raise ValueError("no zone")
    return moment


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


@cache
def _fields(kind: Any) -> dict[str, Field[Any]]:
    return {spec.name: spec for spec in fields(kind)}


def _of(place: str) -> str:
    return f"`{place}`: " if place else ""


def _key(name: str) -> str:
    """A field `from_` stands for the key `from`, which Python keeps for itself."""
    return name.removesuffix("_")


def _join(place: str, name: str) -> str:
    return f"{place}.{cut(name)}" if place else cut(name)

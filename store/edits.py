"""The difference between two policies, as edits of rows. Pure: no database, no clock.

An edit holds a row as JSON before and after it; applied forwards it makes the newer policy,
inverted the older one. Settings are edited field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kidgate.policies.rows import (
    DeviceRow,
    ExceptionRow,
    GrantRow,
    GroupRow,
    LessonRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.rows_json import RowFault, from_json, to_json


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: its name in edits, its field of `PolicyRows`, its class."""

    name: str
    field: str
    row: type
    identity: str = "key"  # or id: a number


KINDS: tuple[Kind, ...] = (
    Kind("tier", "tiers", TierRow),
    Kind("service", "services", ServiceRow),
    Kind("group", "groups", GroupRow),
    Kind("profile", "profiles", ProfileRow),
    Kind("device", "devices", DeviceRow),
    Kind("rule", "rules", RuleRow, "id"),
    Kind("grant", "grants", GrantRow, "id"),
    Kind("pause", "pauses", PauseRow, "id"),
    Kind("lesson", "lessons", LessonRow, "id"),
    Kind("exception", "exceptions", ExceptionRow, "id"),
)
SETTING = "setting"
_ORDER = {name: order for order, name in enumerate((SETTING, *(kind.name for kind in KINDS)))}
_NUMBERED = {kind.name for kind in KINDS if kind.identity == "id"}

Place = tuple[str, str]  # kind, key
State = Mapping[Place, Any]  # every row as JSON


@dataclass(frozen=True, slots=True)
class Edit:
    """One row changed; `before` or `after` is None where there was or is no such row."""

    kind: str
    key: str
    before: Any | None
    after: Any | None

    def inverted(self) -> Edit:
        return Edit(self.kind, self.key, before=self.after, after=self.before)


def state_of(rows: PolicyRows) -> dict[Place, Any]:
    """Every row as JSON by kind and key; settings that differ from the program's defaults.

    ValueError when two rows have one key, or when a text cannot be stored.
    """
    found: dict[Place, Any] = {}
    defaults = to_json(Settings())
    for name, value in to_json(rows.settings).items():
        if value != defaults[name]:
            found[SETTING, name] = value
    for kind in KINDS:
        for row in getattr(rows, kind.field):
            key = str(getattr(row, kind.identity))
            if (kind.name, key) in found:
                raise ValueError(f"{kind.name} `{key}` appears twice; keep one of them")
            found[kind.name, key] = _row_json(f"{kind.name} {key}", row)
    return found


def rows_of(state: State) -> PolicyRows:
    """The policy that a state describes, in the order of keys; RowFault names a bad value."""
    values: dict[str, dict[str, Any]] = {name: {} for name in _ORDER}
    for place in _sorted(state):
        values[place[0]][place[1]] = state[place]
    parts: dict[str, Any] = {"settings": _row_from("settings", Settings, values[SETTING])}
    for kind in KINDS:
        rows = values[kind.name].items()
        parts[kind.field] = tuple(_row_from(f"{kind.name} {k}", kind.row, v) for k, v in rows)
    return PolicyRows(**parts)


def canonical(rows: PolicyRows) -> PolicyRows:
    """The same policy as the store gives it back: rows in the order of their keys, times in UTC."""
    return rows_of(state_of(rows))


def changes(before: PolicyRows, after: PolicyRows) -> list[Edit]:
    """The edits that turn one policy into the other; none when they mean the same."""
    return state_changes(state_of(before), state_of(after))


def state_changes(before: State, after: State) -> list[Edit]:
    """`changes` for policies that are states already."""
    places = before.keys() | after.keys()
    edits = (Edit(*place, before.get(place), after.get(place)) for place in _sorted(places))
    return [edit for edit in edits if edit.before != edit.after]


def fold(edits: Iterable[Edit]) -> list[Edit]:
    """A run of edits as one edit of each row; what came back to its start is gone."""
    found: dict[Place, Edit] = {}
    for edit in edits:
        place = (edit.kind, edit.key)
        first = found.get(place, edit)
        found[place] = Edit(*place, before=first.before, after=edit.after)
    return [found[place] for place in _sorted(found) if found[place].before != found[place].after]


def apply_edits(rows: PolicyRows, edits: Iterable[Edit]) -> PolicyRows:
    """The policy after some edits; ValueError when a row is not what an edit says it was."""
    state = state_of(rows)
    for edit in edits:
        place = (edit.kind, edit.key)
        if state.get(place) != edit.before:
            raise ValueError(f"{edit.kind} `{edit.key}` is not what this edit was made from")
        if edit.after is None:
            state.pop(place, None)
        else:
            state[place] = edit.after
    return rows_of(state)


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(
        places, key=lambda at: (_ORDER[at[0]], int(at[1]) if at[0] in _NUMBERED else 0, at[1])
    )


def _row_json(place: str, row: object) -> dict[str, Any]:
    try:
        return to_json(row)
    except RowFault as fault:
        raise fault.inside(place) from None


def _row_from(place: str, cls: type, value: Any) -> Any:
    try:
        return from_json(cls, value)
    except RowFault as fault:
        raise fault.inside(place) from None


def check_texts(place: str, value: object) -> None:
    """ValueError for a text in a JSON value that no column takes."""
    for text in _texts(value):
        if "\x00" in text or not _is_unicode(text):
            raise ValueError(f"{place!r} has a NUL or a broken character in {text!r}; remove it")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

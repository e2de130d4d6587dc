"""The policy in the database: read, write as a numbered version, look back, roll back.

What a policy means is `policies.compile`'s business, and what differs between two is `edits.py`'s.
Every function takes a session of `Database.reading()` or, to write, of `Database.writing()`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Select, Table, cast, delete, func, insert, select
from sqlalchemy.orm import Session

from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import RowFault
from kidgate.store import dialects
from kidgate.store.columns import Base, Utc
from kidgate.store.edits import (
    KINDS,
    SETTING,
    Edit,
    Place,
    check_texts,
    fold,
    rows_of,
    state_changes,
    state_of,
)
from kidgate.store.faults import DatabaseFault
from kidgate.store.schema import DeviceAddress, ProfileGroup, Setting, Version, VersionEdit


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One change of the policy, as the history shows it."""

    number: int
    at: datetime
    author: str
    comment: str
    edits: int  # how many rows it changed


@dataclass(frozen=True, slots=True)
class Part:
    """A list field of a row that has a table of its own."""

    field: str
    table: Table
    owner: str
    value: str
    fixed: dict[str, str]


_TABLES: Mapping[str, Table] = {kind.name: Base.metadata.tables[kind.field] for kind in KINDS}
_SETTINGS = Base.metadata.tables[Setting.__tablename__]
_ADDRESSES = Base.metadata.tables[DeviceAddress.__tablename__]
_GROUPS = Base.metadata.tables[ProfileGroup.__tablename__]
_PARTS: Mapping[str, tuple[Part, ...]] = {
    "profile": (Part("groups", _GROUPS, "profile", "group", {}),),
    "device": (
        Part("addresses", _ADDRESSES, "device", "address", {"kind": "ip"}),
        Part("macs", _ADDRESSES, "device", "address", {"kind": "mac"}),
    ),
}
_CHUNK = 500  # keys in one statement: far below every database's limit of parameters


def head(session: Session) -> int:
    """The number of the newest version; 0 before the first."""
    return session.scalar(select(func.max(Version.number))) or 0


def read_policy(session: Session) -> PolicyRows:
    """The policy as it stands, in the order of keys; DatabaseFault when a row is broken."""
    return _rows(_read_state(session))


def write_policy(
    session: Session, rows: PolicyRows, *, author: str, comment: str, at: datetime
) -> int:
    """Make the stored policy these rows, as a new version; returns its number.

    Only rows that changed are written. When nothing changed, nothing is written and the number of
    the newest version is returned. ValueError for rows that cannot be stored (see `edits.state_of`)
    and a naive `at`.
    """
    dialects.lock_policy(session)
    number = head(session)
    edits = state_changes(_read_state(session), state_of(rows))
    if not edits:
        return number
    check_texts("the version", [author, comment])
    for edit in edits:
        check_texts(f"{edit.kind} `{edit.key}`", [edit.key, edit.after])
    if at.tzinfo is None:
        raise ValueError(f"`{at}` needs a time zone")
    number += 1
    version = {"number": number, "at": at, "author": author, "comment": comment}
    session.execute(insert(Version), [version])
    columns = ("kind", "key", "before", "after")
    values = [{name: getattr(edit, name) for name in columns} for edit in edits]
    session.execute(insert(VersionEdit), [value | {"version": number} for value in values])
    _store(session, edits, rows)
    return number


def history(session: Session, limit: int, *, before: int | None = None) -> list[VersionInfo]:
    """The newest versions, or the newest `before` a number; newest first."""
    columns = (Version.number, Version.at, Version.author, Version.comment)
    asked = select(*columns).order_by(Version.number.desc()).limit(limit)
    if before is not None:
        asked = asked.where(Version.number < before)
    found = session.execute(asked).all()
    numbers = [row.number for row in found]
    counted = session.execute(
        select(VersionEdit.version, func.count().label("edits"))
        .where(VersionEdit.version.between(min(numbers, default=0), max(numbers, default=0)))
        .group_by(VersionEdit.version)
    )
    edits = {row.version: row.edits for row in counted}
    return [VersionInfo(*row, edits.get(row.number, 0)) for row in found]


def diff(session: Session, a: int, b: int) -> list[Edit]:
    """The edits that turn version `a` into version `b`, one for each row; `b` may be the older one.

    Version 0 is the policy before the first. ValueError for a number that does not exist.
    """
    newest = head(session)
    for number in (a, b):
        if not 0 <= number <= newest:
            raise ValueError(f"there is no version `{number}`; the newest is {newest}")
    low, high = min(a, b), max(a, b)
    found = session.execute(
        select(VersionEdit.kind, VersionEdit.key, VersionEdit.before, VersionEdit.after)
        .where(VersionEdit.version > low, VersionEdit.version <= high)
        .order_by(VersionEdit.version)
    )
    folded = fold(Edit(*row) for row in found)
    return folded if a <= b else [edit.inverted() for edit in folded]


def rows_at(session: Session, version: int) -> PolicyRows:
    """The policy as it was; writing it again rolls back to it. ValueError: see `diff`."""
    state = _read_state(session)
    for edit in diff(session, head(session), version):
        if edit.after is None:
            state.pop((edit.kind, edit.key), None)
        else:
            state[edit.kind, edit.key] = edit.after
    return _rows(state)


def next_id(session: Session, kind: str) -> int:
    """A number for a new rule, grant or pause, above all that ever were.

    A number is never used twice: journal lines go on naming the rule they came from.
    """
    used = select(func.max(cast(VersionEdit.key, BigInteger))).where(VersionEdit.kind == kind)
    return (session.scalar(used) or 0) + 1


# --- rows in tables ---


def _rows(state: Mapping[Place, Any]) -> PolicyRows:
    try:
        return rows_of(state)
    except RowFault as fault:
        raise DatabaseFault(
            f"the policy in the database cannot be read: {fault}",
            "another hand changed it; restore a backup with `kidgate restore FILE`",
        ) from fault


def _read_state(session: Session) -> dict[Place, Any]:
    state: dict[Place, Any] = {
        (SETTING, row.key): row.value for row in session.execute(select(Setting.key, Setting.value))
    }
    for kind in KINDS:
        parts = _PARTS.get(kind.name, ())
        for row in session.execute(select(_TABLES[kind.name])).mappings():
            value = {name: _plain(item) for name, item in row.items()}
            state[kind.name, str(row[kind.identity])] = value | {part.field: [] for part in parts}
        for part in parts:
            for owner, item in session.execute(_part_query(part)):
                state[kind.name, owner][part.field].append(item)
    return state


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date too


def _part_query(part: Part) -> Select[Any]:
    columns = part.table.c
    query = select(columns[part.owner], columns[part.value]).order_by(columns.position)
    for column, wanted in part.fixed.items():
        query = query.where(columns[column] == wanted)
    return query


def _store(session: Session, edits: Sequence[Edit], rows: PolicyRows) -> None:
    """Bring the tables to what the edits say: changed rows go, and come back as they are now."""
    now = {
        (kind.name, str(getattr(row, kind.identity))): row
        for kind in KINDS
        for row in getattr(rows, kind.field)
    }
    settings = [edit for edit in edits if edit.kind == SETTING]
    _delete(session, _SETTINGS, "key", [e.key for e in settings if e.before is not None])
    _insert(session, _SETTINGS, [_setting(e) for e in settings if e.after is not None])
    for kind in KINDS:
        mine = [edit for edit in edits if edit.kind == kind.name]
        old = [edit.key for edit in mine if edit.before is not None]
        new = [edit for edit in mine if edit.after is not None]
        table = _TABLES[kind.name]
        _delete(session, table, kind.identity, old)
        _insert(session, table, [_values(table, now[e.kind, e.key], e) for e in new])
        for part in _PARTS.get(kind.name, ()):
            _insert(session, part.table, [row for edit in new for row in _part_rows(part, edit)])


def _delete(session: Session, table: Table, identity: str, keys: Sequence[str]) -> None:
    column = table.c[identity]
    for start in range(0, len(keys), _CHUNK):
        wanted = [column.type.python_type(key) for key in keys[start : start + _CHUNK]]
        session.execute(delete(table).where(column.in_(wanted)))


def _insert(session: Session, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    if values:
        session.execute(insert(table), values)


def _setting(edit: Edit) -> dict[str, Any]:
    return {"key": edit.key, "value": edit.after}


def _values(table: Table, row: object, edit: Edit) -> dict[str, Any]:
    """A row's columns: plain values as JSON has them, dates and times as they are."""
    after: Mapping[str, Any] = edit.after or {}
    return {
        column.name: getattr(row, column.name)
        if isinstance(column.type, Utc) or column.type.python_type is date
        else after[column.name]
        for column in table.columns
    }


def _part_rows(part: Part, edit: Edit) -> Iterator[dict[str, Any]]:
    after: Mapping[str, Any] = edit.after or {}
    for position, value in enumerate(after[part.field]):
        owner = {part.owner: edit.key, part.value: value, "position": position}
        yield owner | part.fixed

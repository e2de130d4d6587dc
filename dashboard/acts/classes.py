"""Groups and classes: who is in them; made, renamed, removed. Their lessons: `lessons.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.acts.lessons import Lesson, lesson_of
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import change
from kidgate.policies import edits
from kidgate.policies.edits import EditFault
from kidgate.policies.people import Need
from kidgate.policies.rows import GroupRow, PolicyRows

Kind = Literal["group", "family", "class"]
Keys = Annotated[tuple[str, ...], Meta(min_length=1, max_length=600)]


class ClassLine(msgspec.Struct, frozen=True):
    """`lesson`: the one that is on; `paused_until`: the group's own pause."""

    key: str
    title: str
    kind: Kind
    members: int
    lesson: Lesson | None
    paused_until: datetime | None


class Classes(msgspec.Struct, frozen=True):
    classes: tuple[ClassLine, ...]


class ClassAsked(msgspec.Struct, frozen=True):
    key: str


class ClassFound(msgspec.Struct, frozen=True):
    """A group with its members (key -> name); `others`: those who could join, for who may change
    that."""

    line: ClassLine
    members: Mapping[str, str]
    others: Mapping[str, str]


class ClassAdded(msgspec.Struct, frozen=True):
    """Without a key one is made from the title."""

    title: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Kind = "class"
    key: str = ""


class ClassWritten(msgspec.Struct, frozen=True):
    key: str
    version: int


class MembersAsked(msgspec.Struct, frozen=True):
    key: str
    children: Keys


@act("classes.list", Need.LESSON)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> Classes:
    """Groups and classes; a teacher's own ones."""
    rows, now = desk.rows, desk.now()
    members = _members(rows)
    mine = [row for row in rows.groups if _is_mine(actor, row.key)]
    lines = (_line(rows, row, len(members[row.key]), now) for row in mine)
    return Classes(tuple(sorted(lines, key=lambda line: (line.kind, line.title))))


@act("classes.show", Need.LESSON)
def show(desk: Desk, actor: Actor, asked: ClassAsked) -> ClassFound:
    """One group and who is in it."""
    rows, row = desk.rows, _mine(desk, actor, asked.key)
    inside = _members(rows)[row.key]
    outside = {}
    if actor.may(Need.CHANGE):
        outside = {p.key: p.name or p.key for p in rows.profiles if p.key not in inside}
    return ClassFound(_line(rows, row, len(inside), desk.now()), _sorted(inside), _sorted(outside))


@act("classes.add", Need.CHANGE, changes=True)
def add(desk: Desk, actor: Actor, asked: ClassAdded) -> ClassWritten:
    """Make a group."""
    key = asked.key or edits.slug(asked.title)
    row = GroupRow(key, asked.title.strip(), asked.kind)
    version = change(desk, actor, lambda rows: edits.add(rows, row), f"add group {key}")
    return ClassWritten(key, version)


@act("classes.remove", Need.CHANGE, changes=True)
def remove(desk: Desk, actor: Actor, asked: ClassAsked) -> Removed:
    """Remove a group with its rules and pauses; its children stay."""
    edit = lambda rows: edits.remove(rows, GroupRow, asked.key)  # noqa: E731
    return Removed(change(desk, actor, edit, f"remove group {asked.key}"))


@act("classes.join", Need.CHANGE, changes=True)
def join(desk: Desk, actor: Actor, asked: MembersAsked) -> ClassWritten:
    """Put children into a group."""
    comment = f"{len(asked.children)} join {asked.key}"
    edit = lambda rows: edits.join(rows, asked.key, asked.children)  # noqa: E731
    return ClassWritten(asked.key, change(desk, actor, edit, comment))


@act("classes.leave", Need.CHANGE, changes=True)
def leave(desk: Desk, actor: Actor, asked: MembersAsked) -> ClassWritten:
    """Take children out of a group."""
    comment = f"{len(asked.children)} leave {asked.key}"
    edit = lambda rows: edits.leave(rows, asked.key, asked.children)  # noqa: E731
    return ClassWritten(asked.key, change(desk, actor, edit, comment))


def _is_mine(actor: Actor, key: str) -> bool:
    return actor.sees_all or key in actor.groups


def _mine(desk: Desk, actor: Actor, key: str) -> GroupRow:
    """Raises NotThere for a group that is not there, or is another's."""
    try:
        found = edits.find(desk.rows, GroupRow, key)
    except EditFault:
        found = None
    if found is None or not _is_mine(actor, key):
        raise NotThere(f"no group is called `{key}`")
    return found


def _members(rows: PolicyRows) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows.profiles:
        for group in row.groups:
            found[group][row.key] = row.name or row.key
    return found


def _sorted(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda one: (edits.slug(one[1]), one[0])))


def _line(rows: PolicyRows, row: GroupRow, members: int, now: datetime) -> ClassLine:
    scope = f"group:{row.key}"
    pauses = (pause.until for pause in rows.pauses if pause.scope == scope and now < pause.until)
    kind: Kind = "class" if row.kind == "class" else "family" if row.kind == "family" else "group"
    return ClassLine(
        key=row.key,
        title=row.title or row.key,
        kind=kind,
        members=members,
        lesson=lesson_of(rows, scope, now),
        paused_until=next(pauses, None),
    )

"""Lessons: a class works; until then its sites are open, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import change, scope_within, seen_rows
from kidgate.documents.target_names import category_keys, known_target
from kidgate.policies.people import Need, reaches
from kidgate.policies.rows import LessonRow, PolicyRows
from kidgate.policies.time_edits import end_lesson, extend_lesson, lesson_scope, put_lesson
from kidgate.store.feeds import all_feeds

Targets = Annotated[tuple[str, ...], Meta(max_length=50)]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]


class Lesson(msgspec.Struct, frozen=True):
    """`left`: whole minutes, rounded up."""

    id: int
    scope: str
    title: str
    targets: tuple[str, ...]
    until: datetime
    left: int
    author: str


class Lessons(msgspec.Struct, frozen=True):
    lessons: tuple[Lesson, ...]


class LessonAsked(msgspec.Struct, frozen=True):
    """`scope`: a class's key, or group:K, child:K; `targets`: what is open, as in rules."""

    scope: str
    targets: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50)]
    minutes: Minutes
    title: Annotated[str, Meta(max_length=80)] = ""
    reason: Annotated[str, Meta(max_length=300)] = ""


class LessonChange(msgspec.Struct, frozen=True):
    """`minutes` longer; `targets` are open too."""

    scope: str
    minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 0
    targets: Targets = ()


class LessonOf(msgspec.Struct, frozen=True):
    scope: str


class LessonWritten(msgspec.Struct, frozen=True):
    scope: str
    until: datetime
    version: int


@act("lessons.list", Need.LESSON)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> Lessons:
    """Lessons that are on; a teacher's own classes'."""
    rows, now = desk.rows, desk.now()
    mine = (row for row in rows.lessons if reaches(actor.role, actor.groups, row.scope, rows))
    found = (_lesson(row, now) for row in mine if now < row.until)
    return Lessons(tuple(sorted(found, key=lambda one: one.until)))


@act("lessons.start", Need.LESSON, changes=True)
def start(desk: Desk, actor: Actor, asked: LessonAsked) -> LessonWritten:
    """Begin a lesson; it takes the place of the one that the class has."""
    scope = _scope(desk, actor, asked.scope)
    row = LessonRow(
        id=0,
        scope=scope,
        until=_now(desk) + timedelta(minutes=asked.minutes),
        targets=_known(desk, asked.targets),
        title=asked.title.strip(),
        author=actor.name,
        reason=asked.reason.strip(),
    )
    comment = f"lesson for {scope} until {row.until.isoformat()}"
    version = change(desk, actor, lambda rows: put_lesson(rows, row), comment)
    return LessonWritten(scope, row.until, version)


@act("lessons.extend", Need.LESSON, changes=True)
def extend(desk: Desk, actor: Actor, asked: LessonChange) -> LessonWritten:
    """Let a lesson last longer, or open more in it."""
    scope, now = _scope(desk, actor, asked.scope), desk.now()
    targets = _known(desk, asked.targets)
    longer = timedelta(minutes=asked.minutes)

    def edit(rows: PolicyRows) -> PolicyRows:
        running = next((r.until for r in rows.lessons if r.scope == scope), now)
        return extend_lesson(rows, scope, now, until=running + longer, targets=targets)

    edit(seen_rows(desk, actor))
    version = change(desk, actor, edit, f"extend the lesson of {scope}")
    until = next(row.until for row in desk.rows.lessons if row.scope == scope)
    return LessonWritten(scope, until, version)


@act("lessons.end", Need.LESSON, changes=True)
def end(desk: Desk, actor: Actor, asked: LessonOf) -> Removed:
    """End a lesson now."""
    scope, now = _scope(desk, actor, asked.scope), desk.now()
    end_lesson(seen_rows(desk, actor), scope, now)
    edit = lambda rows: end_lesson(rows, scope, now)  # noqa: E731
    return Removed(change(desk, actor, edit, f"end the lesson of {scope}"))


def _scope(desk: Desk, actor: Actor, text: str) -> str:
    return scope_within(desk, actor, text, lambda rows: lesson_scope(rows, text))


def lesson_of(rows: PolicyRows, scope: str, now: datetime) -> Lesson | None:
    """The lesson of a scope that is on now."""
    found = (row for row in rows.lessons if row.scope == scope and now < row.until)
    return next((_lesson(row, now) for row in found), None)


def _lesson(row: LessonRow, now: datetime) -> Lesson:
    left = -(-int((row.until - now).total_seconds()) // 60)
    return Lesson(row.id, row.scope, row.title, row.targets, row.until, left, row.author)


def _known(desk: Desk, targets: tuple[str, ...]) -> tuple[str, ...]:
    with desk.database.reading() as session:
        categories = category_keys(row.category for row in all_feeds(session))
    return tuple(known_target(desk.rows, categories, text) for text in targets)


def _now(desk: Desk) -> datetime:
    return desk.now().astimezone(UTC).replace(microsecond=0)

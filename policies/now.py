"""What adults said for now: pauses, lessons and exceptions in force at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.rows import ExceptionRow, LessonRow, PauseRow, PolicyRows

type Said = PauseRow | LessonRow | ExceptionRow

KINDS: Mapping[type, str] = {PauseRow: "pause", LessonRow: "lesson", ExceptionRow: "exception"}


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that holds now, with who said so and until when."""

    kind: str  # pause, lesson, exception
    id: int
    scope: str
    until: datetime
    what: str  # what is open in the lesson, or what the exception lifts
    title: str  # of the lesson
    author: str
    reason: str


def holding(rows: PolicyRows, now: datetime) -> list[Holding]:
    """Everything in force, the next to end first."""
    said: list[Said] = [row for row in rows.pauses if now < row.until]
    said += [row for row in rows.lessons if now < row.until]
    said += [row for row in rows.exceptions if row.start <= now < row.until]
    found = [
        Holding(
            kind=KINDS[type(row)],
            id=row.id,
            scope=row.scope,
            until=row.until,
            what=_what(row),
            title=row.title if isinstance(row, LessonRow) else "",
            author=row.author,
            reason=row.reason,
        )
        for row in said
    ]
    return sorted(found, key=lambda one: (one.until, one.kind, one.id))


def _what(row: Said) -> str:
    match row:
        case LessonRow():
            return ", ".join(row.targets)
        case ExceptionRow():
            return ", ".join(row.lifts)
        case PauseRow():
            return ""

"""Changes to lessons, school terms and holidays: rows in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from kidgate.policies.edits import EditFault, canonical_target, check_key, no_such, scope_of
from kidgate.policies.rows import LessonRow, PolicyRows, ServiceRow, TermRow

CLASS = ("group", "child")  # whose a lesson can be
SERVICE = "service:"


# --- lessons ---


def lesson_scope(rows: PolicyRows, text: str) -> str:
    """Whose lesson a person means: a class's key, or a child's; `group:K` and `child:K` say which.

    Raises EditFault with what there is.
    """
    groups = [row.key for row in rows.groups]
    if ":" not in text and text in groups:
        if any(row.key == text for row in rows.profiles):
            raise EditFault(f"`{text}` is a group and a child; write `group:{text}`")
        return f"group:{text}"
    scope = scope_of(rows, (), text)
    if scope.partition(":")[0] not in CLASS:
        raise EditFault(f"a lesson is for a class or a child, not for `{scope}`; write group:8A")
    return scope


def with_needed(
    targets: Iterable[str], services: Mapping[str, ServiceRow]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The targets with the hosts that their services need, for in class nothing else is open; and
    other services that they need, which is an adult's choice."""
    found, others = list(targets), list[str]()
    for target in found[:]:
        service = services.get(target.removeprefix(SERVICE)) if target.startswith(SERVICE) else None
        for needed in service.dependencies if service is not None else ():
            (others if needed.startswith(SERVICE) else found).append(needed)
    known = tuple(dict.fromkeys(found))
    return known, tuple(one for one in dict.fromkeys(others) if one not in known)


def put_lesson(rows: PolicyRows, lesson: LessonRow) -> PolicyRows:
    """A new lesson in place of the one this scope had. Raises EditFault for what is no target."""
    targets = tuple(dict.fromkeys(map(canonical_target, lesson.targets)))
    kept = tuple(old for old in rows.lessons if old.scope != lesson.scope)
    return replace(rows, lessons=(*kept, replace(lesson, id=0, targets=targets)))


def lesson_now(rows: PolicyRows, scope: str, now: datetime) -> LessonRow:
    """The lesson of a scope. Raises EditFault when none holds now."""
    on = [row for row in rows.lessons if now < row.until]
    found = next((row for row in on if row.scope == scope), None)
    if found is None:
        others = ", ".join(sorted(row.scope for row in on))
        there = f"lessons are on for: {others}" if others else "there is no lesson now"
        raise EditFault(f"`{scope}` has no lesson; {there}")
    return found


def extend_lesson(
    rows: PolicyRows,
    scope: str,
    now: datetime,
    *,
    until: datetime | None = None,
    targets: Iterable[str] = (),
) -> PolicyRows:
    """The lesson of a scope with another end, and more that it opens. Raises EditFault."""
    old = lesson_now(rows, scope, now)
    more = tuple(dict.fromkeys((*old.targets, *map(canonical_target, targets))))
    new = replace(old, until=until or old.until, targets=more)
    lessons = tuple(new if row is old else row for row in rows.lessons)
    return replace(rows, lessons=lessons)


def end_lesson(rows: PolicyRows, scope: str, now: datetime) -> PolicyRows:
    """Without the lesson of a scope. Raises EditFault when none holds now."""
    over = lesson_now(rows, scope, now)
    return replace(rows, lessons=tuple(row for row in rows.lessons if row is not over))


# --- terms and holidays ---


def add_term(rows: PolicyRows, term: TermRow) -> PolicyRows:
    """One school term more. Raises EditFault for a key that is taken or an end before the start."""
    check_key("term", term.key, [old.key for old in rows.settings.terms])
    if term.last < term.first:
        raise EditFault(f"the term ends on {term.last}, before it begins on {term.first}")
    terms = sorted((*rows.settings.terms, term), key=lambda one: (one.first, one.key))
    return replace(rows, settings=replace(rows.settings, terms=tuple(terms)))


def remove_term(rows: PolicyRows, key: str) -> PolicyRows:
    """Without a term. Raises EditFault when there is none of this key."""
    terms = rows.settings.terms
    if key not in (keys := [term.key for term in terms]):
        raise EditFault(no_such("term", key, keys))
    left = tuple(term for term in terms if term.key != key)
    return replace(rows, settings=replace(rows.settings, terms=left))


def add_holidays(rows: PolicyRows, days: Iterable[date]) -> PolicyRows:
    """More holidays; those that are there already stay."""
    found = tuple(sorted({*rows.settings.holidays, *days}))
    return replace(rows, settings=replace(rows.settings, holidays=found))


def remove_holidays(rows: PolicyRows, days: Iterable[date]) -> PolicyRows:
    """Without these holidays. Raises EditFault for a day that is none."""
    gone = set(days)
    if strange := sorted(gone - set(rows.settings.holidays)):
        raise EditFault(f"{strange[0]} is no holiday; see kidgate holiday list")
    left = tuple(day for day in rows.settings.holidays if day not in gone)
    return replace(rows, settings=replace(rows.settings, holidays=left))

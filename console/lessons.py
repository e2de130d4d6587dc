"""`lesson`: a class works; until then its sites are open, and nothing else is."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import local, note, say, table
from kidgate.console.pauses import end_option, minutes_option, read_end
from kidgate.console.rules import reason_option
from kidgate.console.targets import TARGET, checked

if TYPE_CHECKING:
    from kidgate.policies.rows import LessonRow, PolicyRows

SHOWN = 5  # children named in a note

allow_option = click.option(
    "--allow", "targets", type=TARGET, multiple=True, help="What is open in it; repeat for more."
)


@click.group(cls=Group)
def lesson() -> None:
    """Lessons: for a while only what the class needs is open."""


@lesson.command("start")
@click.argument("scope", metavar="CLASS")
@allow_option
@minutes_option
@end_option
@click.option("--title", default="", help="What it is called on the children's page, like Toán.")
@reason_option
@pass_app
def start(
    app: App, /, scope: str, targets: tuple[str, ...], minutes: int | None, **said: str
) -> None:
    """Begin a lesson for CLASS: a group's key such as 8A, or a child's.

    Until it ends only what --allow names, help lines and the gateway's own pages are open; with a
    service come the hosts that it needs. Rules that block, security lists, a pause and bedtime
    still hold. It takes the place of the lesson that CLASS has.
    """
    from kidgate.policies.rows import LessonRow
    from kidgate.policies.time_edits import lesson_scope, put_lesson

    if not targets:
        raise click.UsageError("name what is open in the lesson, like --allow olm.vn")
    row = LessonRow(
        id=0,
        scope=lesson_scope(app.rows, scope),
        until=read_end(app, minutes, said["until"]),
        targets=_targets(app, targets),
        title=said["title"],
        author=app.author,
        reason=said["reason"],
    )
    comment = f"lesson for {row.scope} until {row.until.isoformat()}"
    answer_change(app, app.change(lambda rows: put_lesson(rows, row), comment))
    _note_stopped(app, row.scope, row.targets)


@lesson.command("extend")
@click.argument("scope", metavar="CLASS")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), help="So much longer.")
@end_option
@allow_option
@pass_app
def extend(
    app: App, scope: str, minutes: int | None, until: str | None, targets: tuple[str, ...]
) -> None:
    """Let the lesson of CLASS last longer, or open more in it."""
    from kidgate.policies.time_edits import extend_lesson, lesson_now, lesson_scope

    if minutes is not None and until is not None:
        raise click.UsageError("say either --minutes or --until")
    if minutes is None and until is None and not targets:
        raise click.UsageError("say how much longer, like --minutes 15, or what else to --allow")
    now, known = app.now(), lesson_scope(app.rows, scope)
    more = _targets(app, targets)
    end = read_end(app, None, until) if until is not None else None

    def edit(rows: PolicyRows) -> PolicyRows:
        last = end
        if minutes is not None:  # by elapsed time: a clock may change in between
            old = lesson_now(rows, known, now).until.astimezone(UTC)
            last = old + timedelta(minutes=minutes)
        return extend_lesson(rows, known, now, until=last, targets=more)

    answer_change(app, app.change(edit, f"extend the lesson of {known}"))
    _note_stopped(app, known, more)


@lesson.command("end")
@click.argument("scope", metavar="CLASS")
@pass_app
def end(app: App, scope: str) -> None:
    """End the lesson of CLASS now."""
    from kidgate.policies.time_edits import end_lesson, lesson_scope

    now, known = app.now(), lesson_scope(app.rows, scope)
    comment = f"end the lesson of {known}"
    answer_change(app, app.change(lambda rows: end_lesson(rows, known, now), comment))


@lesson.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over too.")
@pass_app
def list_(app: App, *, every: bool) -> None:
    """Lessons that are on."""
    from kidgate.policies.rows_json import to_json

    now = app.now()
    found = [row for row in app.rows.lessons if every or now < row.until]
    app.answer([to_json(row) for row in found], lambda: _table(app, found, now))


def _table(app: App, found: list[LessonRow], now: datetime) -> None:
    if not found:
        say("No lesson is on; begin one with kidgate lesson start CLASS --allow SITE --minutes 45.")
        return
    table(
        ("lesson", "for", "title", "open", "until", "author", "reason"),
        [
            (
                row.id,
                row.scope,
                row.title,
                ", ".join(row.targets),
                local(row.until, app.zone) + ("" if now < row.until else " (over)"),
                row.author,
                row.reason,
            )
            for row in found
        ],
    )


def _targets(app: App, texts: tuple[str, ...]) -> tuple[str, ...]:
    """In keys, with the hosts that services need."""
    from kidgate.policies.time_edits import with_needed

    found, others = with_needed(tuple(checked(app, text) for text in texts), app.services)
    if others:
        note(f"Note: it also needs {', '.join(others)}; allow that too if it is meant.")
    return found


def _note_stopped(app: App, scope: str, targets: tuple[str, ...]) -> None:
    """What the lesson opens and does not go through all the same, and why: the teacher stands
    before the class and wants to know it now."""
    for (target, why), children in _stopped(app, scope, targets).items():
        more = f" and {len(children) - SHOWN} more" if len(children) > SHOWN else ""
        named = ", ".join(children[:SHOWN]) + more
        note(f"Note: {target} does not go through for {named}: {why}")


def _stopped(app: App, scope: str, targets: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    """Target and reason -> the children that it is closed to."""
    from kidgate.console.explaining import explain, worker_snapshot
    from kidgate.policies.targets import PLACES, Kind, parse_target

    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    places = [parse_target(text) for text in targets]
    places = [p for p in places if p.kind in PLACES and p.kind is not Kind.NETWORK]
    snapshot = worker_snapshot(app) if places else None
    for place in places:
        host = f"[{place.value}]" if ":" in place.value else place.value
        for child in _children(app, scope):
            assert snapshot is not None
            answer: Any = explain(
                app, snapshot, f"https://{host}{place.path}", app.now(), child, None
            ).decision
            if answer.stops:
                found[str(place), f"{answer.reason} ({answer.source})"].append(child)
    return found


def _children(app: App, scope: str) -> list[str]:
    kind, _, key = scope.partition(":")
    return [
        row.key
        for row in app.rows.profiles
        if (row.key == key if kind == "child" else key in row.groups)
    ]

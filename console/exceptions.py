"""`exception`: once, bedtime is later; once, a day is free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import local, say, table
from kidgate.console.pauses import end_option, minutes_option
from kidgate.console.rules import reason_option

if TYPE_CHECKING:
    from kidgate.policies.rows import ExceptionRow

LIFTS = click.Choice(["bedtime", "hours", "quota", "all"])


@click.group(cls=Group)
def exception() -> None:
    """One-off exceptions: a later bedtime, a free day."""


@exception.command("add")
@click.argument("scope")
@click.option("--lift", type=LIFTS, multiple=True, required=True, help="What does not hold then.")
@click.option("--from", "start", metavar="TIME", help="When it begins; now, if not said.")
@minutes_option
@end_option
@click.option("--on", "day", metavar="DATE", help="The whole of a day, in place of a time.")
@reason_option
@pass_app
def add(app: App, /, scope: str, lift: tuple[str, ...], reason: str, **said: str | None) -> None:
    """Lift bedtime, hours or quota for SCOPE, once.

    SCOPE: a child's key, tier:9-12, group:8A, device:tablet, or everyone. What it does not lift
    goes on to hold; so do pauses and lessons.
    """
    from kidgate.policies import edits
    from kidgate.policies.rows import ExceptionRow

    start, until = _span(app, **said)
    row = ExceptionRow(
        id=0,
        scope=app.scope(scope),
        start=start,
        until=until,
        lifts=tuple(dict.fromkeys(lift)),
        author=app.author,
        reason=reason,
    )
    comment = f"lift {', '.join(row.lifts)} for {row.scope} until {until.isoformat()}"
    answer_change(app, app.change(lambda rows: edits.add(rows, row), comment))


@exception.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over too.")
@pass_app
def list_(app: App, *, every: bool) -> None:
    """Exceptions of now and to come."""
    from kidgate.policies.rows_json import to_json

    now = app.now()
    found = [row for row in app.rows.exceptions if every or now < row.until]
    app.answer([to_json(row) for row in found], lambda: _table(app, found))


def _table(app: App, found: list[ExceptionRow]) -> None:
    if not found:
        say("No exceptions; make one with kidgate exception add CHILD --lift bedtime --until TIME.")
        return
    table(
        ("exception", "for", "lifts", "from", "until", "author", "reason"),
        [
            (
                row.id,
                row.scope,
                ", ".join(row.lifts),
                local(row.start, app.zone),
                local(row.until, app.zone),
                row.author,
                row.reason,
            )
            for row in found
        ],
    )


@exception.command("end")
@click.argument("number", type=int)
@pass_app
def end(app: App, number: int) -> None:
    """End an exception now, or take back one that is to come."""
    from kidgate.policies import edits
    from kidgate.policies.rows import ExceptionRow

    edited = app.change(
        lambda rows: edits.remove(rows, ExceptionRow, number), f"end exception {number}"
    )
    answer_change(app, edited)


def _span(
    app: App, *, start: str | None, minutes: int | str | None, until: str | None, day: str | None
) -> tuple[datetime, datetime]:
    """When it begins and ends, by the house's clocks."""
    from kidgate.console import times

    given = [value for value in (minutes, until, day) if value is not None]
    if len(given) != 1 or (day is not None and start is not None):
        raise click.UsageError("say how long: --until 22:30, --minutes 60, or --on 2026-11-28")
    now = app.now().replace(microsecond=0)
    if day is not None:
        end = times.until(day, now, app.zone)
        begin = times.since(day, now, app.zone)
    else:
        begin = _start(app, start, now)
        span = f"+{minutes}m" if minutes is not None else str(until)
        end = times.until(span, begin, app.zone)
    if end is None:
        raise click.BadParameter(
            "this must end; for good, change the tier or the child's own times"
        )
    if end - begin > timedelta(days=366):
        raise click.BadParameter("an exception lasts a year at most")
    return begin, end


def _start(app: App, text: str | None, now: datetime) -> datetime:
    from kidgate.console import times

    if text is None:
        return now
    return (
        times.moment(text, now, app.zone) if text[:1] in "+n" else times.since(text, now, app.zone)
    )

"""`pause` and `resume`: the internet is off for somebody, until then."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.differences import answer_change
from kidgate.console.rules import reason_option, scope_option

minutes_option = click.option(
    "--minutes", type=click.IntRange(1, 14 * 24 * 60), help="For how long."
)
end_option = click.option("--until", metavar="TIME", help="+2h, 21:30, today, a date, or ISO.")


@click.command(cls=Command)
@scope_option
@minutes_option
@end_option
@reason_option
@pass_app
def pause(app: App, scope: str, minutes: int | None, until: str | None, reason: str) -> None:
    """Turn the internet off for SCOPE. Help lines stay open."""
    from kidgate.policies.edits import put_pause
    from kidgate.policies.rows import PauseRow

    end = read_end(app, minutes, until)
    row = PauseRow(0, app.scope(scope), end, app.author, reason)
    comment = f"pause {row.scope} until {end.isoformat()}"
    answer_change(app, app.change(lambda rows: put_pause(rows, row), comment))


@click.command(cls=Command)
@scope_option
@pass_app
def resume(app: App, scope: str) -> None:
    """Turn the internet on again for SCOPE."""
    from kidgate.policies import edits

    known, now = app.scope(scope), app.now()
    answer_change(app, app.change(lambda rows: edits.resume(rows, known, now), f"resume {known}"))


def read_end(app: App, minutes: int | None, until: str | None) -> datetime:
    """The end that --minutes or --until gives; exactly one of them must."""
    from kidgate.console import times

    if (minutes is None) == (until is None):
        raise click.UsageError("say how long: either --minutes 30 or --until 21:30")
    if minutes is not None:
        return (app.now() + timedelta(minutes=minutes)).replace(microsecond=0)
    end = times.until(str(until), app.now(), app.zone)
    if end is None:
        raise click.BadParameter("this must end; for good, use kidgate block or kidgate allow")
    return end

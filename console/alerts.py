"""`alert`: what an adult should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import local, say, stamp, table
from kidgate.console.users import by

if TYPE_CHECKING:
    from kidgate.store.alerts import AlertRow


@click.group(cls=Group)
def alert() -> None:
    """What an adult should look at: what happened, and what to do."""


@alert.command("list", cls=Command)
@click.option("--all", "every", is_flag=True, help="Those too that somebody has handled.")
@click.option("--child", help="Only this child's.")
@click.option(
    "--language", type=click.Choice(["vi", "en"]), default="en", show_default=True, help="Of words."
)
@pass_app
def list_(app: App, child: str | None, language: str, *, every: bool) -> None:
    """Alerts, the latest first."""
    from kidgate.store.alerts import alerts

    children = [child] if child is not None else None
    with app.database.reading() as session:
        found = alerts(session, handled=None if every else False, children=children)

    def people() -> None:
        if not found:
            say("Nothing to look at.")
            return
        for row in found:
            done = f", handled by {row.handled_by or 'the house'}" if row.handled else ""
            say(f"{row.id}  {row.severity}, {local(row.last_at, app.zone)}{done}")
            say(f"    {row.what(language)}")
            if not row.handled:
                say(f"    {row.advice(language)}")

    app.answer([_as_json(app, row, language) for row in found], people)


@alert.command(cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Everything that is there now.")
@pass_app
def handle(app: App, ids: tuple[int, ...], *, every: bool) -> None:
    """Say that alerts were looked at."""
    if bool(ids) == every:
        raise click.UsageError("name the alerts by their numbers, or write --all")
    answer = app.do("alert.handled", ids=None if every else list(ids), by=by(app))
    if ids and not answer["handled"]:
        raise Failure("none of these alerts waits; see kidgate alert list", USAGE)
    app.answer(answer, lambda: table(("handled",), [[answer["handled"]]]))


def _as_json(app: App, row: AlertRow, language: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "severity": row.severity,
        "what": row.what(language),
        "advice": row.advice(language),
        "facts": dict(row.facts),
        "first": stamp(row.first_at, app.zone),
        "last": stamp(row.last_at, app.zone),
        "count": row.count,
        "handled": row.handled,
        "handled_by": row.handled_by,
        "handled_at": stamp(row.handled_at, app.zone),
    }

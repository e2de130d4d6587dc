"""`audit`: what adults did, and what auditors looked at."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.output import emit, local, say, stamp, table

if TYPE_CHECKING:
    from kidgate.store.audit import Noted

MOST = 100_000


@click.command("audit", cls=Command)
@click.option("--since", type=click.DateTime(), help="From this time of the house on.")
@click.option("--until", type=click.DateTime(), help="Before this time of the house.")
@click.option("--user", help="By this user alone.")
@click.option("--act", help="This act alone (user.add), or a family of acts (user).")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=100, show_default=True, help="How many lines."
)
@pass_app
def audit(
    app: App,
    since: datetime | None,
    until: datetime | None,
    user: str | None,
    act: str | None,
    limit: int,
) -> None:
    """What adults did, and what auditors looked at; newest first. Kept for two years."""
    from kidgate.store.audit import query

    zone = app.zone
    with app.database.reading() as session:
        found = query(
            session,
            since=since.replace(tzinfo=zone) if since else None,
            until=until.replace(tzinfo=zone) if until else None,
            user=user,
            act=act,
            limit=limit,
        )
    if app.json:
        for line in found:
            emit(_document(app, line), line=True)
    elif found:
        rows = [_row(app, line) for line in found]
        table(("time", "who", "role", "from", "what", "of", "details"), rows)
    else:
        say("Nothing was noted.")


def _row(app: App, line: Noted) -> tuple[object, ...]:
    detail = json.dumps(line.detail, ensure_ascii=False) if line.detail else ""
    at = local(line.at, app.zone)
    return (at, line.user, line.role, line.address, line.act, line.object, detail)


def _document(app: App, line: Noted) -> dict[str, object]:
    return {
        "id": line.id,
        "time": stamp(line.at, app.zone),
        "user": line.user,
        "role": line.role,
        "address": line.address,
        "act": line.act,
        "object": line.object,
        "detail": dict(line.detail),
    }

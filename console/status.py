"""`status`: is all well, and if not, what to do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO
from kidgate.console.output import local, say, stamp, table


@click.command(cls=Command)
@click.option(
    "--coverage", is_flag=True, help="For each device: how much of its traffic was seen, how well."
)
@pass_app
def status(app: App, *, coverage: bool) -> None:
    """Is all well, and if not, what to do.

    Looks at processes, database, policy, index, disk and certificate. Exit status 1 when something
    is wrong.
    """
    if coverage:
        from kidgate.console.coverage import show

        show(app)
        return
    from kidgate.console.health import findings

    found = findings(app)
    well = all(finding.well for finding in found)
    alerts, now = _alerts(app), _now(app)
    parts = [asdict(f) for f in found]
    document = {"well": well, "parts": parts, "alerts": alerts, "now": now}

    def people() -> None:
        rows = [
            (f.part, "ok" if f.well else "WRONG", f.what, "" if f.well else f.advice) for f in found
        ]
        table(("part", "", "what", "what to do"), rows)
        for alert in alerts:
            say(f"{alert['severity']}, {alert['time']}: {alert['text']}")
        for one in now:
            what = f" ({one['what']})" if one["what"] else ""
            why = f": {one['reason']}" if one["reason"] else ""
            by = f", by {one['author']}" if one["author"] else ""
            say(f"{one['kind']} for {one['scope']}{what} until {one['until']}{by}{why}")

    app.answer(document, people)
    if not well:
        click.get_current_context().exit(NO)


def _now(app: App) -> list[dict[str, Any]]:
    """Pauses, lessons and exceptions in force: by whom, and until when."""
    from kidgate.policies.now import holding
    from kidgate.store.faults import DatabaseFault

    if not app.home.root.is_dir():
        return []
    try:
        rows, zone = app.rows, app.zone
    except DatabaseFault:
        return []
    told = stamp if app.json else local
    return [asdict(one) | {"until": told(one.until, zone)} for one in holding(rows, app.now())]


def _alerts(app: App) -> list[dict[str, str | None]]:
    """What an adult should look at; none when the database cannot be read, which is said above."""
    from kidgate.store.alerts import unseen_alerts
    from kidgate.store.faults import DatabaseFault

    if not app.home.root.is_dir():
        return []
    try:
        with app.database.reading() as session:
            found = unseen_alerts(session)
        zone = app.zone
    except DatabaseFault:
        return []
    return [
        {
            "kind": kind,
            "severity": severity,
            "text": text,
            "time": stamp(at, zone) if app.json else local(at, zone),
        }
        for kind, severity, text, at in found
    ]

"""`status`: is all well, and if not, what to do."""

from __future__ import annotations

from dataclasses import asdict

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
    alerts = _alerts(app)
    document = {"well": well, "parts": [asdict(f) for f in found], "alerts": alerts}

    def people() -> None:
        rows = [
            (f.part, "ok" if f.well else "WRONG", f.what, "" if f.well else f.advice) for f in found
        ]
        table(("part", "", "what", "what to do"), rows)
        for alert in alerts:
            say(f"{alert['severity']}, {alert['time']}: {alert['text']}")

    app.answer(document, people)
    if not well:
        click.get_current_context().exit(NO)


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

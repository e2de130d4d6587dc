"""`doctor`: what is wrong with this box, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO
from kidgate.console.output import say, table

if TYPE_CHECKING:
    from kidgate.console.box.check import Check

Row = dict[str, str]


@click.command(cls=Command)
@click.option("--online", is_flag=True, help="Ask the name servers too; nothing else goes out.")
@pass_app
def doctor(app: App, *, online: bool) -> None:
    """Look for holes in this box, and say how to mend each.

    Looks at all that `status` does, and at the clock, open files, ports, the certificate's key,
    the service, kernel settings, the packet filter, IPv6, DHCP, DNS and encrypted DNS. It changes
    nothing. Run it as root to see the packet filter. Exit status 1 when something is wrong.
    """
    rows = [*_health(app), *(_row(app, check) for check in _checks(app, online=online))]
    well = all(row["level"] != "wrong" for row in rows)

    def people() -> None:
        table(
            ("part", "", "what", "what to do"),
            [
                (r["part"], r["level"].upper() if r["level"] != "ok" else "ok", r["what"], "")
                if not r["advice"]
                else (r["part"], r["level"].upper(), r["what"], r["advice"])
                for r in rows
            ],
        )
        counts = {level: sum(r["level"] == level for r in rows) for level in ("wrong", "warn")}
        say(f"{counts['wrong']} wrong, {counts['warn']} to improve")

    app.answer({"well": well, "parts": rows}, people)
    if not well:
        click.get_current_context().exit(NO)


def _health(app: App) -> Iterator[Row]:
    """What `status` says, in the words of this command."""
    from kidgate.console.box.check import advice_in
    from kidgate.console.health import findings

    said = advice_in(app.config.locale)
    for found in findings(app):
        yield {
            "part": found.part,
            "level": "ok" if found.well else "wrong",
            "what": found.what,
            "advice": "" if found.well else said.get(found.advice, found.advice),
        }


def _row(app: App, check: Check) -> Row:
    language = app.config.locale
    return {
        "part": check.part,
        "level": check.level.value,
        "what": check.what(language),
        "advice": check.advice(language),
    }


def _checks(app: App, *, online: bool) -> Iterator[Check]:
    from kidgate.console.box import around, host, names, network, service

    parts: tuple[Callable[[App], Iterator[Check]], ...] = (
        host.clock,
        host.key,
        host.open_files,
        host.ports,
        service.at_boot,
        network.plan,
        network.sysctls,
        network.rules,
        network.others,
        network.ipv6,
        names.dhcp,
        names.settings,
        around.encrypted_dns,
        *((names.online,) if online else ()),
    )
    for part in parts:
        yield from part(app)

"""`grant`: one child, one site, until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import local, note, say, table
from kidgate.console.pauses import end_option, minutes_option, read_end
from kidgate.console.rules import reason_option
from kidgate.console.targets import TARGET, checked

if TYPE_CHECKING:
    from kidgate.policies.rows import GrantRow

TWICE = 2


@click.group(cls=Group)
def grant() -> None:
    """Temporary allowances for one child."""


@grant.command("add")
@click.argument("child")
@click.argument("target", type=TARGET)
@minutes_option
@end_option
@click.option("--confirm", count=True, help="Given twice: lift security lists for it too.")
@reason_option
@pass_app
def add(
    app: App,
    child: str,
    target: str,
    minutes: int | None,
    until: str | None,
    confirm: int,
    reason: str,
) -> None:
    """Let CHILD open TARGET until then.

    It lifts rules, categories, quotas and safe search; security lists only with --confirm
    --confirm; a pause, bedtime and illegal material never.
    """
    from kidgate.console.explaining import still_stopped
    from kidgate.policies import edits
    from kidgate.policies.rows import GrantRow, ProfileRow

    if confirm not in (0, TWICE):
        raise click.UsageError(
            "the site may be dangerous: give --confirm twice to lift security lists, or not at all"
        )
    edits.find(app.rows, ProfileRow, child)
    row = GrantRow(
        id=0,
        child=child,
        target=checked(app, target),
        until=read_end(app, minutes, until),
        confirmed_twice=confirm == TWICE,
        author=app.author,
        reason=reason,
    )
    comment = f"grant {row.target} to {child} until {row.until.isoformat()}"
    answer_change(app, app.change(lambda rows: edits.add(rows, row), comment))
    if why := still_stopped(app, row.target, f"child:{child}"):
        note(f"Note: {why}")


@grant.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over too.")
@pass_app
def list_(app: App, every: bool) -> None:
    """Grants in force."""
    from kidgate.policies.rows_json import to_json

    now = app.now()
    found = [row for row in app.rows.grants if every or now < row.until]
    app.answer([to_json(row) for row in found], lambda: _table(app, found))


def _table(app: App, found: list[GrantRow]) -> None:
    if not found:
        say("No grants in force.")
        return
    table(
        ("grant", "child", "target", "until", "security", "author", "reason"),
        [
            (
                row.id,
                row.child,
                row.target,
                local(row.until, app.zone),
                "lifted" if row.confirmed_twice else "holds",
                row.author,
                row.reason,
            )
            for row in found
        ],
    )


@grant.command("revoke")
@click.argument("number", type=int)
@pass_app
def revoke(app: App, number: int) -> None:
    """End a grant now."""
    from kidgate.policies import edits
    from kidgate.policies.rows import GrantRow

    answer_change(
        app, app.change(lambda rows: edits.remove(rows, GrantRow, number), f"revoke grant {number}")
    )

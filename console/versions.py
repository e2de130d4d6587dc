"""`policy diff`, `history` and `rollback`: every change is a numbered version with its author."""

from __future__ import annotations

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.differences import as_json, tell
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import local, say, stamp, table


@click.command("history", cls=Command)
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, help="The newest so many.")
@pass_app
def history(app: App, limit: int) -> None:
    """Who changed what, newest first."""
    from kidgate.store.policy import history as read_history

    with app.database.reading() as session:
        found = read_history(session, limit)
    zone = app.zone
    document = [
        {
            "version": row.number,
            "time": stamp(row.at, zone),
            "author": row.author,
            "comment": row.comment,
            "changes": row.edits,
        }
        for row in found
    ]

    def people() -> None:
        rows = [(row.number, local(row.at, zone), row.author, row.comment) for row in found]
        table(("version", "time", "author", "what"), rows)

    app.answer(document, people)


@click.command("diff", cls=Command)
@click.argument("first", type=int)
@click.argument("second", type=int, required=False)
@pass_app
def diff(app: App, first: int, second: int | None) -> None:
    """What differs between two versions.

    Without SECOND, between FIRST and the newest.
    """
    from kidgate.store.policy import diff as read_diff
    from kidgate.store.policy import head

    with app.database.reading() as session:
        newest = head(session)
        last = newest if second is None else second
        _check(newest, first, last)
        found = read_diff(session, first, last)

    def people() -> None:
        say(f"From version {first} to {last}:" if found else "They are the same.")
        tell(found, app.zone)

    app.answer({"from": first, "to": last, "changes": as_json(found)}, people)


@click.command("rollback", cls=Command)
@click.argument("version", type=int)
@pass_app
def rollback(app: App, version: int) -> None:
    """Make the policy what it was at VERSION, as a new version."""
    _, newest = app.read()
    _check(newest, version)
    answer = app.do("policy.rollback", version=version, author=app.author)
    number = answer["version"]
    app.answer(
        {"version": number, "from": version},
        lambda: say(f"Policy version {number} is as version {version} was."),
    )


def _check(newest: int, *numbers: int) -> None:
    for number in numbers:
        if not 0 <= number <= newest:
            raise Failure(f"there is no version {number}; the newest is {newest}", USAGE)

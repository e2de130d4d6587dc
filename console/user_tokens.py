"""`user token`: keys with which programs act for a user."""

from __future__ import annotations

from datetime import timedelta

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.output import note, say
from kidgate.console.users import by


@click.command("token", cls=Command)
@click.argument("name")
@click.option("--for", "title", metavar="TITLE", default="", help="What program it is for.")
@click.option("--write", is_flag=True, help="It may change what its user may; else it only looks.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; else for ever.")
@click.option("--remove", "removed", type=int, metavar="NUMBER", help="Take a token away.")
@pass_app
def token(
    app: App, name: str, title: str, write: bool, days: int | None, removed: int | None
) -> None:
    """Make a key for a program that acts for a user. It is shown once.

    kidgate user show lists the tokens with their numbers.
    """
    from kidgate.store.keys import hash_key, new_token

    if removed is not None:
        there = app.do("token.remove", user=name, id=removed, by=by(app))["removed"]
        said = f"Token {removed} is gone." if there else f"There was no token {removed}."
        app.answer({"id": removed, "removed": there}, lambda: say(said))
        return
    key = new_token()
    until = (app.now() + timedelta(days=days)).isoformat() if days else None
    made = app.do(
        "token.add",
        user=name,
        name=title,
        hash=hash_key(key),
        write=write,
        until=until,
        by=by(app),
    )
    document = {"id": made["id"], "user": made["user"], "token": key, "until": until}

    def people() -> None:
        say(key)
        note(f"Token {made['id']} of {made['user']}; it is shown this one time.")

    app.answer(document, people)

"""`request`: what children asked for, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.output import facts, local, note, say, stamp, table

if TYPE_CHECKING:
    from kidgate.store.requests import Asked

STATES = ("open", "approved", "denied", "expired", "all")
SCOPES = ("page", "site", "service", "category")
DURATIONS = ("15m", "1h", "today", "always")
TIMES = ("at", "answered_at", "until")


@click.group(cls=Group)
def request() -> None:
    """What children asked for."""


@request.command("list")
@click.option(
    "--state", type=click.Choice(STATES), default="open", show_default=True, help="Which."
)
@click.option("--of", "child", default="", help="Only this child's.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many."
)
@pass_app
def list_(app: App, state: str, child: str, limit: int) -> None:
    """Requests, newest first."""
    from kidgate.policies.edits import find
    from kidgate.policies.rows import ProfileRow
    from kidgate.store.requests import all_requests

    if child:
        find(app.rows, ProfileRow, child)
    with app.database.reading() as session:
        found = all_requests(
            session,
            state=None if state == "all" else state,
            profiles=(child,) if child else None,
            limit=limit,
        )
    app.answer([_document(app, one) for one in found], lambda: _table(app, found))


def _document(app: App, one: Asked) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one) | {name: stamp(getattr(one, name), app.zone) for name in TIMES}


def _table(app: App, found: Sequence[Asked]) -> None:
    rows = [
        (
            one.id,
            one.profile,
            one.site or one.target,
            one.reason,
            local(one.at, app.zone),
            one.state,
            one.note,
        )
        for one in found
    ]
    if not rows:
        say("No requests.")
        return
    table(("request", "child", "site", "stopped by", "asked", "state", "note"), rows)
    if any(one.state == "open" for one in found):
        say("See what may be opened: kidgate request show NUMBER")


@request.command("show")
@click.argument("number", type=int)
@pass_app
def show(app: App, number: int) -> None:
    """One request, and every way to say yes to it."""
    found = _do(app, "request.show", id=number)
    app.answer(found, lambda: _show(app, found))


def _show(app: App, found: dict[str, Any]) -> None:
    said = {name: _local(app, found[name]) for name in TIMES if found[name]}
    facts((name, value) for name, value in (found | said).items() if name != "offers" and value)
    if not found["offers"]:
        return
    say("\nWhat opens it:")
    table(
        ("scope", "for", "how long", "opens", ""),
        [
            (o["scope"], o["whom"], o["durations"], o["target"], "dangerous" * o["confirm"])
            for o in found["offers"]
        ],
    )


@request.command("approve")
@click.argument("number", type=int)
@click.option(
    "--scope", type=click.Choice(SCOPES), default="site", show_default=True, help="What opens."
)
@click.option(
    "--for",
    "duration",
    type=click.Choice(DURATIONS),
    default="1h",
    show_default=True,
    help="How long.",
)
@click.option("--tier", is_flag=True, help="For everyone of the child's age tier.")
@click.option("--say", "text", default="", help="What the child reads with the answer.")
@click.option("--confirm", count=True, help="Given twice: open a site on a list of dangerous ones.")
@pass_app
def approve(
    app: App, number: int, scope: str, duration: str, tier: bool, text: str, confirm: int
) -> None:
    """Open what was asked for; it opens for the child by itself."""
    if confirm not in (0, 2):
        raise click.UsageError(
            "the site may be dangerous: give --confirm twice to open it, or not at all"
        )
    said = _do(
        app,
        "request.answer",
        id=number,
        yes=True,
        scope=scope,
        duration=duration,
        whom="tier" if tier else "child",
        text=text,
        confirmed=confirm == 2,
        author=app.author,
    )
    made = f"grant {said['grant']}" if said["grant"] else f"rule {said['rule']}"
    until = f" until {_local(app, said['until'])}" if said["until"] else ""
    app.answer(said, lambda: say(f"Opened {said['target']}{until}: {made}."))


@request.command("deny")
@click.argument("number", type=int)
@click.option("--say", "text", default="", help="What the child reads with the answer.")
@pass_app
def deny(app: App, number: int, text: str) -> None:
    """Say no."""
    said = _do(app, "request.answer", id=number, yes=False, text=text, author=app.author)
    app.answer(said, lambda: say(f"Request {number} is denied."))


@request.command("link")
@click.argument("number", type=int)
@click.option("--to", "user", required=True, help="The adult who may answer with it.")
@pass_app
def link(app: App, number: int, user: str) -> None:
    """A link with which one adult may answer once, within two days."""
    token = _do(app, "request.link", id=number, user=user)["token"]
    path = f"/answer/{token}"

    def people() -> None:
        say(path)
        note("Put the dashboard's address before it. Whoever has it can answer: tell nobody else.")

    app.answer({"request": number, "user": user, "token": token, "path": path}, people)


def _do(app: App, op: str, **args: Any) -> dict[str, Any]:
    """Ask a writer. What it refuses is the answer no; a number that nothing has is a mistake."""
    try:
        return app.do(op, **args)
    except ValueError as fault:
        status = USAGE if str(fault).startswith("there is no request") else NO
        raise Failure(str(fault), status) from fault


def _local(app: App, text: str) -> str:
    return local(datetime.fromisoformat(text), app.zone)

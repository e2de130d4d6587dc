"""`pinned`: apps that accept no certificate but their own, and the names not opened for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import local, say, stamp, table
from kidgate.policies.names import InvalidName, canonical_host

if TYPE_CHECKING:
    from kidgate.proxy.pinned.learned import Pin

COLUMNS = ("device", "name", "since", "until")


@click.group(cls=Group)
def pinned() -> None:
    """Apps that accept no certificate but their own."""


@pinned.command("list")
@pass_app
def list_(app: App) -> None:
    """What was learned, for how long. Each name is still judged, by name and address."""
    found = _held(app)

    def people() -> None:
        if not found:
            say("No app has refused our certificates so far.")
            return
        table(
            COLUMNS,
            [[p.device, p.name, local(p.since, app.zone), local(p.until, app.zone)] for p in found],
        )
        say("Open one again: kidgate pinned forget NAME")

    app.answer([_document(app, pin) for pin in found], people)


@pinned.command("forget")
@click.argument("name")
@click.option("--device", default="", help="On this device alone.")
@pass_app
def forget(app: App, name: str, device: str) -> None:
    """Open a name again. An app that refuses it three times more is learned anew."""
    try:
        host = canonical_host(name)
    except InvalidName as fault:
        raise click.UsageError(str(fault)) from fault
    count = app.do("pinned.forget", name=host, device=device)["forgotten"]
    if not count:
        raise Failure(f"`{host}` is not in kidgate pinned list", USAGE)
    app.answer({"forgotten": count}, lambda: say(f"{host} is opened again."))


def _held(app: App) -> list[Pin]:
    from kidgate.proxy.pinned.learned import BrokenFile, load

    try:
        found = load(app.home.pinned.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, BrokenFile) as fault:
        raise Failure(str(fault), UNREACHABLE) from fault
    now = app.now()
    return [pin for pin in found if now < pin.until]


def _document(app: App, pin: Pin) -> dict[str, Any]:
    return {
        "device": pin.device,
        "name": pin.name,
        "since_at": stamp(pin.since, app.zone),
        "until_at": stamp(pin.until, app.zone),
    }

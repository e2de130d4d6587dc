"""`channel`: how adults are told. Addresses hold secrets: they are asked for, never shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group
from kidgate.console.errors import NO
from kidgate.console.output import local, say, stamp, table
from kidgate.console.users import by

if TYPE_CHECKING:
    from kidgate.store.channels import ChannelRow

SEVERITY = click.Choice(["info", "warning", "urgent"])
LANGUAGE = click.Choice(["vi", "en"])
SHOWN = (
    "id",
    "name",
    "user",
    "address",
    "severity",
    "quiet",
    "language",
    "hourly",
    "enabled",
    "fault",
)


@click.group(cls=Group)
def channel() -> None:
    """How adults are told: e-mail, Telegram, ntfy and others.

    Addresses are spelled as Apprise spells them.
    """


@channel.command(cls=Command)
@click.argument("name")
@click.option("--for", "user", metavar="USER", default="", help="Whose it is; else the house's.")
@click.option("--severity", type=SEVERITY, help="Nothing lighter than this. info, unless said.")
@click.option("--kind", "kinds", multiple=True, help="These kinds alone; may be repeated.")
@click.option("--quiet", metavar="WHEN", help="When only urgent things come: daily 22:00-06:00.")
@click.option("--language", type=LANGUAGE, help="Else the user's.")
@click.option("--hourly", type=click.IntRange(1, 120), help="Messages an hour; 12, unless said.")
@pass_app
def add(app: App, /, name: str, user: str, kinds: tuple[str, ...], **settings: Any) -> None:
    """Add a way to tell an adult.

    The address is read from standard input, or asked for, so that it is not kept by the shell:
    mailtos://USER:PASSWORD@SERVER/?to=ADDRESS, tgram://TOKEN/CHAT, ntfys://SERVER/TOPIC and others.
    """
    given = {key: value for key, value in settings.items() if value is not None}
    if kinds:
        given["kinds"] = list(kinds)
    answer = app.do("channel.add", name=name, url=_address(), user=user, by=by(app), **given)
    app.answer(answer, lambda: say(f"Added {name} ({answer['address']}). {_try(name)}"))


@channel.command(cls=Command)
@click.argument("name")
@click.option("--severity", type=SEVERITY, help="Told from this on.")
@click.option("--kind", "kinds", multiple=True, help="These kinds alone; `all` for every one.")
@click.option("--quiet", metavar="WHEN", help="Empty: never.")
@click.option("--language", type=LANGUAGE, help="Of what is told.")
@click.option("--hourly", type=click.IntRange(1, 120), help="The most messages an hour.")
@click.option("--on/--off", "enabled", default=None, help="Whether it is used at all.")
@click.option("--address", "new_address", is_flag=True, help="Read a new address.")
@pass_app
def change(
    app: App, /, name: str, kinds: tuple[str, ...], *, new_address: bool, **settings: Any
) -> None:
    """Change what a channel is told, and when."""
    given = {key: value for key, value in settings.items() if value is not None}
    if kinds:
        given["kinds"] = [] if "all" in kinds else list(kinds)
    if new_address:
        given["url"] = _address()
    if not given:
        raise click.UsageError("say what to change; see kidgate channel change --help")
    answer = app.do("channel.change", name=name, set=given, by=by(app))
    app.answer(answer, lambda: say(f"Changed {name}."))


@channel.command("list", cls=Command)
@pass_app
def list_(app: App) -> None:
    """The channels, and how the last message went."""
    from kidgate.store.channels import all_channels

    with app.database.reading() as session:
        found = all_channels(session)

    def people() -> None:
        if not found:
            say("Nobody is told of anything yet; see kidgate channel add --help.")
            return
        columns = ("name", "for", "address", "from", "kinds", "quiet", "used", "trouble")
        table(columns, [_cells(app, row) for row in found])

    app.answer([_as_json(app, row) for row in found], people)


@channel.command(cls=Command)
@click.argument("name")
@pass_app
def test(app: App, name: str) -> None:
    """Send a test now. Exit status 1 when it could not be sent."""
    answer = app.do("channel.test", name=name, by=by(app))
    fault = answer["fault"]
    said = f"Not sent: {fault}." if fault else "Sent; look whether it came."
    app.answer(answer, lambda: say(said))
    if fault:
        click.get_current_context().exit(NO)


@channel.command(cls=Command)
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Remove a channel, and what waits for it."""
    answer = app.do("channel.remove", name=name, by=by(app))
    app.answer(answer, lambda: say(f"Removed {name}."))


def _address() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Address", hide_input=True))
    return sys.stdin.readline().strip()


def _try(name: str) -> str:
    return f"Try it: kidgate channel test {name}"


def _cells(app: App, row: ChannelRow) -> list[object]:
    trouble = f"{row.fault} ({local(row.fault_at, app.zone)})" if row.fault else ""
    kinds = ", ".join(row.kinds) or "all"
    return [row.name, row.user, row.address, row.severity, kinds, row.quiet, row.enabled, trouble]


def _as_json(app: App, row: ChannelRow) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in SHOWN}
    return shown | {"kinds": list(row.kinds), "fault_at": stamp(row.fault_at, app.zone)}

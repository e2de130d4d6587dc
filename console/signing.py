"""`profile pin`, `device sign-out`: signing in on shared devices."""

from __future__ import annotations

import sys

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import say
from kidgate.documents.pins import checked_pin, hash_pin
from kidgate.policies.edits import EditFault


@click.command("pin", cls=Command)
@click.argument("key")
@click.option("--remove", is_flag=True, help="Take the PIN away.")
@pass_app
def pin(app: App, key: str, remove: bool) -> None:
    """Set the PIN a child signs in with on shared devices.

    The page is http://kidgate.home.arpa/pin.

    It is asked for, or read from standard input; 4 to 8 digits, kept only as a hash.
    """
    from kidgate.policies.edits import find
    from kidgate.policies.rows import ProfileRow

    find(app.rows, ProfileRow, key)
    hash = "" if remove else hash_pin(_checked(_read()))
    answer = app.do("pin.set", profile=key, hash=hash)
    said = f"{key} has a PIN now." if hash else f"{key} has no PIN."
    app.answer({"profile": key, "pin": answer["pin"]}, lambda: say(said))


@click.command("sign-out", cls=Command)
@click.argument("key")
@pass_app
def sign_out(app: App, key: str) -> None:
    """End the session of whoever signed in on a shared device."""
    from kidgate.policies.edits import find
    from kidgate.policies.rows import DeviceRow

    find(app.rows, DeviceRow, key)
    ended = app.do("pin.leave", device=key)["ended"]
    said = f"Nobody is signed in on {key} any more." if ended else f"Nobody was signed in on {key}."
    app.answer({"device": key, "ended": ended}, lambda: say(said))


def _read() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("PIN", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().strip()


def _checked(pin: str) -> str:
    """Raises Failure, which never shows the PIN."""
    try:
        return checked_pin(pin)
    except EditFault as fault:
        raise Failure(str(fault), USAGE) from None

"""`profile pin`, `device sign-out`: signing in on shared devices."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import say

PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
# OWASP's smallest for Argon2id: a box with 1 GB of memory must bear some at once.
TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1


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


def hash_pin(pin: str) -> str:
    """Argon2id, in its PHC spelling."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)
    return str(hasher.hash(pin))


def _read() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("PIN", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().strip()


def _checked(pin: str) -> str:
    """Raises Failure, which never shows the PIN."""
    if not PIN.fullmatch(pin):
        raise Failure("a PIN has 4 to 8 digits", USAGE)
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, -1}:
        raise Failure("this PIN is the first that others try; choose another", USAGE)
    return pin

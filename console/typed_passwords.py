"""Passwords at the terminal: asked for unseen and twice, or read from a file. Never shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from kidgate.console.errors import USAGE, Failure

STDIN = "-"
SAID: Mapping[str, str] = {
    "too_short": "a password has at least 10 characters; several words are easy to remember",
    "too_long": "a password has at most 200 characters",
    "has_name": "this password is the user's name and little more; choose another",
    "common": "this password is among the first that others try; choose another",
}
password_option = click.option(
    "--password-file",
    metavar="FILE",
    help="Read the password from the first line of a file; - is standard input.",
)


def read_hash(name: str, file: str | None) -> str:
    """The hash of a new password for a user. Raises Failure, which never shows the password."""
    from kidgate.dashboard.signing_in.passwords import fault_of, hash_password

    password = _typed() if file is None else _first_line(file)
    fault = fault_of(password, name)
    if fault:
        raise Failure(SAID[fault], USAGE)
    return hash_password(password)


def _typed() -> str:
    if not sys.stdin.isatty():
        raise Failure("nobody is there to ask for a password; give --password-file", USAGE)
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _first_line(file: str) -> str:
    """Raises OSError."""
    try:
        text = sys.stdin.readline() if file == STDIN else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Failure(f"`{file}` is no text in UTF-8", USAGE) from None
    return text.split("\n", 1)[0].rstrip("\r")

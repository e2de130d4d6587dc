"""`up`: the gateway itself. SQLAlchemy stays out of this process: see the supervisor."""

from __future__ import annotations

import subprocess
import sys

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import Failure


@click.command(cls=Command)
@pass_app
def up(app: App) -> None:
    """Run the gateway until SIGTERM or Ctrl-C.

    Prints one line `ready` with its listeners once it serves. A home that is new is set up first.
    """
    config, home = app.config, app.home
    home.make()
    if not home.snapshot.exists():
        _set_up(app)
    from kidgate.proxy.supervisor import run

    run(config)


def _set_up(app: App) -> None:
    """`kidgate setup`, in a process of its own, which takes the database library with it."""
    options = ["--home", str(app.home.root)]
    if app.config_option is not None:
        options += ["--config", str(app.config_option)]
    done = subprocess.run(
        [sys.executable, "-m", "kidgate", "setup", "--quiet", *options],
        stdout=sys.stderr,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = done.stderr.strip()
    if done.returncode:
        notes, _, fault = told.rpartition("Error: ")
        click.echo(notes, err=True, nl=False)
        raise Failure(fault, done.returncode)
    if told:
        click.echo(told, err=True)

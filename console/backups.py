"""`backup` and `restore`: database, lists, pictures' hashes and certificate in one file."""

from __future__ import annotations

from pathlib import Path

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import say

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument("file", type=FILE)
@pass_app
def backup(app: App, file: Path) -> None:
    """Copy database, lists and certificate to FILE.

    The gateway goes on meanwhile. Keep it safe: it holds the journal and the certificate's key.
    """
    from kidgate.keeper.bundle import backup as write_backup

    write_backup(app.home, app.database, file)
    size = file.stat().st_size
    app.answer(
        {"file": str(file), "bytes": size},
        lambda: say(f"{file} is written ({size // 1024} KB). It holds secrets: keep it safe."),
    )


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_app
def restore(app: App, file: Path) -> None:
    """Make a backup the house again.

    All of it or nothing. The gateway must be stopped.
    """
    from kidgate.keeper.bundle import restore as read_backup

    if "://" in app.config.database:
        raise Failure("restore PostgreSQL with its own tools: pg_restore", USAGE)
    app.home.make()
    version = read_backup(app.home, app.config.database_url, file, app.now)
    app.answer(
        {"version": version},
        lambda: say(f"Restored: policy version {version} is in force from the next start."),
    )

"""What all commands have in common: the shared options, and how known faults end them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kidgate.console.app import App
from kidgate.console.errors import failure_of


def _take(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value:
            setattr(context.ensure_object(App), name, value)

    return callback


def shared_options() -> list[click.Option]:
    """Options that every command takes, before or after its name."""
    folder = click.Path(file_okay=False, path_type=Path)
    file = click.Path(dir_okay=False, path_type=Path)
    return [
        click.Option(
            ["--json", "json"],
            is_flag=True,
            expose_value=False,
            callback=_take("json"),
            help="Answer in JSON, for programs.",
        ),
        click.Option(
            ["--home", "home_option"],
            type=folder,
            expose_value=False,
            callback=_take("home_option"),
            help="Where all state lies; else KIDGATE_HOME.",
        ),
        click.Option(
            ["--config", "config_option"],
            type=file,
            expose_value=False,
            callback=_take("config_option"),
            help="The configuration file; else config.yaml in the home.",
        ),
    ]


class Command(click.Command):
    """A command with the shared options."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.params += shared_options()


class Group(click.Group):
    """A family of commands."""

    command_class = Command
    group_class = type


class Root(Group):
    """The program: known faults of its commands become one message and an exit status."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.params += shared_options()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as fault:
            failure = failure_of(fault)
            if failure is None:
                raise
            raise failure from fault

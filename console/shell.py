"""`completion` and `version`."""

from __future__ import annotations

import platform

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.output import facts


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """The script that completes commands in your shell.

    bash and zsh: eval "$(kidgate completion bash)" in ~/.bashrc or ~/.zshrc; fish: write it to
    ~/.config/fish/completions/kidgate.fish.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = context.find_root().command
    click.echo(kind(root, {}, "kidgate", "_KIDGATE_COMPLETE").source())


@click.command(cls=Command)
@pass_app
def version(app: App) -> None:
    """The versions of the program and of what it stands on."""
    from importlib.metadata import version as of

    import kidgate
    from kidgate.store.migrations import HEAD

    document = {
        "kidgate": kidgate.__version__,
        "database": HEAD,
        "python": platform.python_version(),
        "mitmproxy": of("mitmproxy"),
        "sqlalchemy": of("sqlalchemy"),
    }
    app.answer(document, lambda: facts(document.items()))

"""`group`: families and classes."""

from __future__ import annotations

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import say, table


@click.group(cls=Group)
def group() -> None:
    """Families and classes: one rule for many."""


@group.command("add")
@click.argument("key")
@click.option("--title", default="", help="The full name.")
@click.option(
    "--kind", type=click.Choice(["group", "family", "class"]), default="group", help="What it is."
)
@pass_app
def add(app: App, key: str, title: str, kind: str) -> None:
    """Add a group. KEY is a short word such as 8A."""
    from kidgate.policies import edits
    from kidgate.policies.rows import GroupRow

    row = GroupRow(key, title, kind)
    answer_change(app, app.change(lambda rows: edits.add(rows, row), f"add group {key}"))


@group.command("list")
@pass_app
def list_(app: App) -> None:
    """Every group and who is in it."""
    found = [
        {
            "key": row.key,
            "title": row.title,
            "kind": row.kind,
            "children": [p.key for p in app.rows.profiles if row.key in p.groups],
        }
        for row in app.rows.groups
    ]

    def people() -> None:
        if not found:
            say("No groups; add one with kidgate group add KEY.")
            return
        table(("key", "title", "kind", "children"), [list(row.values()) for row in found])

    app.answer(found, people)


@group.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Remove a group with its rules and pauses; its children stay."""
    from kidgate.policies import edits
    from kidgate.policies.rows import GroupRow

    answer_change(
        app, app.change(lambda rows: edits.remove(rows, GroupRow, key), f"remove group {key}")
    )


@group.command("join")
@click.argument("key")
@click.argument("children", nargs=-1, required=True)
@pass_app
def join(app: App, key: str, children: tuple[str, ...]) -> None:
    """Put children into a group."""
    from kidgate.policies import edits

    comment = f"{', '.join(children)} join {key}"
    answer_change(app, app.change(lambda rows: edits.join(rows, key, children), comment))


@group.command("leave")
@click.argument("key")
@click.argument("children", nargs=-1, required=True)
@pass_app
def leave(app: App, key: str, children: tuple[str, ...]) -> None:
    """Take children out of a group."""
    from kidgate.policies import edits

    comment = f"{', '.join(children)} leave {key}"
    answer_change(app, app.change(lambda rows: edits.leave(rows, key, children), comment))

"""`feed`: lists of sites by category."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import facts, local, say, table

if TYPE_CHECKING:
    from kidgate.store.feeds import FeedRow


@click.group(cls=Group)
def feed() -> None:
    """Lists of sites by category."""


@feed.command("list")
@pass_app
def list_(app: App) -> None:
    """Every feed."""
    found = feeds_of(app)

    def people() -> None:
        if not found:
            say("No feeds; add one with kidgate feed import PATH --category C.")
            return
        rows = [
            (row.name, row.category, row.names, row.urls, local(row.imported_at, app.zone))
            for row in found.values()
        ]
        table(("feed", "category", "names", "urls", "imported"), rows)

    app.answer([_document(row) for row in found.values()], people)


@feed.command("show")
@click.argument("name")
@pass_app
def show(app: App, name: str) -> None:
    """Where a feed came from, and what became of its lines."""
    row = _feed(app, name)
    document = _document(row)
    told = document | {"imported_at": local(row.imported_at, app.zone)}
    app.answer(document, lambda: facts(told.items()))


@feed.command("names")
@click.argument("name")
@pass_app
def names(app: App, name: str) -> None:
    """The canonical names of a feed, one on a line, sorted."""
    from kidgate.lists.entries import Mode
    from kidgate.lists.names_file import NamesFile

    row, last = _feed(app, name), ""
    with NamesFile(app.home.feeds / f"{row.name}.names") as file:
        keys = (listed.key for listed in file if listed.mode in (Mode.TREE, Mode.EXACT))
        if app.json:
            app.answer(list(dict.fromkeys(keys)), lambda: None)
            return
        for key in keys:
            if key != last:
                sys.stdout.write(f"{key}\n")
            last = key


@feed.command("remove")
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Forget a feed and take its names out of the index."""
    row = _feed(app, name)
    app.do("feed.remove", name=row.name)
    app.answer({"feed": row.name, "removed": True}, lambda: say(f"Feed {row.name} is removed."))


@feed.command("rebuild")
@pass_app
def rebuild(app: App) -> None:
    """Build the category index again from the feeds that are there."""
    count = int(app.do("index.rebuild")["feeds"])
    app.answer({"feeds": count}, lambda: say(f"The index is built again from {count} feeds."))


def feeds_of(app: App) -> dict[str, FeedRow]:
    """Every feed by name."""
    from kidgate.store.feeds import all_feeds

    with app.database.reading() as session:
        return {row.name: row for row in all_feeds(session)}


def _feed(app: App, name: str) -> FeedRow:
    found = feeds_of(app)
    if name not in found:
        there = "there are " + ", ".join(found) if found else "there is none yet"
        raise Failure(f"no feed is called `{name}`; {there}", USAGE)
    return found[name]


def _document(row: FeedRow) -> dict[str, Any]:
    from kidgate.policies.rows_json import to_json

    return to_json(row)

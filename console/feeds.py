"""`feed`: the lists of sites by category that are there."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import facts, local, say, table

if TYPE_CHECKING:
    from kidgate.documents.feed_row import FeedRow


@click.group(cls=Group)
def feed() -> None:
    """Lists of sites by category."""


@feed.command("list")
@pass_app
def list_(app: App) -> None:
    """Every feed: its size, how fresh it is, what went wrong."""
    from kidgate.store.freshness import freshness

    found = feeds_of(app)

    def people() -> None:
        if not found:
            say("No feeds; see kidgate feed catalogue, or kidgate feed import PATH --category C.")
            return
        rows = [
            (
                row.name,
                row.category,
                row.names,
                row.urls,
                freshness(row, app.now()),
                local(row.checked_at or row.imported_at, app.zone),
                row.fault_reason,
            )
            for row in found.values()
        ]
        table(("feed", "category", "names", "urls", "state", "fresh at", "last fault"), rows)

    app.answer([document_of(app, row) for row in found.values()], people)


@feed.command("show")
@click.argument("name")
@pass_app
def show(app: App, name: str) -> None:
    """Where a feed comes from and what became of its lines."""
    row = feed_of(app, name)
    document = document_of(app, row)
    times = {key: local(value, app.zone) for key, value in _times(row).items()}
    app.answer(document, lambda: facts(_worth_telling(document | times).items()))


@feed.command("names")
@click.argument("name")
@pass_app
def names(app: App, name: str) -> None:
    """The canonical names of a feed, one on a line, sorted."""
    from kidgate.lists.entries import Mode
    from kidgate.lists.names_file import NamesFile

    row, last = feed_of(app, name), ""
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
    row = feed_of(app, name)
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


def feed_of(app: App, name: str) -> FeedRow:
    """Raises Failure when there is none of that name."""
    found = feeds_of(app)
    if name not in found:
        there = "there are " + ", ".join(found) if found else "there is none yet"
        raise Failure(f"no feed is called `{name}`; {there}", USAGE)
    return found[name]


def document_of(app: App, row: FeedRow) -> dict[str, Any]:
    """A feed for programs."""
    from kidgate.policies.rows_json import to_json
    from kidgate.store.freshness import freshness

    return to_json(row) | {"state": freshness(row, app.now())}


def _times(row: FeedRow) -> dict[str, datetime | None]:
    from kidgate.policies.rows_json import to_json

    names = [name for name in to_json(row) if name.endswith("_at") or name == "fault_since"]
    return {name: getattr(row, name) for name in names}


def _worth_telling(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is not set; zero is a fact."""
    return {name: value for name, value in document.items() if value not in ("", None, {}, [])}

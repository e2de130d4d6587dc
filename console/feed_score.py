"""`feed score`: what each feed is good for, so that one knows which to keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.feeds import feeds_of
from kidgate.console.importing import progress_bar
from kidgate.console.output import say, stamp, table

if TYPE_CHECKING:
    from kidgate.documents.feed_row import FeedRow
    from kidgate.lists.index import CategoryIndex
    from kidgate.lists.overlap import Overlap
    from kidgate.lists.scoring import Use


@click.command("score", cls=Command)
@click.option("--days", default=30, type=click.IntRange(1, 3650), help="How far to look back.")
@pass_app
def score(app: App, days: int) -> None:
    """What each feed is good for.

    Its size, what no other has, what it stopped and nothing else would have, how often an adult
    opened what it names, how fresh it is.
    """
    from kidgate.lists.index import open_index
    from kidgate.lists.overlap import overlaps

    rows = {name: row for name, row in feeds_of(app).items() if row.imported_at is not None}
    paths = {name: app.home.feeds / f"{name}.names" for name, row in rows.items() if row.in_force}
    with progress_bar("comparing the feeds") as progress:
        shared = overlaps(paths, progress or (lambda done, total: None))
    use = _use(app, open_index(app.home.index), app.now() - timedelta(days=days))
    documents = [_document(app, row, shared.get(name), use) for name, row in rows.items()]
    app.answer(documents, lambda: _tell(documents))


def _use(app: App, index: CategoryIndex, since: datetime) -> Use:
    from kidgate.lists.scoring import PREFIX, use_of
    from kidgate.store.journal import by_source
    from kidgate.store.requests import approved_targets

    with app.database.reading() as session:
        stopped = by_source(session, PREFIX, since)
        asked = approved_targets(session, since)
    granted = {grant.id: grant.target for grant in app.rows.grants}
    opened = [*granted.values(), *(target for grant, target in asked if grant not in granted)]
    return use_of(index, stopped, opened)


def _document(app: App, row: FeedRow, overlap: Overlap | None, use: Use) -> dict[str, Any]:
    from kidgate.store.freshness import freshness

    alike = overlap.shared.most_common(1) if overlap is not None else []
    return {
        "feed": row.name,
        "category": row.category,
        "state": freshness(row, app.now()),
        "checked_at": stamp(row.checked_at or row.imported_at, app.zone),
        "entries": overlap.entries if overlap is not None else row.accepted,
        "unique": overlap.unique if overlap is not None else None,
        "overlap": overlap.entries - overlap.unique if overlap is not None else None,
        "most_alike": {"feed": alike[0][0], "shared": alike[0][1]} if alike else None,
        "hits": use.hits[row.name],
        "only_hits": use.only[row.name],
        "appeals": use.appeals[row.name],
    }


def _tell(documents: list[dict[str, Any]]) -> None:
    if not documents:
        say("No feeds; see kidgate feed catalogue.")
        return
    columns = ("feed", "entries", "unique", "most alike", "hits", "only hits", "appeals", "state")
    rows = [
        (
            d["feed"],
            d["entries"],
            d["unique"],
            _alike(d["most_alike"], d["entries"]),
            d["hits"],
            d["only_hits"],
            d["appeals"],
            d["state"],
        )
        for d in documents
    ]
    table(columns, rows)


def _alike(found: Mapping[str, Any] | None, entries: int) -> str:
    if found is None:
        return ""
    return f"{found['feed']} ({100 * found['shared'] // max(entries, 1)}%)"

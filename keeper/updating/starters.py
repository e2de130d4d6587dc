"""The lists that come with the program, put in force in a new house at once.

They are small, so that this needs no process of its own. From then on they are feeds like others:
a newer program brings newer ones, and who removes one does not get it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kidgate.documents.feed_data import BUILTIN, load_catalogue
from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.feed_rows import add
from kidgate.keeper.updating.record import record
from kidgate.keeper.writer import Writer
from kidgate.policies.rows_json import from_json, to_json


def install(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Raises BadFeed when one of them is there already, BuildFailed, DatabaseFault."""
    from kidgate.keeper.updating.work import Workshop, update
    from kidgate.lists.fetching.obtain import trust

    shop = Workshop(writer.home, trust(None))
    shipped = [feed for feed in load_catalogue().values() if feed.url.startswith(BUILTIN)]
    rows = [
        FeedRow(
            feed.key,
            feed.category,
            feed.url,
            licence=feed.licence,
            read_as=feed.format,
            interval=feed.interval,
        )
        for feed in shipped
    ]
    added = [from_json(FeedRow, add(writer, {"feed": to_json(row)})["feed"]) for row in rows]
    outcomes = [update(shop, row, lambda what, done, total: None) for row in added]
    return {"feeds": [to_json(outcome) for outcome in record(writer, outcomes, added)]}

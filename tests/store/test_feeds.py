from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kidgate.documents.feed_row import FeedRow
from kidgate.store.database import Database
from kidgate.store.feeds import all_feeds, put_feed, remove_feed

UT1 = FeedRow(
    "ut1",
    "gambling",
    "/lists/ut1.tar.gz",
    imported_at=datetime(2026, 11, 22, tzinfo=UTC),
    lines=4,
    accepted=1,
    duplicate=1,
    skipped={"not_a_name": 2},
    names=1,
    sha256="00ff",
)


def test_feed_is_replaced_when_its_name_comes_again(database: Database) -> None:
    again = replace(UT1, lines=5, skipped={})
    with database.writing() as session:
        for row in (UT1, replace(UT1, name="a"), again):
            put_feed(session, row)
    with database.reading() as session:
        assert all_feeds(session) == [replace(UT1, name="a"), again]


def test_feed_is_gone_when_removed(database: Database) -> None:
    with database.writing() as session:
        put_feed(session, UT1)
        assert remove_feed(session, "ut1")
        assert not remove_feed(session, "ut1")
        assert all_feeds(session) == []

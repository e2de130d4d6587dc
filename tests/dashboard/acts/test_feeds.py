"""Feeds: the catalogue, the score of the week, what is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kidgate.dashboard.acts import feeds
from kidgate.dashboard.acts.feeds import CatalogueAsked, FeedAdded, FeedAsked, FeedSwitched
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.dashboard.gate import Nothing
from kidgate.policies.journal import Entry
from kidgate.store.journal import append
from tests.dashboard.conftest import NOW, Site


def stopped(site: Site, source: str, days: int) -> None:
    at = NOW - timedelta(days=days)
    entry = Entry(
        id=f"{source}-{days}", at=at, child="mai", device="tablet", tier="9-12", verdict="block",
        reason="category", category="adult", host="bad.example", url="", source=source,
        rule_id=None, version="1", count=3, address="10.9.0.5",
    )  # fmt: skip
    with site.desk.database.writing() as session:
        append(session, [entry])


def test_feed_is_added_from_the_catalogue_scored_and_removed(site: Site) -> None:
    desk, owner = site.desk, site.actor()
    asked = CatalogueAsked("gambling")
    shipped = next(f for f in feeds.catalogue(desk, owner, asked).feeds if f.shipped)
    assert shipped.licence and not shipped.added
    feeds.add(desk, owner, FeedAdded(shipped.key))
    stopped(site, f"feed {shipped.key}: bad.example (line 7)", days=1)
    stopped(site, f"feed {shipped.key}: bad.example (line 7)", days=9)
    (line,) = feeds.list_(desk, owner, Nothing()).feeds
    assert (line.state, line.hits, line.only) == ("never", 3, 3)
    assert next(f for f in feeds.catalogue(desk, owner, asked).feeds if f.shipped).added
    with pytest.raises(Invalid, match="there already"):
        feeds.add(desk, owner, FeedAdded(shipped.key))
    feeds.switch(desk, owner, FeedSwitched(shipped.key, enabled=False))
    assert feeds.list_(desk, owner, Nothing()).feeds[0].state == "off"
    feeds.remove(desk, owner, FeedAsked(shipped.key))
    assert not feeds.list_(desk, owner, Nothing()).feeds


def test_feed_that_is_none_is_refused_and_only_owners_see_feeds(site: Site) -> None:
    with pytest.raises(NotThere):
        feeds.add(site.desk, site.actor(), FeedAdded("nothing-such"))
    with pytest.raises(Invalid, match="no feed"):
        feeds.update(site.desk, site.actor(), FeedAsked("nothing-such"))
    for role in ("parent", "teacher", "auditor"):
        with pytest.raises(Forbidden):
            feeds.list_(site.desk, site.actor(role), Nothing())

"""Feeds as owners state them: what cannot be is refused with a sentence, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper import commands, feeds
from kidgate.keeper.errors import from_json, to_json
from kidgate.keeper.feed_rows import BadFeed
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.writer import Writer
from kidgate.lists.index import open_index
from kidgate.store.feeds import all_feeds
from tests.keeper.stand import AT, files, home_in, writer_of
from tests.keeper.test_commands import arrive, install

URL = {"name": "bets", "category": "gambling", "location": "https://lists.example/bets.txt"}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def add(writer: Writer, **more: Any) -> dict[str, Any]:
    return commands.run(writer, "feed.add", {"feed": URL | more})["feed"]


def change(writer: Writer, **settings: Any) -> dict[str, Any]:
    return commands.run(writer, "feed.change", {"name": "bets", "set": settings})["feed"]


def stored(writer: Writer) -> list[FeedRow]:
    with writer.database.reading() as session:
        return all_feeds(session)


def test_feed_is_there_and_not_in_force_when_it_is_added(writer: Writer) -> None:
    found = add(writer, interval=24, accepted=999, imported_at="2026-01-01T00:00:00+00:00")
    (row,) = stored(writer)
    assert (row.name, row.interval, row.accepted, row.imported_at) == ("bets", 24, 0, None)
    assert found["name"] == "bets" and not row.in_force


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "../x"}, "no name"),
        ({"name": "x" * 64}, "no name"),
        ({"category": ""}, "needs a category"),
        ({"location": ""}, "a place to come from"),
        ({"location": "https://u:secret@lists.example/"}, "holds a password"),
        ({"location": "https://"}, "no host that can be read"),
        ({"checksum": "http://u:secret@lists.example/"}, "holds a password"),
        ({"kind": "allow"}, "no kind of feed"),
        ({"interval": -1}, "the interval must be"),
        ({"interval": 9000}, "the interval must be"),
        ({"interval": "daily"}, "`interval`"),
        ({"top_hosts": -1}, "top hosts 0 or more"),
        ({"signature": "https://lists.example/sig"}, "needs the public key"),
        ({"public_key": "AAAA"}, "needs the public key"),
        ({"signature": "https://lists.example/sig", "public_key": "AAAA"}, "the key is none of"),
        ({"overrides": {"shrink": " "}}, "needs a reason"),
        ({"overrides": {"address:nowhere": "x"}}, "nowhere"),
    ],
)
def test_feed_that_cannot_be_is_refused(
    writer: Writer, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadFeed) as found:
        add(writer, **settings)
    assert said in str(found.value)
    assert "secret" not in str(found.value)
    assert stored(writer) == []
    add(writer)
    before = stored(writer)
    if "name" not in settings:
        with pytest.raises(BadFeed):
            change(writer, **settings)
    assert stored(writer) == before


def test_feed_is_not_added_twice(writer: Writer) -> None:
    add(writer)
    with pytest.raises(BadFeed, match="is there already"):
        add(writer, category="adult")


def test_feed_that_is_not_there_cannot_be_changed(writer: Writer) -> None:
    with pytest.raises(BadFeed, match="no feed is called `bets`"):
        change(writer, interval=2)
    add(writer)
    with pytest.raises(BadFeed, match="no setting accepted"):
        change(writer, accepted=5)


def test_what_a_server_said_is_forgotten_with_the_source(writer: Writer) -> None:
    row = FeedRow("bets", "gambling", "/lists/x.txt", AT, etag='"1"', modified="m", sha256="ff")
    install(writer, row, arrive(writer, "bet.example"))
    assert change(writer, interval=3)["etag"] == '"1"'
    changed = change(writer, member="adult")
    assert (changed["etag"], changed["modified"], changed["sha256"]) == ("", "", "")


def test_change_of_what_is_in_force_changes_the_index(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(writer, FeedRow("bets", "gambling", "/x", AT), arrive(writer, "bet.example"))
    change(writer, category="scam")
    assert [h.category for h in open_index(writer.home.index).find("bet.example")] == ["scam"]
    before = stored(writer), files(writer.home)

    def fail(*_: object) -> Path:
        raise BuildFailed("no memory")

    monkeypatch.setattr(feeds, "build_index", fail)
    monkeypatch.setattr("kidgate.keeper.feed_rows.build_index", fail)
    with pytest.raises(BuildFailed):
        change(writer, enabled=False)
    assert (stored(writer), files(writer.home)) == before
    assert change(writer, interval=5)["interval"] == 5  # of which the index knows nothing


def test_fault_is_the_same_across_the_socket() -> None:
    fault = from_json(to_json(BadFeed("no feed is called `x`")))
    assert isinstance(fault, BadFeed) and str(fault) == "no feed is called `x`"

"""What updates change: rows, names files and index together, alerts once; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper import commands, feeds
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.keeper.updating.record import MOST_KEPT, record, tried
from tests.keeper.updating.stand import AT, House, listed
from tests.lists.fetching.server import Site, page, versioned

NAMES = [f"n{i}.example" for i in range(120)]


def test_feed_is_in_force_when_it_was_updated(house: House, site: Site) -> None:
    site["/list"] = versioned(listed(NAMES), '"1"', "Sun, 22 Nov 2026 08:00:00 GMT")
    house.add("bets", site.url("/list"))
    assert house.row("bets").imported_at is None
    assert house.update("bets") == [("updated", "")]
    row = house.row("bets")
    assert (row.accepted, row.names, row.lines, row.format) == (120, 120, 120, "domains")
    assert (row.etag, row.modified) == ('"1"', "Sun, 22 Nov 2026 08:00:00 GMT")
    assert (row.imported_at, row.tried_at, row.checked_at) == (AT, AT, AT)
    assert row.content and row.in_force
    assert {hit.feed for hit in house.index.find("n7.example")} == {"bets"}


def test_fresh_feed_costs_nothing(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when the server says so, nor when it serves the same again."""
    site["/list"] = versioned(listed(NAMES), '"1"')
    house.add("bets", site.url("/list"))
    house.update("bets")
    monkeypatch.setattr(feeds, "build_index", None)
    state = house.state()
    house.clock.on(60)
    assert house.update("bets") == [("unchanged", "")]
    site["/list"] = versioned(listed(NAMES), '"2"')
    assert house.update("bets") == [("unchanged", "")]
    assert house.state() == state
    row = house.row("bets")
    assert (row.etag, row.imported_at, row.checked_at) == ('"2"', AT, house.clock.wall)


def test_validators_are_sent_only_with_the_version_they_are_of(house: House, site: Site) -> None:
    site["/list"] = versioned(listed(NAMES), '"1"')
    house.add("bets", site.url("/list"))
    house.update("bets")
    (house.home.feeds / "bets.names").write_bytes(b"torn\n")
    assert house.update("bets") == [("unchanged", "")] or house.update("bets")
    assert "if-none-match" not in site.asked[1].headers


def test_refused_version_changes_nothing_and_is_told_once(house: House, site: Site) -> None:
    site["/list"] = versioned(listed(NAMES), '"1"')
    house.add("bets", site.url("/list"))
    house.update("bets")
    state = house.state()
    site["/list"] = versioned(listed([*NAMES, "google.com"]), '"2"')
    for _ in range(3):
        house.clock.on(3600)
        assert house.update("bets") == [("refused", "never_block")]
    assert house.state() == state
    row = house.row("bets")
    assert (row.etag, row.failures, row.fault_reason) == ('"1"', 3, "never_block")
    assert row.fault_since == AT + timedelta(hours=1)
    assert "--allow-host google.com" in row.fault
    assert house.alerts() == [
        "feed bets is refused since 2026-11-22 (never_block); the one in force stays; see kidgate "
        "feed show bets"
    ]


def test_trouble_is_forgotten_when_it_is_over(house: House, site: Site) -> None:
    house.add("bets", site.url("/list"))
    site["/list"] = page(b"", "503 Later", Retry_After="60")
    house.update("bets")
    assert house.row("bets").retry_at == AT + timedelta(minutes=1)
    site["/list"] = page(listed(NAMES))
    house.update("bets")
    row = house.row("bets")
    assert (row.failures, row.fault, row.fault_reason, row.overdue) == (0, "", "", 0)
    assert (row.fault_since, row.retry_at) == (None, None)


def test_override_lets_a_version_through(house: House, site: Site) -> None:
    site["/list"] = page(listed([*NAMES, "google.com"]))
    house.add("bets", site.url("/list"))
    assert house.update("bets") == [("refused", "never_block")]
    overrides = {**house.row("bets").overrides, "host:google.com": "exam week"}
    house.change("bets", overrides=overrides)
    assert house.update("bets") == [("updated", "")]


def test_batch_is_in_force_with_one_index(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, build = [], feeds.build_index
    monkeypatch.setattr(feeds, "build_index", lambda *a: built.append(1) or build(*a))
    for name in ("a", "b", "c"):
        site[f"/{name}"] = page(listed([f"{name}.example"]))
        house.add(name, site.url(f"/{name}"))
    assert house.update("a", "b", "c", "a") == [("updated", "")] * 3
    assert len(built) == 1
    assert len(house.index) == 3


def test_feed_that_breaks_the_index_keeps_no_other_from_its_update(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = feeds.build_index

    def breaks(home: object, rows: list[FeedRow]) -> object:
        rows = list(rows)
        if any(row.name == "b" and row.in_force for row in rows):
            raise BuildFailed("no room")
        return build(home, rows)

    monkeypatch.setattr(feeds, "build_index", breaks)
    for name in ("a", "b", "c"):
        site[f"/{name}"] = page(listed([f"{name}.example"]))
        house.add(name, site.url(f"/{name}"))
    assert sorted(house.update("a", "b", "c")) == [
        ("failed", "build_failed"),
        ("updated", ""),
        ("updated", ""),
    ]
    assert house.row("b").imported_at is None
    assert {path.name for path in house.home.feeds.iterdir()} == {"a.names", "c.names"}


def test_feed_that_is_another_meanwhile_stays_what_it_is(house: House, site: Site) -> None:
    """Removed, or told to come from elsewhere, while the old place was asked."""
    site["/list"] = page(listed(NAMES))
    house.add("bets", site.url("/list"))
    then = house.row("bets")
    incoming = house.home.feeds / ".bets.1.incoming"
    incoming.write_bytes(b"")
    outcome = Outcome("bets", Result.UPDATED, names_file=str(incoming))
    house.change("bets", location=site.url("/other"))
    assert record(house.writer, [outcome], [then]) == []
    assert house.row("bets").tried_at is None
    assert not incoming.exists()
    commands.run(house.writer, "feed.remove", {"name": "bets"})
    assert record(house.writer, [outcome], [then]) == []
    assert house.rows() == []


def test_few_well_known_hosts_are_left_out_and_said(house: House, site: Site) -> None:
    many = [f"n{i}.example" for i in range(1200)]
    site["/list"] = page(listed([*many, "vnexpress.net"]))
    house.add("bets", site.url("/list"))
    assert house.update("bets") == [("updated", "")]
    row = house.row("bets")
    assert (row.lines, row.accepted, row.names) == (1201, 1200, 1200)
    assert row.skipped == {"well_known": 1}
    assert house.index.find("vnexpress.net") == ()
    assert house.names("bets") == set(many)
    assert house.update("bets") == [("unchanged", "")]


def test_reference_list_ranks_and_blocks_nothing(house: House, site: Site) -> None:
    site["/top"] = page(b"1,popular.example\n2,second.example\n3,third.example\n" * 1)
    site["/list"] = page(listed(["second.example"]))
    house.add("tranco", site.url("/top"), "infrastructure", kind="reference")
    house.add("bets", site.url("/list"))
    assert house.update("bets", "tranco") == [("updated", ""), ("refused", "top_host")]
    assert len(house.index) == 0
    house.change("bets", top_hosts=1)
    assert house.update("bets") == [("updated", "")]


def test_switched_off_feed_is_out_of_force_until_it_is_on_again(house: House, site: Site) -> None:
    site["/list"] = page(listed(NAMES))
    house.add("bets", site.url("/list"))
    house.update("bets")
    house.change("bets", enabled=False)
    assert house.index.find("n1.example") == ()
    house.change("bets", enabled=True, category="scam")
    assert [hit.category for hit in house.index.find("n1.example")] == ["scam"]


# --- the row after a try ---

GOOD = Outcome("a", Result.UPDATED, counts={"accepted": 100})
DOWN = Outcome("a", Result.FAILED, "unreachable", "no", passing=True)
ROW = FeedRow("a", "adult", "https://x.example/", AT, interval=24, tried_at=AT)
FULL = replace(ROW, accepted=500, most=500, most_at=AT)


def test_highest_count_is_remembered_for_a_while() -> None:
    soon, late = AT + timedelta(days=1), AT + MOST_KEPT + timedelta(days=1)
    assert (tried(FULL, GOOD, soon).most, tried(FULL, GOOD, soon).most_at) == (500, AT)
    assert (tried(FULL, GOOD, late).most, tried(FULL, GOOD, late).most_at) == (100, late)
    before = AT - timedelta(days=9)  # the clock went back: the old time says nothing
    assert tried(FULL, GOOD, before).most == 100
    more = replace(GOOD, counts={"accepted": 501})
    assert tried(FULL, more, soon).most == 501


def test_time_of_failing_is_counted_without_the_clock_s_jumps() -> None:
    row = tried(ROW, DOWN, AT + timedelta(hours=24))
    assert row.overdue == 24 * 3600
    ahead = tried(row, DOWN, AT + timedelta(days=20_000))
    assert ahead.overdue == 24 * 3600 + 450  # one and a half of the five minutes it was to wait
    back = tried(ahead, DOWN, AT - timedelta(days=20_000))
    assert back.overdue == ahead.overdue
    assert back.fault_since == AT + timedelta(hours=24)


def test_fault_that_will_not_pass_waits_for_the_usual_time() -> None:
    gone = Outcome("a", Result.FAILED, "status", "404")
    assert tried(ROW, gone, AT).retry_at == AT + timedelta(hours=24)
    asked = replace(DOWN, retry_after=90.0)
    assert tried(ROW, asked, AT).retry_at == AT + timedelta(seconds=90)


def test_stale_feed_is_told(house: House, site: Site) -> None:
    site["/list"] = page(b"", "500 Oh")
    house.add("bets", site.url("/list"))
    schedule = house.schedule()
    for _ in range(60 * 12):
        house.clock.on(300)
        if due := schedule.due(house.rows()):
            house.update(*due)
    assert house.alerts() == [
        "feed bets was not updated since 2026-11-22 (status); see kidgate feed show bets"
    ]

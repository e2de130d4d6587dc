"""`feed add`, `change`, `update`, `catalogue`, `score`: as their user types them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kidgate.console import feed_updating
from kidgate.documents.feed_data import load_catalogue
from kidgate.policies.journal import Entry
from kidgate.store.database import open_database
from kidgate.store.journal import append
from tests.console.runner import Kidgate, Terminal
from tests.lists.fetching.server import Site, page, serving, versioned

HERE = ("--allow-address", "127.0.0.1", "--because", "the test's own server")
LIST = b"bet.example\ncasino.example\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


def added(kidgate: Kidgate, *arguments: object, status: int = 0) -> dict[str, Any]:
    (found,) = kidgate.json("feed", "add", *arguments, status=status)["feeds"]
    return found  # type: ignore[no-any-return]


def row(kidgate: Kidgate, name: str) -> dict[str, Any]:
    return kidgate.json("feed", "show", name)  # type: ignore[no-any-return]


# --- a fresh house ---


@pytest.mark.parametrize(
    ("url", "stopped"),
    [
        ("https://www.pornhub.com/", True),
        ("https://bet365.com/", True),
        ("https://www.croxyproxy.com/", True),
        ("https://vnexpress.net/", False),
        ("https://www.wikipedia.org/", False),
    ],
)
def test_fresh_house_stops_the_best_known_sites_at_once(
    kidgate: Kidgate, url: str, stopped: bool
) -> None:
    found = kidgate.json("check", url, "--as", "mai", status=int(stopped))
    assert ("starter-" in str(found["source"])) is stopped


def test_starter_list_that_was_removed_stays_away(house: Kidgate) -> None:
    house("feed", "remove", "starter-dating")
    house("setup", "--quiet")
    assert "starter-dating" not in house("feed", "list")
    house("feed", "add", "starter-dating")
    assert "starter-dating" in house("feed", "list")


# --- add ---


def test_feed_is_in_force_and_kept_fresh_when_it_was_added(kidgate: Kidgate, site: Site) -> None:
    site["/bets.txt"] = versioned(LIST, '"1"')
    text = kidgate("feed", "add", site.url("/bets.txt"), "--category", "betting", *HERE)
    assert "Feed bets: 2 names." in text
    found = row(kidgate, "bets")
    assert (found["category"], found["interval"], found["state"]) == ("gambling", 24, "fresh")
    assert found["overrides"] == {"address:127.0.0.1": "the test's own server"}
    assert kidgate.json("check", "http://bet.example", "--as", "mai", status=1)
    assert "is fresh, nothing is new" in kidgate("feed", "update", "bets")


def test_path_is_added_with_what_proves_it(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "my-bets.txt"
    path.write_bytes(LIST)
    sums = tmp_path / "sums"
    sums.write_text(f"{hashlib.sha256(LIST).hexdigest()}  my-bets.txt\n")
    found = added(kidgate, path, "--category", "gambling", "--checksum", sums, "--interval", 6)
    assert (found["feed"], found["result"]) == ("my-bets", "updated")
    path.write_bytes(LIST + b"other.example\n")
    assert "checksum" in kidgate.run("feed", "update", "my-bets").stderr
    assert kidgate("feed", "names", "my-bets") == "bet.example\ncasino.example\n"


def test_key_of_the_catalogue_is_enough(kidgate: Kidgate) -> None:
    entry = load_catalogue()["ut1-adult"]
    kidgate("feed", "add", "ut1-adult", "--later")
    found = row(kidgate, "ut1-adult")
    assert (found["location"], found["category"]) == (entry.url, "adult")
    assert (found["interval"], found["member"]) == (entry.interval, "adult")
    assert (found["licence"], found["state"]) == ("CC-BY-SA-4.0", "never")


def test_refused_feed_is_kept_for_the_owner_to_decide(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "scam.txt"
    path.write_text("scam.example\ngoogle.com\n")
    result = kidgate.run("feed", "add", path, "--category", "scam")
    assert result.exit_code == 1
    assert "--allow-host google.com --because TEXT" in result.stderr
    assert kidgate.run("check", "https://google.com", "--as", "mai").exit_code == 0
    kidgate("feed", "change", "scam", "--allow-host", "google.com", "--because", "exam week")
    assert row(kidgate, "scam")["overrides"] == {"host:google.com": "exam week"}
    kidgate("feed", "update", "scam")
    assert kidgate.json("check", "https://google.com", "--as", "mai", status=1)
    kidgate("feed", "change", "scam", "--withdraw", "google.com")
    assert row(kidgate, "scam")["overrides"] == {}


def test_feed_that_cannot_be_had_is_tried_again(kidgate: Kidgate, site: Site) -> None:
    site["/bets.txt"] = page(b"", "503 Later")
    found = added(kidgate, site.url("/bets.txt"), "--category", "gambling", *HERE, status=3)
    assert (found["result"], found["reason"]) == ("failed", "status")
    site["/bets.txt"] = page(LIST)
    kidgate("feed", "update", "--all")
    assert row(kidgate, "bets")["names"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ut1-adullt",), "did you mean `ut1-adult`?"),
        (("/no/such/file",), "no key of the catalogue, no URL and no file"),
        (("https://lists.example/x.txt",), "--category"),
        (("https://lists.example/x.txt", "--category", "gamblng"), "did you mean `gambling`?"),
        (("https://u:pw@lists.example/x.txt", "--category", "scam"), "holds a password"),
        (("ut1-adult", "--allow-host", "google.com"), "say why with --because"),
        (("ut1-adult", "--allow-host", "http://", "--because", "x"), "--allow-host"),
        (("ut1-adult", "--allow-address", "home", "--because", "x"), "home"),
        (("ut1-adult", "--name", "../x"), "no name"),
        (("ut1-adult", "--public-key", "AAAA"), "needs the public key"),
    ],
)
def test_feed_that_cannot_be_is_not_added(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    before = kidgate.files()
    assert said in kidgate.fails(2, "feed", "add", *arguments)
    assert kidgate.files() == before


def test_feed_is_not_added_twice(kidgate: Kidgate, gambling: Path) -> None:
    kidgate("feed", "add", gambling, "--category", "gambling")
    assert "is there already" in kidgate.fails(2, "feed", "add", gambling, "--category", "gambling")


def test_http_is_said_to_be_no_proof(kidgate: Kidgate, site: Site) -> None:
    site["/bets.txt"] = page(LIST)
    add = ("feed", "add", site.url("/bets.txt"), "--category", "gambling", *HERE)
    assert "anybody on the way can change the list" in kidgate.run(*add).stderr


# --- change ---


def test_feed_out_of_force_stops_nothing(kidgate: Kidgate, gambling: Path) -> None:
    kidgate("feed", "add", gambling, "--category", "gambling")
    kidgate("feed", "change", "gambling", "--disable", "--interval", 3)
    assert row(kidgate, "gambling")["state"] == "off"
    assert kidgate.run("check", "http://bet.example", "--as", "mai").exit_code == 0
    kidgate("feed", "change", "gambling", "--enable")
    assert kidgate.run("check", "http://bet.example", "--as", "mai").exit_code == 1
    assert "nothing to change" in kidgate.fails(2, "feed", "change", "gambling")


def test_feed_that_is_not_there_cannot_be_changed(kidgate: Kidgate) -> None:
    for command in (("change", "no", "--interval", 2), ("update", "no")):
        assert "no feed is called `no`" in kidgate.fails(2, "feed", *command)
    assert "name feeds, or give --all" in kidgate.fails(2, "feed", "update")


def test_update_shows_bars_when_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(feed_updating.sys, "stderr", terminal)
    with feed_updating._bars() as progress:
        progress({"feed": "bets", "what": "fetching", "done": 1, "total": 2})
    assert "bets: fetching" in terminal.getvalue() and "50%" in terminal.getvalue()


# --- list, catalogue, score ---


def test_list_says_how_fresh_feeds_are(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "bets.txt"
    path.write_bytes(LIST)
    kidgate("feed", "add", path, "--category", "gambling")
    path.unlink()
    assert kidgate.run("feed", "update", "bets").exit_code == 3
    states = {feed["name"]: feed for feed in kidgate.json("feed", "list")}
    assert (states["bets"]["state"], states["bets"]["fault_reason"]) == ("failing", "missing")
    assert states["starter-adult"]["state"] == "fresh"
    later = kidgate.json("feed", "list", now="2031-01-01T00:00+07:00")
    assert {feed["state"] for feed in later} == {"failing", "old"}


def test_catalogue_is_chosen_from_by_category_and_tier(kidgate: Kidgate) -> None:
    found = kidgate.json("feed", "catalogue", "--category", "porn", "--tier", "9-12")
    assert {feed["category"] for feed in found} == {"adult"}
    assert {"ut1-adult", "oisd-nsfw"} <= {feed["key"] for feed in found}
    assert all(feed["url"] and feed["licence"] for feed in found)
    everything = {feed["key"]: feed["added"] for feed in kidgate.json("feed", "catalogue")}
    assert everything["starter-adult"] and not everything["ut1-adult"]
    assert "ut1-adult" in kidgate("feed", "catalogue")


def hit(number: int, host: str, source: str, count: int) -> Entry:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    return Entry(
        f"e{number}", at, "mai", "tablet", "9-12", "block", "category", "gambling",
        host, "", source, None, "1", count=count,
    )  # fmt: skip


def test_score_says_what_each_feed_is_good_for(kidgate: Kidgate, tmp_path: Path) -> None:
    for name, names in (("a", "bet.example one.example two.example"), ("b", "bet.example")):
        path = tmp_path / f"{name}.txt"
        path.write_text("\n".join(names.split()) + "\n")
        kidgate("feed", "add", path, "--category", "gambling")
    kidgate("grant", "add", "mai", "one.example", "--minutes", 60)
    database = open_database(kidgate.home / "kidgate.db", create=False)
    with database.writing() as session:
        entries = [
            hit(1, "bet.example", "feed a: bet.example (line 1)", 3),
            hit(2, "www.one.example", "feed a: one.example (line 2)", 2),
            hit(3, "x.example", "rule 4: x.example", 9),
            hit(4, "", "feed", 9),
        ]
        append(session, entries)
    database.close()
    found = {feed["feed"]: feed for feed in kidgate.json("feed", "score")}
    a, b = found["a"], found["b"]
    assert (a["entries"], a["unique"], a["overlap"]) == (3, 2, 1)
    assert a["most_alike"] == {"feed": "b", "shared": 1}
    assert (a["hits"], a["only_hits"], a["appeals"]) == (5, 2, 1)
    assert (b["entries"], b["unique"], b["hits"], b["appeals"]) == (1, 0, 0, 0)
    assert "100%" in kidgate("feed", "score")
    assert kidgate.json("feed", "score", now="2027-11-23T16:00+07:00")[0]["hits"] == 0

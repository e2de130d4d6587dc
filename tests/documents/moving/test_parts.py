"""The small parts of plans: schedules, regular expressions, people, files, merging."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.moving import schedules
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.ground import own_category
from kidgate.documents.moving.merging import merged
from kidgate.documents.moving.people import Ids, Keys, ids_of
from kidgate.documents.moving.plan import Draft, Place
from kidgate.documents.moving.regexes import HostName, host_name, without_options
from kidgate.documents.moving.sites import adblock_site, networks_of
from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow
from kidgate.policies.schedule import parse_schedule
from tests.documents.moving.ground import ground


@pytest.mark.parametrize(
    ("windows", "text", "rest"),
    [
        ([], "", ""),
        ([(0, 480, 600), (0, 540, 660)], "mon 08:00-11:00", "mon 00:00-08:00,11:00-24:00; "),
        ([(day, 0, 1440) for day in range(7)], "", ""),
        ([(day, 60, 120) for day in range(7)], "daily 01:00-02:00", "daily 00:00-01:00,"),
        ([(5, 0, 1440), (6, 0, 1440)], "sat,sun", "mon,tue,wed,thu,fri"),
    ],
)
def test_windows_and_their_outside_are_the_whole_week(
    windows: list[schedules.Window], text: str, rest: str
) -> None:
    outside = schedules.outside(windows)
    assert schedules.text(windows) == text
    assert schedules.text(outside).startswith(rest)
    parse_schedule(schedules.text(outside))
    minutes = sum(end - start for _, start, end in outside)
    inside = sum(e - s for _, s, e in schedules.outside(outside))
    assert minutes + inside == 7 * schedules.DAY


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"^a-b\.example$", HostName("a-b.example", below=False)),
        (r"(\.|^)A\.Example$", HostName("a.example", below=True)),
        (r"(^|\.)a\.example$", HostName("a.example", below=True)),
        (r"^(.+\.)?a\.example$", HostName("a.example", below=True)),
        (r"^(?:.*\.)?a\.example$", HostName("a.example", below=True)),
        (r"^a.example$", None),
        (r"a\.example$", None),
        (r"^a\.example", None),
        (r"^(www\.)?a\.example$", None),
        (r"^[a-z]+\.example$", None),
    ],
)
def test_expression_is_a_name_when_it_says_no_more(text: str, name: HostName | None) -> None:
    assert host_name(text) == name


def test_options_of_an_expression_are_told_apart() -> None:
    assert without_options("a;reply=nxdomain") == ("a", ())
    assert without_options("a;querytype=A;invert") == ("a", ("invert", "querytype=A"))
    assert without_options("a") == ("a", ())


def test_two_names_never_share_a_key() -> None:
    keys = Keys()
    assert [keys.of("Mai"), keys.of("mai"), keys.of("Mai"), keys.of("!"), keys.of("everyone")] == [
        "mai",
        "mai-2",
        "mai",
        "moved",
        "everyone-2",
    ]


@pytest.mark.parametrize("text", ["", "12345", "a.example", "192.0.2.9-192.0.2.1", "::/x", "1-2"])
def test_what_is_no_address_is_nobody(text: str) -> None:
    assert not ids_of(text).known


def test_wide_ranges_are_not_unrolled() -> None:
    assert ids_of("::/0") == Ids(too_wide=True)
    assert ids_of("0.0.0.0-255.255.255.255") == Ids(too_wide=True)
    assert networks_of("192.0.2.0-192.0.2.255") == ("192.0.2.0/24",)
    assert networks_of("0.0.0.1-255.255.255.254") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("||a.example^", (Action.BLOCK, "a.example", ())),
        ("@@||A.example^|", (Action.ALLOW, "a.example", ())),
        ("||a.example^$important,client=x", (Action.BLOCK, "a.example", ("client=x",))),
        ("||a.example/path", None),
        ("||*.a.example^", None),
        ("a.example", None),
        ("##.ad", None),
    ],
)
def test_rules_about_whole_sites_are_known(text: str, found: object) -> None:
    assert adblock_site(text) == found


def test_files_are_found_by_the_end_of_their_path(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/a").write_text("x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    files = Files(tmp_path)
    assert files.find("/etc/e2guardian/lists/a") == "lists/a"
    assert files.find("./lists//a") == "lists/a"
    for path in ("/etc/b", "../lists/a", "link", "", "/"):
        assert files.find(path) is None


@pytest.mark.parametrize(
    ("url", "about", "category"),
    [
        ("https://lists.example/BlockLists/gambling-only/hosts", "", "gambling"),
        ("https://x.example/a", "Malware list", "malware"),
        ("https://blog.example/health/news", "Kids", ""),
        ("https://x.example/updates/bank/list.txt", "", ""),
        ("https://x.example/vpn/list.txt", "", "vpn"),
    ],
)
def test_subject_of_a_list_is_something_to_block(url: str, about: str, category: str) -> None:
    feed = ground().feed(url, about, "name")
    assert (feed.category if feed else "") == category
    told = ground(category="ads").feed(url, about, "name")
    assert told is not None and told.category == (category or "ads")


def test_feed_of_the_catalogue_is_known_by_its_address() -> None:
    url = "https://lists.example/porn"
    feed = ground(catalogue={url: ("mine", "ads")}).feed(url, "", "name")
    assert feed is not None and (feed.name, feed.category, feed.remote) == ("mine", "ads", True)


def test_no_list_from_elsewhere_passes_undecrypted() -> None:
    assert ground().known_category("bank") is None
    assert own_category("bank") == "moved_bank"


def test_merging_leaves_what_is_there() -> None:
    draft = Draft("test")
    place = Place("f", 1)
    person = ProfileRow("mai", tier="9-12", groups=())
    rule = RuleRow(0, "everyone", "a.example", Action.BLOCK)
    draft.maps(place, "1", person, DeviceRow("tab", of="mai", addresses=("192.0.2.1",)), rule)
    draft.maps(place, "2", DeviceRow("tab", of="mai", addresses=("192.0.2.2",)), rule)
    plan = draft.plan()
    fresh = merged(PolicyRows(), plan, "ann")
    assert fresh.kept == []
    assert fresh.rows.devices[0].addresses == ("192.0.2.1", "192.0.2.2")
    assert [(r.id, r.author) for r in fresh.rows.rules] == [(0, "ann")]
    again = merged(fresh.rows, plan, "bob")
    assert (again.rows, again.kept) == (fresh.rows, [])
    mine = PolicyRows(
        devices=(DeviceRow("tv", addresses=("192.0.2.1",)),),
        rules=(RuleRow(5, "everyone", "A.example.", Action.ALLOW),),
        profiles=(ProfileRow("mai", tier="0-5"),),
    )
    kept = merged(mine, plan, "ann")
    assert kept.rows.rules == mine.rules
    assert kept.rows.profiles == mine.profiles
    assert [d.addresses for d in kept.rows.devices] == [("192.0.2.1",), ("192.0.2.2",)]
    assert len(kept.kept) == 3

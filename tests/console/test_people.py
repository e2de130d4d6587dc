"""`profile`, `device`, `group`: who and what there is."""

from __future__ import annotations

import hashlib

import pytest

from kidgate.policies.snapshot_file import load_snapshot
from tests.console.runner import Kidgate


def test_profile_add_shows_todays_tier_when_born_is_given(kidgate: Kidgate) -> None:
    (mai, nam) = kidgate.json("profile", "list")
    assert (mai["key"], mai["name"], mai["tier_now"]) == ("mai", "Mai Nguyễn", "9-12")
    assert (nam["tier_now"], nam["groups"]) == ("0-5", ["8A"])
    assert mai["devices"] == ["tablet"]


def test_profile_moves_up_by_itself_when_the_birthday_comes(kidgate: Kidgate) -> None:
    later = kidgate.json("profile", "list", now="2029-05-01T00:00+07:00")
    assert later[0]["tier_now"] == "13-15"


def test_profile_add_says_so_when_neither_birth_date_nor_tier_is_given(kidgate: Kidgate) -> None:
    result = kidgate.run("profile", "add", "an")
    assert result.exit_code == 0
    assert "an has the tier of unknown devices: 0-5" in result.stderr


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Mai Nguyễn", "write `mai-nguyen`, and the full name as --name"),
        ("Đức", "write `duc`"),
        ("mai", "is there already"),
        ("everyone", "has a meaning of its own"),
        ("unknown", "has a meaning of its own"),
        ("-x", "no such option"),
        ("子", "is no key"),
    ],
)
def test_profile_add_says_what_to_write_when_the_key_cannot_be(
    kidgate: Kidgate, key: str, said: str
) -> None:
    version = kidgate.version
    assert said.lower() in kidgate.fails(2, "profile", "add", key, "--tier", "9-12").lower()
    assert kidgate.version == version


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--born", "1 May 2016", "2016-05-01"),
        ("--born", "2016-02-30", "is no date"),
        ("--born", "2061-05-01", "no date of birth"),
        ("--tier", "9-13", "no tier is called `9-13`"),
        ("--group", "8B", "no group is called `8B`"),
        ("--zone", "Hanoi", "no time zone is called `Hanoi`"),
        ("--language", "fr", "vi"),
    ],
)
def test_profile_set_changes_nothing_when_a_value_cannot_be(
    kidgate: Kidgate, option: str, value: str, said: str
) -> None:
    version = kidgate.version
    assert said in kidgate.fails(2, "profile", "set", "mai", option, value)
    assert kidgate.version == version


def test_profile_set_pins_and_unpins_when_told(kidgate: Kidgate) -> None:
    kidgate("profile", "set", "mai", "--tier", "13-15", "--language", "vi")
    assert kidgate.json("profile", "show", "mai")["tier_now"] == "13-15"
    kidgate("profile", "set", "mai", "--tier", "")
    assert kidgate.json("profile", "show", "mai")["tier_now"] == "9-12"
    assert "name what to change" in kidgate.fails(2, "profile", "set", "mai")


def test_profile_remove_takes_along_what_was_about_it_alone(kidgate: Kidgate) -> None:
    kidgate("block", "bad.example", "--for", "mai")
    kidgate("grant", "add", "mai", "ok.example", "--minutes", "30")
    kidgate("pause", "--for", "mai", "--minutes", "5")
    changes = kidgate.json("profile", "remove", "mai")["changes"]
    gone = {(c["kind"], c["key"]) for c in changes if c["after"] is None}
    assert gone == {("profile", "mai"), ("rule", "1"), ("grant", "1"), ("pause", "1")}
    assert kidgate.json("device", "show", "tablet")["of"] == ""


def test_profile_show_tells_rules_grants_and_pauses_when_there_are_any(kidgate: Kidgate) -> None:
    kidgate("block", "bad.example", "--for", "mai", "--when", "mon-fri 07:00-12:00")
    kidgate("grant", "add", "mai", "ok.example", "--minutes", "30")
    kidgate("pause", "--for", "mai", "--until", "21:00")
    text = kidgate("profile", "show", "mai")
    assert "rule 1: block bad.example mon-fri 07:00-12:00" in text
    assert "grant 1: ok.example until 2026-11-23 16:30" in text
    assert "paused until 2026-11-23 21:00" in text


def test_names_cannot_steer_the_terminal_when_listed(kidgate: Kidgate) -> None:
    kidgate("profile", "set", "mai", "--name", "\x1b[2J\u202eMai")
    text = kidgate("profile", "list")
    assert "\\x1b[2J\\u202eMai" in text
    assert "\x1b" not in text


def test_device_add_issues_a_password_that_lets_in_when_asked(kidgate: Kidgate) -> None:
    answer = kidgate.json("device", "add", "phone", "--of", "mai", "--login")
    snapshot = load_snapshot((kidgate.home / "snapshot.json").read_bytes()).compile()
    found = snapshot.device_with(answer["login"], answer["password"])
    assert found is not None and found.key == "phone"
    assert answer["password"] not in kidgate("policy", "export")
    digest = hashlib.sha256(answer["password"].encode()).hexdigest()
    assert digest in kidgate("policy", "export")
    assert digest not in kidgate("device", "show", "phone")


def test_device_login_replaces_the_password_when_asked_again(kidgate: Kidgate) -> None:
    first = kidgate.json("device", "login", "tablet", "--name", "mai-tablet")
    second = kidgate.json("device", "login", "tablet")
    assert (first["login"], second["login"]) == ("mai-tablet", "mai-tablet")
    snapshot = load_snapshot((kidgate.home / "snapshot.json").read_bytes()).compile()
    assert snapshot.device_with("mai-tablet", first["password"]) is None
    assert snapshot.device_with("mai-tablet", second["password"]) is not None
    kidgate("device", "login", "tablet", "--revoke")
    assert kidgate.json("device", "show", "tablet")["login"] == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--address", "127.0.0.5"), "`127.0.0.5` is tablet's"),
        (("--address", "192.168.1.300"), "192.168.1.300"),
        (("--mac", "02:00"), "no MAC address"),
        (("--of", "mia"), "no profile is called `mia`"),
    ],
)
def test_device_add_is_refused_when_it_cannot_be(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    assert said in kidgate.fails(2, "device", "add", "phone", *arguments)


def test_device_set_and_list_and_remove_do_so_when_told(kidgate: Kidgate) -> None:
    mac = "02-00-5E-10-00-01"
    kidgate("device", "set", "tablet", "--no-ca", "--address", "2001:DB8:0::9", "--mac", mac)
    (row,) = kidgate.json("device", "list", "--of", "mai")
    assert (row["trusts_ca"], row["addresses"]) == (False, ["2001:db8::9"])
    assert row["macs"] == ["02:00:5e:10:00:01"]
    assert "tablet" in kidgate("device", "list")
    kidgate("device", "remove", "tablet")
    assert kidgate("device", "list").startswith("No devices")


def test_group_joins_and_leaves_when_told(kidgate: Kidgate) -> None:
    kidgate("group", "join", "8A", "mai", "nam")
    assert kidgate.json("group", "list")[0]["children"] == ["mai", "nam"]
    kidgate("group", "leave", "8A", "nam")
    assert "`nam` is not in the group `8A`" in kidgate.fails(2, "group", "leave", "8A", "nam")
    assert "there are 8A" in kidgate.fails(2, "group", "join", "8B", "mai")
    assert "8A" in kidgate("group", "list")
    kidgate("group", "remove", "8A")
    assert kidgate.json("profile", "show", "mai")["groups"] == []
    assert kidgate("group", "list").startswith("No groups")

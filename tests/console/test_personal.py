"""`profile personal`: told once, never shown again."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kidgate.cli import cli
from kidgate.content.personal_data.find import find
from kidgate.content.personal_data.own import own_data
from kidgate.documents.home import Home
from kidgate.documents.personal_key import read_personal_key
from kidgate.policies.snapshot_file import load_snapshot
from tests.console.runner import NOW, Kidgate

NAME, PHONE = "Nguyễn Thị Mai", "0912345678"


def test_personal_data_is_known_to_workers_and_to_nobody_else(kidgate: Kidgate) -> None:
    told = kidgate("profile", "personal", "mai", "--add", "name", NAME, "--add", "phone", PHONE)
    assert told.split() == ["kind", "values", "name", "1", "phone", "1"]
    row = load_snapshot(Home(kidgate.home).snapshot.read_bytes()).compile().profiles["mai"].row
    key = read_personal_key(Home(kidgate.home))
    assert key is not None
    own = own_data(row.personal, key)
    assert find(b"", "", f"q=toi+la+nguyen+thi+mai+{PHONE}", own).kinds == ("name", "phone")
    for path, data in kidgate.files().items():
        assert PHONE.encode() not in data, path
        assert "thi mai" not in data.decode("utf-8", "replace").lower(), path


def test_personal_key_is_for_its_owner_alone_and_in_no_export(kidgate: Kidgate) -> None:
    kidgate("profile", "personal", "mai", "--add", "phone", PHONE)
    path = Home(kidgate.home).personal_key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in kidgate("policy", "export", "--json")


def test_personal_values_are_printed_by_no_command(kidgate: Kidgate) -> None:
    before = kidgate.version
    kidgate("profile", "personal", "mai", "--add", "name", NAME, "--add", "phone", PHONE)
    sealed = (
        load_snapshot(Home(kidgate.home).snapshot.read_bytes())
        .compile()
        .profiles["mai"]
        .row.personal
    )
    said = [kidgate("profile", "show", "mai"), kidgate("policy", "diff", before)]
    said += [kidgate("profile", "personal", "mai", "--list", *more) for more in ((), ("--json",))]
    for text in said:
        assert NAME not in text and PHONE not in text
        assert not any(entry.partition(":")[2] in text for entry in sealed)
    assert "personal: none -> name, phone" in said[1]


def test_personal_value_is_read_from_standard_input_when_asked(kidgate: Kidgate) -> None:
    result = CliRunner(env={"KIDGATE_HOME": str(kidgate.home), "KIDGATE_CLOCK": NOW}).invoke(
        cli,
        ["profile", "personal", "mai", "--add", "phone", "-", "--add", "birthday", "-", "--json"],
        input=f"{PHONE}\n1/5/2016\n",
    )
    assert result.exit_code == 0, result.output
    assert PHONE not in result.output
    counts = {"profile": "mai", "personal": {"birthday": 1, "phone": 1}, "key": True}
    assert kidgate.json("profile", "personal", "mai", "--list") == counts


def test_personal_data_is_forgotten_by_kind_and_whole(kidgate: Kidgate) -> None:
    kidgate("profile", "personal", "mai", "--add", "name", NAME, "--add", "phone", PHONE)
    left = kidgate.json("profile", "personal", "mai", "--forget", "phone")
    assert left["personal"] == {"name": 1}
    assert "Nothing is kept of mai" in kidgate("profile", "personal", "mai", "--forget", "all")


def test_personal_value_told_twice_is_kept_once(kidgate: Kidgate) -> None:
    kidgate("profile", "personal", "mai", "--add", "phone", PHONE)
    version = kidgate.version
    result = kidgate.run("profile", "personal", "mai", "--add", "phone", "+84 912 345 678")
    assert (result.exit_code, kidgate.version) == (0, version)
    assert "Nothing to change" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mai",), "name what to do"),
        (("mai", "--list", "--forget", "all"), "--list goes alone"),
        (("mai", "--add", "name", "Mai"), "write the full name"),
        (("mai", "--add", "birthday", "7/9"), "write the birthday as"),
        (("mai", "--add", "pet", "Miu"), "is not one of"),
        (("lan", "--list"), "no profile is called `lan`"),
    ],
)
def test_personal_says_what_to_write_when_it_cannot(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    before = kidgate.version
    assert said in kidgate.fails(2, "profile", "personal", *arguments)
    assert kidgate.version == before


def test_personal_says_so_when_the_key_is_gone(kidgate: Kidgate) -> None:
    kidgate("profile", "personal", "mai", "--add", "phone", PHONE)
    Home(kidgate.home).personal_key.unlink()
    result = kidgate.run("profile", "personal", "mai", "--list")
    assert "is gone" in result.stderr
    assert kidgate.json("profile", "personal", "mai", "--list")["key"] is False
    again = kidgate.run("profile", "personal", "mai", "--add", "phone", PHONE)
    assert "must be told anew" in again.stderr

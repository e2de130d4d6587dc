"""Users from the command line; passwords are never shown, keys once."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from kidgate.cli import cli
from kidgate.console import typed_passwords
from kidgate.dashboard.signing_in.passwords import is_right
from kidgate.store.database import open_database
from kidgate.store.invites import find_invite
from kidgate.store.keys import hash_key
from kidgate.store.passkeys import Passkey, put_passkey
from kidgate.store.people import secrets_of
from kidgate.store.tokens import find_token
from tests.console.runner import NOW, Kidgate, Terminal

START = datetime.fromisoformat(NOW)
PASSWORD = "trời xanh mây trắng"


@pytest.fixture
def people(house: Kidgate, tmp_path: Path) -> Kidgate:
    """A house with an owner, without a password yet."""
    house("user", "add", "Lan", "--role", "owner", "--no-password")
    return house


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return path


def stdin(kidgate: Kidgate, text: str, *words: str) -> Result:
    env = {"KIDGATE_HOME": str(kidgate.home), "KIDGATE_CLOCK": NOW}
    return CliRunner(env=env).invoke(cli, ["user", *words], input=text)


def read(kidgate: Kidgate, what: Any, *words: Any) -> Any:
    database = open_database(kidgate.home / "kidgate.db", create=False)
    with database.reading() as session:
        found = what(session, *words)
    database.close()
    return found


def test_user_is_added_listed_changed_and_removed(people: Kidgate, file: Path) -> None:
    people("group", "add", "8A", "--kind", "class")
    added = people.json(
        "user", "add", "Hoa", "--role", "teacher", "--group", "8A", "--language", "vi",
        "--password-file", file,
    )  # fmt: skip
    wanted = {"name": "hoa", "role": "teacher", "groups": ["8A"], "language": "vi", "active": True}
    assert added | wanted == added and added["password"] is True
    assert [user["name"] for user in people.json("user", "list")] == ["hoa", "lan"]
    assert people.json("user", "list")[1]["language"] == "en"  # the house's
    changed = people.json("user", "change", "hoa", "--role", "parent", "--inactive")
    assert (changed["role"], changed["groups"], changed["active"]) == ("parent", [], False)
    assert "hoa" in people("user", "list")
    assert people("user", "remove", "HOA") == "hoa is gone.\n"
    assert [user["name"] for user in people.json("user", "list")] == ["lan"]


def test_password_comes_from_a_file_or_standard_input(people: Kidgate, file: Path) -> None:
    assert people("user", "password", "lan", "--password-file", file).startswith("lan has a new")
    assert is_right(read(people, secrets_of, "lan").password_hash, PASSWORD)
    result = stdin(people, "another good one 7\n", "password", "lan", "--password-file", "-")
    assert result.exit_code == 0, result.output
    assert is_right(read(people, secrets_of, "lan").password_hash, "another good one 7")


def test_password_is_asked_for_unseen_and_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def prompt(text: str, **how: Any) -> str:
        asked.append(how)
        return PASSWORD

    monkeypatch.setattr(typed_passwords.sys, "stdin", Terminal())
    monkeypatch.setattr(click, "prompt", prompt)
    assert is_right(typed_passwords.read_hash("lan", None), PASSWORD)
    assert asked == [{"hide_input": True, "confirmation_prompt": True}]


@pytest.mark.parametrize("password", ["short", "password1234", "lan12345678", "lan12345678\nmore"])
def test_password_that_will_not_do_is_refused_unshown(people: Kidgate, password: str) -> None:
    result = stdin(people, password + "\n", "password", "lan", "--password-file", "-")
    assert result.exit_code == 2
    assert password.split("\n")[0] not in result.output
    assert read(people, secrets_of, "lan").password_hash == ""


def test_password_is_not_waited_for_without_a_terminal(people: Kidgate, tmp_path: Path) -> None:
    assert "give --password-file" in people.fails(2, "user", "password", "lan")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    said = people.fails(2, "user", "password", "lan", "--password-file", tmp_path / "bytes")
    assert "is no text in UTF-8" in said
    assert people.fails(3, "user", "password", "lan", "--password-file", tmp_path / "none")


def test_last_owner_stays(people: Kidgate) -> None:
    for words in (("remove", "lan"), ("change", "lan", "--inactive"),
                  ("change", "lan", "--role", "parent")):  # fmt: skip
        assert "`lan` is the only owner" in people.fails(2, "user", *words)


def test_nobody_is_named(people: Kidgate) -> None:
    for words in (("remove", "nam"), ("change", "nam", "--inactive"), ("show", "nam"),
                  ("password", "nam"), ("sign-out", "nam"), ("token", "nam")):  # fmt: skip
        assert "no user is called `nam`" in people.fails(2, "user", *words)
    assert "is no name for a user" in people.fails(2, "user", "show", "<b>")
    assert "say what to change" in people.fails(2, "user", "change", "lan")


def test_invitation_is_shown_once_and_kept_as_a_hash(people: Kidgate) -> None:
    made = people.json("user", "invite", "--role", "parent", "--minutes", "5")
    assert made["path"] == f"/join?key={made['key']}"
    link = people("user", "invite", "--role", "owner").strip()
    assert link.startswith("http") and "/join?key=" in link
    for path in people.home.glob("kidgate.db*"):
        assert made["key"].encode() not in path.read_bytes()
    found = read(people, find_invite, hash_key(made["key"]), START)
    assert found is not None and found.role == "parent"


def test_token_is_shown_once_and_taken_away(people: Kidgate) -> None:
    made = people.json("user", "token", "lan", "--for", "phone", "--write", "--days", "30")
    assert made["token"].startswith("kg_")
    found = read(people, find_token, hash_key(made["token"]), START)
    assert (found.user, found.name, found.write) == ("lan", "phone", True)
    (shown,) = people.json("user", "show", "lan")["tokens"]
    assert (shown["id"], shown["name"], shown["used"]) == (made["id"], "phone", None)
    assert made["token"] not in people("user", "show", "lan")
    assert people.json("user", "token", "lan", "--remove", made["id"])["removed"]
    assert not people.json("user", "token", "lan", "--remove", made["id"])["removed"]


def test_code_app_is_forgotten_and_browsers_are_signed_out(people: Kidgate) -> None:
    changed = people.json("user", "change", "lan", "--forget-codes")
    assert changed["totp"] is False
    database = open_database(people.home / "kidgate.db", create=False)
    with database.writing() as session:
        for id in ("one", "two"):
            put_passkey(session, Passkey(id, "lan", "a2V5", 0, "phone", START, None))
    database.close()
    assert people.json("user", "show", "lan")["passkey_names"] == ["phone", "phone"]
    assert people.json("user", "change", "lan", "--forget-passkeys")["passkeys"] == 0
    assert people.json("user", "sign-out", "lan") == {"name": "lan", "closed": 0}


def test_what_was_done_stands_in_the_audit_log(people: Kidgate, file: Path) -> None:
    people("user", "password", "lan", "--password-file", file)
    people("user", "invite", "--role", "parent")
    lines = [json.loads(line) for line in people("audit", "--json").splitlines()]
    assert [line["act"] for line in lines] == ["invite.make", "user.password", "user.add"]
    assert {line["role"] for line in lines} == {"terminal"}
    assert lines[0]["detail"] == {"role": "parent", "groups": [], "minutes": 60}
    assert lines[0]["time"].startswith("2026-11-23T16:0")
    assert "argon2" not in json.dumps(lines)
    assert people("audit", "--act", "user", "--user", "nobody") == "Nothing was noted.\n"
    assert people("audit", "--since", "2026-11-24") == "Nothing was noted.\n"
    assert "user.password" in people("audit", "--until", "2026-11-24", "--act", "user.password")

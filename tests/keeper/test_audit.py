"""What of each command gets into the audit log, and what never does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import audit, commands
from kidgate.keeper.audit import KEPT
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.store.audit import Noted, query
from kidgate.store.keys import hash_key
from tests.keeper.stand import AT, HASH, made_home_in, write, writer_of

BY = {"user": "lan", "role": "owner", "address": "10.0.0.2"}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE, KEY, LOGIN = hash_key("code"), hash_key("token"), hash_key("login")
# Names of arguments and answers that say how somebody gets in, or what a child wrote.
NEVER = {"hash", "hashes", "secret", "key", "keys", "token", "step", "count", "rows", "password",
         "url", "note", "text"}  # fmt: skip


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(made_home_in(tmp_path)) as found:
        write(found, PolicyRows(groups=(GroupRow("8A"),)))
        yield found


def run(writer: Writer, op: str, **args: Any) -> dict[str, Any]:
    return commands.run(writer, op, {"by": BY, **args})


def log(writer: Writer) -> list[Noted]:
    """The oldest first."""
    with writer.database.reading() as session:
        return query(session)[::-1]


def test_command_is_noted_with_who_gave_it(writer: Writer) -> None:
    run(writer, "user.add", name="Hoa", role="teacher", groups=["8A"], language="vi", hash=HASH)
    (line,) = log(writer)
    assert (line.at, line.user, line.role, line.address) == (AT, "lan", "owner", "10.0.0.2")
    assert (line.act, line.object) == ("user.add", "Hoa")
    assert line.detail == {"role": "teacher", "groups": ["8A"], "language": "vi"}


def test_no_secret_gets_into_the_log(writer: Writer) -> None:
    until = (AT + timedelta(days=1)).isoformat()
    run(writer, "user.add", name="lan", role="owner", hash=HASH)
    run(writer, "user.password", name="lan", hash=HASH)
    run(writer, "user.totp", name="lan", secret=SECRET, step=7)
    run(writer, "user.totp_used", name="lan", step=9)
    run(writer, "user.recovery", name="lan", hashes=[CODE])
    run(writer, "user.recovery_used", name="lan", hash=CODE)
    run(writer, "passkey.add", user="lan", id="aWQ", key="a2V5a2V5", count=0, name="phone")
    run(writer, "passkey.used", id="aWQ", count=1)
    run(writer, "login.open", user="lan", hash=LOGIN, until=until, agent="Firefox")
    run(writer, "login.close", hash=LOGIN)
    run(writer, "token.add", user="lan", name="t", hash=KEY, write=True, until=None)
    key = run(writer, "invite.make", role="parent", groups=[], minutes=5)["key"]
    run(writer, "invite.take", key=key, name="an", hash=HASH, language="vi")
    lines = log(writer)
    text = json.dumps([[line.object, dict(line.detail)] for line in lines])
    for secret in (HASH, SECRET, CODE, KEY, LOGIN, key, hash_key(key), "a2V5a2V5", "argon2"):
        assert secret not in text
    assert len(lines) == 13


def test_table_names_nothing_that_must_not_be_kept() -> None:
    for op, keep in KEPT.items():
        parts = {keep.object, *keep.detail, *keep.answer}
        taken = {part.rpartition(".")[2] for part in parts} & NEVER
        assert taken <= ({"key"} if op in ("inbox.drop", "bonus.add") else set()), op


def test_command_that_is_not_in_the_table_is_noted_by_name_alone(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "COMMANDS", {"new.one": lambda writer, args: {"secret": 1}})
    run(writer, "new.one", hash="abc")
    (line,) = log(writer)
    assert (line.act, line.object, line.detail) == ("new.one", "", {})


def test_change_of_the_policy_is_noted_with_its_version_and_a_try_is_not(writer: Writer) -> None:
    args = {"rows": to_json(PolicyRows()), "base": None, "author": "lan", "comment": "no class"}
    run(writer, "policy.write", **args, dry_run=True)
    assert log(writer) == []
    run(writer, "policy.write", **args)
    (line,) = log(writer)
    assert (line.act, line.object, line.detail) == ("policy.write", "no class", {"version": 2})


def test_nothing_is_noted_without_by_or_when_it_fails(writer: Writer) -> None:
    commands.run(writer, "user.add", {"name": "lan", "role": "owner"})
    with pytest.raises(PeopleFault):
        run(writer, "user.remove", name="lan")
    assert log(writer) == []


def test_who_had_no_name_yet_gets_the_one_of_the_answer(writer: Writer) -> None:
    key = commands.run(writer, "invite.make", {"role": "parent", "minutes": 5})["key"]
    args = {"key": key, "name": "Lan", "hash": HASH, "language": "vi"}
    commands.run(writer, "invite.take", args | {"by": {"address": "10.0.0.9"}})
    (line,) = log(writer)
    assert (line.user, line.address, line.object) == ("lan", "10.0.0.9", "lan")
    assert line.detail == {"role": "parent", "language": "vi"}


def test_look_is_noted_as_it_is_told(writer: Writer) -> None:
    run(writer, "audit.note", act="look", object="journal.find", detail={"child": "mai", "n": 3})
    (line,) = log(writer)
    assert (line.act, line.object, line.detail) == (
        "look",
        "journal.find",
        {"child": "mai", "n": 3},
    )
    for wrong in ({"act": ""}, {"act": "look", "detail": ["x"]}):
        with pytest.raises(PeopleFault, match="name the act"):
            run(writer, "audit.note", **wrong)


def test_every_command_about_people_is_in_the_table() -> None:
    families = ("user.", "passkey.", "login.", "token.", "invite.")
    bare = {"user.totp_used", "passkey.used", "login.seen", "token.used"}  # nobody's decision
    assert {op for op in commands.COMMANDS if op.startswith(families)} - bare <= KEPT.keys()
    assert audit.NOTE in commands.COMMANDS

"""Invitations and the first account: good once, for a while, for nobody who guesses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import commands
from kidgate.keeper.invites import MOST_MINUTES
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault, Role
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.store.keys import hash_key
from kidgate.store.people import all_users, find_user
from tests.keeper.stand import AT, HASH, made_home_in, write, writer_of

USED = "this link was used, or its time is over"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(made_home_in(tmp_path)) as found:
        write(found, PolicyRows(groups=(GroupRow("8A"), GroupRow("8B"))))
        yield found


def make(writer: Writer, **more: Any) -> str:
    args = {"role": "teacher", "groups": ["8A"], "minutes": 60}
    if more.get("first"):
        args = {"minutes": 60}
    return str(commands.run(writer, "invite.make", args | more)["key"])


def take(writer: Writer, key: str, **more: Any) -> dict[str, Any]:
    args = {"key": key, "name": "Hoa", "hash": HASH, "language": "vi"}
    return commands.run(writer, "invite.take", args | more)


def names(writer: Writer) -> list[str]:
    with writer.database.reading() as session:
        return [user.name for user in all_users(session)]


def test_invitation_makes_one_account_with_its_role_and_groups(writer: Writer) -> None:
    key = make(writer)
    assert take(writer, key, role="owner", groups=["8B"]) == {"user": "hoa", "role": "teacher"}
    with writer.database.reading() as session:
        found = find_user(session, "hoa")
    assert found is not None and found.role is Role.TEACHER
    assert (found.groups, found.has_password) == (("8A",), True)
    with pytest.raises(PeopleFault, match=USED):
        take(writer, key, name="an")
    assert names(writer) == ["hoa"]


def test_key_is_kept_as_a_hash_alone(writer: Writer) -> None:
    key = make(writer)
    for path in writer.home.root.rglob("kidgate.db*"):
        assert key.encode() not in path.read_bytes()
    with pytest.raises(PeopleFault, match=USED):
        take(writer, hash_key(key))


@pytest.mark.parametrize("key", ["", "x", "k" * 43, "\ud800"])
def test_key_that_nobody_made_opens_nothing(writer: Writer, key: str) -> None:
    make(writer)
    with pytest.raises(PeopleFault, match=USED):
        take(writer, key)


def test_invitation_is_over_after_its_time(writer: Writer) -> None:
    key = make(writer)
    late = replace(writer, now=lambda: AT + timedelta(hours=1))
    with pytest.raises(PeopleFault, match=USED):
        take(late, key)
    assert take(replace(writer, now=lambda: AT + timedelta(minutes=59)), key)["user"] == "hoa"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "<b>"}, "is no name for a user"),
        ({"name": "lan"}, "a user `lan` is there already"),
        ({"hash": ""}, "Argon2id hash alone"),
        ({"language": "fr"}, "`fr` is no language"),
    ],
)
def test_invitation_is_not_used_up_by_a_mistake(
    writer: Writer, more: dict[str, Any], said: str
) -> None:
    commands.run(writer, "user.add", {"name": "lan", "role": "owner"})
    key = make(writer)
    with pytest.raises(PeopleFault, match=said):
        take(writer, key, **more)
    assert take(writer, key)["user"] == "hoa"


def test_group_that_has_gone_since_is_left_out(writer: Writer) -> None:
    key = make(writer, groups=["8A", "8B"])
    write(writer, PolicyRows(groups=(GroupRow("8B"),)))
    take(writer, key)
    with writer.database.reading() as session:
        found = find_user(session, "hoa")
    assert found is not None and found.groups == ("8B",)


def test_first_key_is_for_the_first_owner_alone(writer: Writer) -> None:
    old = make(writer, first=True)
    new = make(writer, first=True)
    with pytest.raises(PeopleFault, match=USED):
        take(writer, old)
    assert take(writer, new) == {"user": "hoa", "role": "owner"}
    with pytest.raises(PeopleFault, match="there is an owner already"):
        make(writer, first=True)
    assert names(writer) == ["hoa"]


def test_first_key_is_dead_once_there_is_an_owner(writer: Writer) -> None:
    commands.run(writer, "user.add", {"name": "an", "role": "parent"})
    key = make(writer, first=True)
    commands.run(writer, "user.add", {"name": "lan", "role": "owner"})
    with pytest.raises(PeopleFault, match=USED):
        take(writer, key)


@pytest.mark.parametrize(
    "more", [{"role": "boss"}, {"minutes": 0}, {"minutes": MOST_MINUTES + 1}, {"groups": ["9C"]}]
)
def test_invitation_that_cannot_be_is_refused(writer: Writer, more: dict[str, Any]) -> None:
    with pytest.raises(PeopleFault):
        make(writer, **more)

"""Users through the keeper: the last owner stays, rights that change end what is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import commands
from kidgate.keeper.errors import from_json, to_json
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault, Role
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.store import logins, people, tokens
from kidgate.store.keys import hash_key
from kidgate.store.people import User
from tests.keeper.stand import AT, HASH, made_home_in, write, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(made_home_in(tmp_path)) as found:
        write(found, PolicyRows(groups=(GroupRow("8A"), GroupRow("8B"))))
        run(found, "user.add", name="Lan", role="owner", hash=HASH)
        yield found


def run(writer: Writer, op: str, **args: Any) -> dict[str, Any]:
    return commands.run(writer, op, args)


def user(writer: Writer, name: str) -> User:
    with writer.database.reading() as session:
        found = people.find_user(session, name)
    assert found is not None
    return found


def opened(writer: Writer, name: str) -> tuple[int, int]:
    """How many browsers and tokens of a user are good."""
    with writer.database.reading() as session:
        found = logins.logins_of(session, name, AT)
        return len(found), len(tokens.tokens_of(session, name))


def open_both(writer: Writer, name: str) -> None:
    until = (AT + timedelta(days=1)).isoformat()
    run(writer, "login.open", user=name, hash=hash_key(f"{name} l"), until=until)
    run(writer, "token.add", user=name, name="t", hash=hash_key(f"{name} t"), write=False)


def test_user_is_added_under_the_one_spelling_of_the_name(writer: Writer) -> None:
    answer = run(writer, "user.add", name="Cô Hòa", role="teacher", groups=["8A"], language="en")
    assert answer == {"name": "cô hòa"}
    found = user(writer, "cô hòa")
    assert (found.role, found.groups, found.language) == (Role.TEACHER, ("8A",), "en")
    assert (found.has_password, user(writer, "lan").has_password) == (False, True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"name": "LAN", "role": "parent"}, "a user `lan` is there already"),
        ({"name": "<b>", "role": "parent"}, "is no name for a user"),
        ({"name": "an", "role": "root"}, "`root` is no role"),
        ({"name": "an", "role": "teacher", "groups": ["9C"]}, "no group is called `9C`"),
        ({"name": "an", "role": "parent", "groups": ["8A"]}, "only a teacher has groups"),
        ({"name": "an", "role": "parent", "language": "fr"}, "`fr` is no language"),
        ({"name": "an", "role": "parent", "hash": "hunter2hunter2"}, "as its Argon2id hash alone"),
        ({"name": "an", "role": "parent", "hash": HASH + "\n"}, "as its Argon2id hash alone"),
    ],
)
def test_user_who_cannot_be_is_refused(writer: Writer, args: dict[str, Any], said: str) -> None:
    with pytest.raises(PeopleFault, match=said) as raised:
        run(writer, "user.add", **args)
    assert "hunter2" not in str(raised.value)
    with writer.database.reading() as session:
        assert people.count_users(session) == 1


LOSSES = [
    ("user.remove", {}),
    ("user.change", {"active": False}),
    ("user.change", {"role": "parent"}),
    ("user.change", {"role": "teacher", "groups": ["8A"]}),
]


@pytest.mark.parametrize(("op", "args"), LOSSES)
def test_last_active_owner_stays(writer: Writer, op: str, args: dict[str, Any]) -> None:
    run(writer, "user.add", name="an", role="owner", hash=HASH)
    run(writer, "user.change", name="an", active=False)
    run(writer, "user.add", name="hoa", role="parent")
    before = user(writer, "lan")
    with pytest.raises(PeopleFault, match="`lan` is the only owner who can sign in"):
        run(writer, op, name="lan", **args)
    assert user(writer, "lan") == before
    run(writer, "user.change", name="an", active=True)
    run(writer, op, name="lan", **args)
    with pytest.raises(PeopleFault, match="`an` is the only owner"):
        run(writer, op, name="an", **args)


def test_owner_may_change_what_is_no_right(writer: Writer) -> None:
    open_both(writer, "lan")
    answer = run(writer, "user.change", name="lan", language="en", role="owner", active=True)
    assert answer == {"name": "lan", "closed": 0, "tokens_removed": 0}
    assert user(writer, "lan").language == "en"
    assert opened(writer, "lan") == (1, 1)


@pytest.mark.parametrize(
    ("op", "args", "left"),
    [
        ("user.change", {"role": "parent"}, (0, 1)),
        ("user.change", {"groups": ["8B"]}, (0, 1)),
        ("user.change", {"active": False}, (0, 0)),
        ("user.password", {"hash": HASH}, (0, 1)),
        ("user.password", {"hash": ""}, (0, 1)),
        ("user.remove", {}, (0, 0)),
    ],
)
def test_what_is_open_ends_when_rights_change(
    writer: Writer, op: str, args: dict[str, Any], left: tuple[int, int]
) -> None:
    run(writer, "user.add", name="hoa", role="teacher", groups=["8A"], hash=HASH)
    for name in ("lan", "hoa"):
        open_both(writer, name)
    run(writer, op, name="hoa", **args)
    assert opened(writer, "hoa") == left
    assert opened(writer, "lan") == (1, 1)


def test_groups_go_with_the_role_of_a_teacher(writer: Writer) -> None:
    run(writer, "user.add", name="hoa", role="teacher", groups=["8A"])
    run(writer, "user.change", name="hoa", role="parent")
    assert user(writer, "hoa").groups == ()


def test_code_app_is_set_used_once_and_forgotten(writer: Writer) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    run(writer, "user.totp", name="lan", secret=secret, step=100)
    assert not run(writer, "user.totp_used", name="lan", step=100)["fresh"]
    assert run(writer, "user.totp_used", name="lan", step=101)["fresh"]
    assert not run(writer, "user.totp_used", name="lan", step=101)["fresh"]
    run(writer, "user.recovery", name="lan", hashes=[hash_key("a"), hash_key("b")])
    assert user(writer, "lan").has_totp
    with pytest.raises(PeopleFault, match="no secret of a code generator"):
        run(writer, "user.totp", name="lan", secret="no secret")
    assert run(writer, "user.totp", name="lan", secret="")["totp"] is False
    found = user(writer, "lan")
    assert (found.has_totp, found.recovery_left) == (False, 0)


def test_recovery_code_is_spent_once(writer: Writer) -> None:
    codes = [hash_key("a"), hash_key("b")]
    run(writer, "user.recovery", name="lan", hashes=codes)
    for hash, spent, left in ((codes[0], True, 1), (codes[0], False, 1), ("\ud800", False, 1)):
        answer = run(writer, "user.recovery_used", name="lan", hash=hash)
        assert answer == {"spent": spent, "left": left}
    with pytest.raises(PeopleFault, match="kept as hashes"):
        run(writer, "user.recovery", name="lan", hashes=["in clear"])


def test_code_of_somebody_inactive_is_not_spent(writer: Writer) -> None:
    run(writer, "user.add", name="an", role="parent")
    run(writer, "user.recovery", name="an", hashes=[hash_key("a")])
    run(writer, "user.change", name="an", active=False)
    assert not run(writer, "user.recovery_used", name="an", hash=hash_key("a"))["spent"]
    assert user(writer, "an").recovery_left == 1


def test_nobody_is_named_and_the_fault_crosses_the_socket(writer: Writer) -> None:
    for op in ("user.change", "user.remove", "user.password", "user.totp", "user.recovery"):
        with pytest.raises(PeopleFault, match="no user is called `nam`") as raised:
            run(writer, op, name="nam", hash="", secret="", hashes=[])
    again = from_json(to_json(raised.value))
    assert isinstance(again, PeopleFault) and str(again) == str(raised.value)

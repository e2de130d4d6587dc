"""Browsers, passkeys and tokens through the keeper; what is over is swept."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import client, commands, daily
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault
from kidgate.store import audit, logins, passkeys, tokens
from kidgate.store.keys import hash_key, new_key
from kidgate.store.people import find_user
from tests.keeper.stand import AT, keeper, made_home_in, writer_of

DAY = timedelta(days=1)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(made_home_in(tmp_path)) as found:
        run(found, "user.add", name="lan", role="owner")
        run(found, "user.add", name="an", role="parent")
        yield found


def run(writer: Writer, op: str, **args: Any) -> dict[str, Any]:
    return commands.run(writer, op, args)


def iso(days: float) -> str:
    return (AT + days * DAY).isoformat()


def open_login(writer: Writer, **more: Any) -> dict[str, Any]:
    args = {"user": "Lan", "hash": hash_key("k"), "until": iso(1), "address": "::1", "agent": "x"}
    return run(writer, "login.open", **args | more)


def test_login_is_opened_seen_and_closed(writer: Writer) -> None:
    assert open_login(writer) == {"user": "lan", "until": iso(1), "closed": 0}
    open_login(writer, hash=hash_key("l"))
    assert run(writer, "login.seen", hash=hash_key("k")) == {"there": True}
    assert run(writer, "login.close", hash=hash_key("k")) == {"closed": 1}
    assert run(writer, "login.seen", hash=hash_key("k")) == {"there": False}
    assert run(writer, "login.close", user="lan") == {"closed": 1}


def test_login_is_never_longer_than_the_longest(writer: Writer) -> None:
    assert open_login(writer, until=iso(400))["until"] == (AT + logins.LONGEST).isoformat()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"hash": new_key()}, "kept as its SHA-256 alone"),
        ({"hash": None}, "kept as its SHA-256 alone"),
        ({"user": "nam"}, "no user is called `nam`"),
        ({"until": iso(0)}, "over before it began"),
        ({"until": "tomorrow"}, "`tomorrow` is no time"),
        ({"until": "2027-01-01T00:00:00"}, "needs a time zone"),
    ],
)
def test_login_that_cannot_be_is_refused(writer: Writer, more: dict[str, Any], said: str) -> None:
    with pytest.raises(PeopleFault, match=said):
        open_login(writer, **more)


def test_nothing_opens_for_somebody_inactive(writer: Writer) -> None:
    run(writer, "user.change", name="an", active=False)
    with pytest.raises(PeopleFault, match="`an` may not sign in"):
        open_login(writer, user="an")
    with pytest.raises(PeopleFault, match="`an` may not sign in"):
        run(writer, "token.add", user="an", name="t", hash=hash_key("t"), write=False)


def add_passkey(writer: Writer, id: str = "aWQ", **more: Any) -> dict[str, Any]:
    args = {"user": "lan", "id": id, "key": "a2V5", "count": 3, "name": "phone"}
    return run(writer, "passkey.add", **args | more)


def test_passkey_is_added_used_and_removed(writer: Writer) -> None:
    add_passkey(writer)
    with pytest.raises(PeopleFault, match="registered already"):
        add_passkey(writer, user="an")
    used = [run(writer, "passkey.used", id="aWQ", count=n)["fresh"] for n in (3, 4, 4)]
    assert used == [False, True, False]
    assert run(writer, "passkey.used", id="nobody", count=9) == {"fresh": False}
    assert run(writer, "passkey.remove", user="an", id="aWQ") == {"removed": False}
    assert run(writer, "passkey.remove", user="lan", id="aWQ") == {"removed": True}


@pytest.mark.parametrize("more", [{"id": ""}, {"id": "a b"}, {"key": "<"}, {"count": -1},
                                  {"count": 2**32}, {"count": True}])  # fmt: skip
def test_what_is_no_passkey_is_refused(writer: Writer, more: dict[str, Any]) -> None:
    with pytest.raises(PeopleFault):
        add_passkey(writer, **more)


def test_passkeys_and_tokens_of_one_user_have_an_end(writer: Writer) -> None:
    for number in range(passkeys.MOST):
        add_passkey(writer, f"id{number}")
    with pytest.raises(PeopleFault, match="remove one first"):
        add_passkey(writer, "more")
    add_passkey(writer, "more", user="an")
    args = {"user": "lan", "name": "t", "write": False, "until": None}
    for number in range(tokens.MOST):
        run(writer, "token.add", hash=hash_key(str(number)), **args)
    with pytest.raises(PeopleFault, match="remove one first"):
        run(writer, "token.add", hash=hash_key("more"), **args)


def test_token_is_added_used_and_removed(writer: Writer) -> None:
    made = run(
        writer, "token.add", user="lan", name="hà", hash=hash_key("t"), write=True, until=iso(1)
    )
    run(writer, "token.used", id=made["id"])
    with writer.database.reading() as session:
        (found,) = tokens.tokens_of(session, "lan")
    assert (found.name, found.write, found.used_at, found.until) == ("hà", True, AT, AT + DAY)
    assert run(writer, "token.remove", user="an", id=made["id"]) == {"removed": False}
    assert run(writer, "token.remove", user="lan", id=made["id"]) == {"removed": True}
    with pytest.raises(PeopleFault, match="over before it began"):
        run(writer, "token.add", user="lan", name="t", hash=hash_key("t"), until=iso(0))


def test_daily_work_forgets_what_is_over(writer: Writer) -> None:
    by = {"user": "lan", "role": "owner", "address": ""}
    open_login(writer, by=by)
    run(writer, "token.add", user="lan", name="t", hash=hash_key("t"), until=iso(1))
    run(writer, "token.add", user="lan", name="for ever", hash=hash_key("u"))
    run(writer, "invite.make", role="parent", minutes=5)

    def left(at: datetime) -> tuple[int, int, int]:
        daily.once(replace(writer, now=lambda: at))
        with writer.database.reading() as session:
            open_ = logins.touch_login(session, hash_key("k"), AT)
            return open_, tokens.count_tokens(session, "lan"), len(audit.query(session))

    assert left(AT) == (1, 2, 1)
    assert left(AT + DAY) == (0, 1, 1)
    assert left(AT + audit.KEPT + DAY) == (0, 1, 0)
    with writer.database.reading() as session:
        assert find_user(session, "lan") is not None


def test_commands_about_an_id_pass_the_socket_whole(writer: Writer) -> None:
    """The number of the socket's own message is none of the command's business."""
    add_passkey(writer)
    by = {"user": "lan", "role": "owner", "address": ""}
    made = run(writer, "token.add", user="lan", name="t", hash=hash_key("t"))

    async def main() -> tuple[dict[str, Any], dict[str, Any], str]:
        async with keeper(writer):
            ask = functools.partial(asyncio.to_thread, client.ask, writer.home)
            used = await ask("passkey.used", {"id": "aWQ", "count": 9})
            gone = await ask("token.remove", {"user": "lan", "id": made["id"], "by": by})
            await ask("alert.handled", {"ids": [7], "by": by})
            with pytest.raises(PeopleFault) as raised:
                await ask("user.remove", {"name": "lan"})
            return used, gone, str(raised.value)

    used, gone, said = asyncio.run(main())
    assert used["fresh"] and gone["removed"]
    with writer.database.reading() as session:
        alerts, token = audit.query(session)
    assert (alerts.object, alerts.detail["ids"]) == ("", [7])
    assert (token.object, token.detail) == ("lan", {"id": made["id"]})
    assert said.startswith("`lan` is the only owner")

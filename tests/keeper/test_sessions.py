"""PINs: right ones sign in for a while, wrong ones run out."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from kidgate.keeper import commands, sessions
from kidgate.keeper.sessions import TRIES
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow
from kidgate.proxy.who.sessions import Session, SignedIn, load
from kidgate.store.alerts import unseen_alerts
from tests.keeper.stand import AT, home_in, keeper, write, writer_of

PIN = "4827"
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PIN)
HOUR = AT + timedelta(hours=1)
ROWS = PolicyRows(
    profiles=(ProfileRow("mai"), ProfileRow("an")),
    devices=(DeviceRow("pc"), DeviceRow("laptop"), DeviceRow("tablet", of="mai")),
)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, ROWS)
        set_pin(found)
        yield found


def set_pin(writer: Writer, profile: str = "mai", hash: str = HASH) -> None:
    commands.run(writer, "pin.set", {"profile": profile, "hash": hash})


def held(writer: Writer) -> SignedIn:
    return load(writer.home.sessions.read_bytes())


def enter(writer: Writer, **more: str) -> dict[str, Any]:
    return sessions.enter(writer, {"device": "pc", "child": "mai", "pin": PIN} | more, 60)


def test_right_pin_signs_in_and_leaving_ends_it(writer: Writer) -> None:
    assert enter(writer) == {"right": True, "until": HOUR.isoformat()}
    assert held(writer) == SignedIn((Session("pc", "mai", HOUR),), ("mai",))
    assert stat.S_IMODE(writer.home.sessions.stat().st_mode) == 0o600
    assert commands.run(writer, "pin.leave", {"device": "pc"}) == {"ended": True}
    assert commands.run(writer, "pin.leave", {"device": "pc"}) == {"ended": False}
    assert held(writer).sessions == ()


@pytest.mark.parametrize(
    "more",
    [
        {"pin": "4826"},
        {"pin": ""},
        {"child": "an"},  # has none
        {"child": "nobody"},
        {"device": "tablet"},  # is somebody's own
        {"device": "nothing"},
    ],
)
def test_wrong_one_signs_nobody_in(writer: Writer, more: dict[str, str]) -> None:
    assert enter(writer, **more) == {"right": False}
    assert held(writer).sessions == ()


def test_device_has_one_session_and_a_child_may_have_several(writer: Writer) -> None:
    set_pin(writer, "an")
    enter(writer)
    enter(writer, device="laptop")
    enter(writer, child="an")
    found = {(session.device, session.child) for session in held(writer).sessions}
    assert found == {("laptop", "mai"), ("pc", "an")}
    assert held(writer).pins == ("an", "mai")


def test_session_that_is_over_is_forgotten(writer: Writer) -> None:
    enter(writer)
    sessions.refresh(replace(writer, now=lambda: HOUR))
    assert held(writer) == SignedIn((), ("mai",))


def test_new_pin_ends_the_sessions_that_the_old_one_began(writer: Writer) -> None:
    enter(writer)
    set_pin(writer, hash="")
    assert held(writer) == SignedIn()
    with pytest.raises(ValueError, match="no profile is called `nobody`"):
        set_pin(writer, "nobody")


def test_broken_file_signs_all_out(writer: Writer) -> None:
    enter(writer)
    writer.home.sessions.write_text("{")
    sessions.refresh(writer)
    assert held(writer) == SignedIn((), ("mai",))


def talk(writer: Writer, *pins: tuple[str, str, str]) -> list[dict[str, Any]]:
    """What the service answers to tries of (device, child, PIN)."""

    async def main() -> list[dict[str, Any]]:
        answers = []
        async with keeper(writer) as running:
            for number, (device, child, pin) in enumerate(pins):
                ask = {"call": number, "op": "pin.enter", "device": device, "child": child}
                await running.say(json.dumps(ask | {"pin": pin}).encode())
                answers.append(json.loads(await running.hear()))
        return answers

    return asyncio.run(main())


def test_wrong_pins_run_out_for_a_device_and_for_a_child(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    set_pin(writer, "an")
    wrong = [("pc", "mai", "0001")] * TRIES
    later = [("pc", "mai", PIN), ("pc", "an", PIN), ("laptop", "mai", PIN), ("laptop", "an", PIN)]
    answers = talk(writer, *wrong, *later)
    assert [answer["right"] for answer in answers] == [*[False] * TRIES, False, False, False, True]
    assert [answer.get("wait", False) for answer in answers[TRIES:]] == [True, True, True, False]
    with writer.database.reading() as session:
        told = [text for kind, _, text, _ in unseen_alerts(session) if kind == "pin"]
    assert any(t.startswith("too many wrong PINs for mai on pc on 2026-11-23") for t in told)
    assert PIN not in caplog.text
    assert "0001" not in caplog.text


def test_right_pin_costs_nothing_of_what_may_be_tried(writer: Writer) -> None:
    answers = talk(writer, *[("pc", "mai", PIN)] * (3 * TRIES))
    assert all(answer["right"] for answer in answers)
    own = [("pc", "mai", "0001")] * (TRIES - 1) + [("pc", "mai", PIN), ("pc", "mai", "0001")]
    answers = talk(writer, *own, ("pc", "mai", "0001"))
    assert answers[-1] == {"call": TRIES + 1, "right": False, "wait": True}

"""Pinned apps: three refusals are learned for a week, told once, and can be forgotten."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kidgate.keeper import commands, pinned
from kidgate.keeper.pinned import FAILURES, PER_DEVICE, WINDOW, Failures
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import DeviceRow, PolicyRows
from kidgate.proxy.pinned.learned import Pin
from kidgate.store.alerts import unseen_alerts
from tests.keeper.stand import AT, home_in, write, writer_of

WEEK = AT + timedelta(days=7)
ROWS = PolicyRows(devices=(DeviceRow("tablet"), DeviceRow("phone")))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, ROWS)
        yield found


def learn(writer: Writer, device: str = "tablet", name: str = "app.example") -> bool:
    return bool(commands.run(writer, "pinned.learn", {"device": device, "name": name})["learned"])


def test_failures_count_for_a_device_and_a_name_within_their_time() -> None:
    now = 0.0
    failures = Failures(lambda: now)
    assert not failures.enough("tablet", "a.example")
    now = WINDOW  # the first is over
    assert not any(failures.enough("tablet", "a.example") for _ in range(FAILURES - 1))
    assert not failures.enough("tablet", "b.example")
    assert not failures.enough("phone", "a.example")
    assert failures.enough("tablet", "a.example")
    assert not failures.enough("tablet", "a.example")


def test_learned_name_is_held_for_a_week_and_told_once(writer: Writer) -> None:
    assert learn(writer, name="App.Example.")
    assert learn(writer)
    assert pinned.held(writer) == (Pin("tablet", "app.example", AT, WEEK),)
    assert stat.S_IMODE(writer.home.pinned.stat().st_mode) == 0o600
    with writer.database.reading() as session:
        (alert,) = [row for row in unseen_alerts(session) if row[0] == "pinned"]
    assert "app.example" in alert[2]
    assert "tablet" in alert[2]


def test_forgotten_name_is_gone_on_one_device_or_on_all(writer: Writer) -> None:
    learn(writer)
    learn(writer, "phone")
    args = {"name": "app.example", "device": "phone"}
    assert commands.run(writer, "pinned.forget", args) == {"forgotten": 1}
    assert [pin.device for pin in pinned.held(writer)] == ["tablet"]
    assert commands.run(writer, "pinned.forget", {"name": "app.example"}) == {"forgotten": 1}
    assert pinned.held(writer) == ()


def test_unknown_device_and_one_that_refuses_everything_learn_nothing(writer: Writer) -> None:
    with pytest.raises(ValueError, match="no device is called `tv`"):
        learn(writer, "tv")
    assert all(learn(writer, name=f"a{n}.example") for n in range(PER_DEVICE))
    assert not learn(writer, name="one-more.example")
    assert learn(writer, "phone")


def test_broken_file_holds_nothing(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    writer.home.pinned.write_text("{")
    assert pinned.held(writer) == ()
    assert "forgotten" in caplog.text

"""What workers tell of unknown devices, and what the adult hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import commands
from kidgate.keeper.inbox import ALERTS_A_DAY
from kidgate.keeper.writer import Writer
from kidgate.store.alerts import unseen_alerts
from kidgate.store.inbox import Seen, all_seen
from tests.keeper.stand import AT, home_in, writer_of

MAC = "02:ab:00:00:00:01"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def report(writer: Writer, **more: Any) -> dict[str, Any]:
    args = {"address": "192.0.2.1", "mac": MAC, "name": "An's phone", "way": "dns"}
    return commands.run(writer, "inbox.report", args | more)


def seen(writer: Writer) -> list[Seen]:
    with writer.database.reading() as session:
        return all_seen(session)


def alerts(writer: Writer) -> list[str]:
    with writer.database.reading() as session:
        return [text for kind, _, text, _ in unseen_alerts(session) if kind == "new_device"]


def test_new_device_is_kept_and_told_once(writer: Writer) -> None:
    assert report(writer) == {"new": True}
    assert report(writer, address="2001:db8::1") == {"new": False}
    assert seen(writer) == [Seen(MAC, MAC, "2001:db8::1", "An's phone", "dns", AT, AT)]
    assert alerts(writer) == [
        f"a new device called `An's phone` asked for the internet: {MAC}, "
        "with a made-up MAC address"
    ]
    assert commands.run(writer, "inbox.drop", {"key": MAC}) == {"dropped": True}
    assert report(writer) == {"new": True}
    assert len(alerts(writer)) == 1


def test_name_of_a_device_is_made_harmless(writer: Writer) -> None:
    report(writer, name="a\x1b[2J\u202eb" + "x" * 100)
    assert seen(writer)[0].name == "a[2Jb" + "x" * 59


@pytest.mark.parametrize(
    "more", [{"mac": "no"}, {"address": "nowhere"}, {"way": "<b>"}, {"mac": "01:00:5e:00:00:01"}]
)
def test_report_that_cannot_be_is_refused(writer: Writer, more: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        report(writer, **more)
    assert seen(writer) == []


def test_flood_of_new_devices_is_no_flood_of_alerts(writer: Writer) -> None:
    for number in range(ALERTS_A_DAY + 5):
        report(writer, mac="", address=f"192.0.2.{number}")
    assert len(seen(writer)) == ALERTS_A_DAY + 5
    assert len(alerts(writer)) == ALERTS_A_DAY

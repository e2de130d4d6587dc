"""The weekly digest: on Sunday at six, once, for those who want it; also after a weekend off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kidgate.keeper import digest
from kidgate.keeper.writer import Writer
from kidgate.store.journal import append
from tests.keeper.stand import entry
from tests.keeper.telling.stand import Clock, house, outbox, put_channel_row

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SUNDAY = datetime(2026, 11, 22, 18, tzinfo=ZONE)
BASE = "https://kidgate.example"


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.at = SUNDAY - timedelta(days=5)
    return clock


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    with house(tmp_path, clock) as found:
        put_channel_row(found)
        put_channel_row(found, "class", user="cô", language="en")
        put_channel_row(found, "alarms", kinds=("self_harm",))
        seen = {"reason": "category", "category": "games", "at": clock.at}
        with found.database.writing() as session:
            append(session, [entry(1, **seen), entry(2, child="nam", **seen)])
        yield found


def test_digest_waits_for_sunday_at_six_and_comes_once(writer: Writer, clock: Clock) -> None:
    clock.at = SUNDAY - timedelta(seconds=1)
    assert digest.prepare_due(writer, BASE) == 0
    clock.at = SUNDAY
    assert digest.prepare_due(writer, BASE) == 2
    assert digest.prepare_due(writer, BASE) == 0  # also after a restart: the outbox knows
    others, own = outbox(writer)
    assert own.key == others.key == "digest:2026-W47"
    assert own.title == "Tuần vừa qua: 15/11 đến 22/11"
    assert "Mai Nguyễn" in own.text and "Nam" in own.text and BASE in own.text
    assert "<h2>Nam</h2>" in own.html
    # The teacher is told of the own class alone.
    assert others.title == "The week with Nam: 2026-11-15 to 2026-11-22"
    assert "Mai" not in others.text + others.html


@pytest.mark.parametrize(("late", "count"), [(timedelta(days=1), 2), (timedelta(days=3), 0)])
def test_digest_comes_late_when_the_box_was_off_but_not_for_ever(
    writer: Writer, clock: Clock, late: timedelta, count: int
) -> None:
    clock.at = SUNDAY + late
    assert digest.prepare_due(writer, BASE) == count


def test_new_channel_waits_for_its_first_sunday(writer: Writer, clock: Clock) -> None:
    clock.at = SUNDAY
    digest.prepare_due(writer, BASE)
    clock.at = SUNDAY + timedelta(hours=1)
    put_channel_row(writer, "new")
    assert digest.prepare_due(writer, BASE) == 0
    clock.at = SUNDAY + timedelta(days=7)
    assert digest.prepare_due(writer, BASE) == 3

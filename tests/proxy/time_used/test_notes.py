"""What a worker notes: it waits for the keeper, over the death of either."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.proxy.link import KeeperAway
from kidgate.proxy.time_used.notes import Notes, boot_id, boot_time
from tests.proxy.stand import gateway, waited

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SNAPSHOT = gateway().snapshot


@dataclass
class Box:
    """A worker's clocks; `wall` may be set."""

    wall: datetime = NOON
    uptime: float = 1000.0

    def go(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.uptime += seconds


@dataclass
class Keeper:
    """Takes beats, or is away."""

    away: bool = False
    taken: list[tuple[str, list[Any]]] = field(default_factory=list)

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        if self.away:
            raise KeeperAway("gone")
        self.taken.append((fields["boot"], json.loads(json.dumps(fields["beats"]))))
        return {"booked": len(fields["beats"])}

    @property
    def spans(self) -> list[tuple[float, float]]:
        return [(beat[3], beat[4]) for _, beats in self.taken for beat in beats]


def notes_of(box: Box, spool: Path | None = None, boot: str = "b1") -> Notes:
    return Notes(lambda: box.wall, lambda: box.uptime, boot, spool)


def tell(notes: Notes, keeper: Keeper) -> Any:
    return waited(notes.tell(keeper, SNAPSHOT))  # type: ignore[arg-type]


def test_uses_of_one_batch_are_one_beat_and_are_told_once() -> None:
    box, keeper = Box(), Keeper()
    notes = notes_of(box)
    for _ in range(3):
        notes.note("mai", "tablet", ("all", "service:x"))
        box.go(1)
    assert tell(notes, keeper) == {}
    tell(notes, keeper)
    zero = NOON.timestamp() - 1000
    ((boot, beats),) = keeper.taken
    assert boot == "b1"
    assert beats == [["mai", "tablet", key, 1000, 1002, zero] for key in ("all", "service:x")]


def test_what_goes_on_is_told_now_and_then_and_all_of_it_at_the_end() -> None:
    box, keeper = Box(), Keeper()
    notes = notes_of(box)
    for _ in range(8):
        notes.note("mai", "tablet", ("all",))
        tell(notes, keeper)
        box.go(3)
    assert keeper.spans == [(1000, 1000), (1003, 1015)]
    notes.note("mai", "tablet", ("all",))
    waited(notes.tell(keeper, SNAPSHOT, everything=True))  # type: ignore[arg-type]
    assert keeper.spans[2:] == [(1018, 1024)]


def test_what_nobody_took_waits_and_counts_meanwhile() -> None:
    box, keeper = Box(), Keeper(away=True)
    notes = notes_of(box)
    for _ in range(10):
        notes.note("mai", "tablet", ("all",))
        untold = tell(notes, keeper)
        box.go(60)
    assert untold == {"mai": {"all": 10}}
    box.go(600)
    notes.note("mai", "tablet", ("all",))
    keeper.away = False
    assert tell(notes, keeper) == {}
    assert keeper.spans == [(1000, 1540), (2200, 2200)]


def test_clock_that_is_set_begins_a_new_beat() -> None:
    box, keeper = Box(), Keeper()
    notes = notes_of(box)
    notes.note("mai", "tablet", ("all",))
    box.go(30)
    box.wall += timedelta(hours=1)
    notes.note("mai", "tablet", ("all",))
    tell(notes, keeper)
    zeros = [beat[5] for _, beats in keeper.taken for beat in beats]
    assert keeper.spans == [(1000, 1000), (1030, 1030)]
    assert zeros[1] - zeros[0] == 3600


def test_yesterday_does_not_count_today_when_the_keeper_is_away() -> None:
    box, keeper = Box(wall=NOON.replace(hour=23, minute=59, second=0)), Keeper(away=True)
    notes = notes_of(box)
    for _ in range(5):
        notes.note("mai", "tablet", ("all",))
        box.go(60)
    assert tell(notes, keeper) == {"mai": {"all": 4}}


def test_worker_after_tells_what_the_one_before_could_not(tmp_path: Path) -> None:
    box, keeper, spool = Box(), Keeper(away=True), tmp_path / "usage-0.json"
    before = notes_of(box, spool)
    before.note("mai", "tablet", ("all",))
    tell(before, keeper)
    assert spool.exists()
    box.uptime = 20  # the box was started anew
    after = notes_of(box, spool, boot="b2")
    after.take_back()
    after.note("mai", "tablet", ("all",))
    keeper.away = False
    tell(after, keeper)
    assert [(boot, len(beats)) for boot, beats in keeper.taken] == [("b1", 1), ("b2", 1)]
    assert not spool.exists()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"b": [[1]]}', b'{"b": 3}'])
def test_broken_spool_is_left_behind(tmp_path: Path, data: bytes) -> None:
    spool, keeper = tmp_path / "usage-0.json", Keeper()
    spool.write_bytes(data)
    notes = notes_of(Box(), spool)
    notes.take_back()
    notes.note("mai", "tablet", ("all",))
    tell(notes, keeper)
    assert len(keeper.spans) == 1
    assert not spool.exists()


def test_box_names_its_start_and_counts_from_it() -> None:
    assert boot_id() == boot_id() != ""
    assert 0 < boot_time() <= boot_time()

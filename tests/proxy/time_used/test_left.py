"""What is left: by the file, by the last sound one, and what holds when there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.minutes import Today, dump
from kidgate.policies.model import Visit
from kidgate.policies.names import parse_url
from kidgate.policies.quotas import Due, used
from kidgate.policies.rows import TierRow
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.time_used.left import Left
from tests.proxy.stand import NOW, ROWS, gateway, waited

DAY = Today(
    date(2026, 11, 23),
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(2026, 11, 24, tzinfo=UTC),
    {"all": 47},
    {},
)
VISIT = Visit(parse_url("http://a.example/"), NOW, child="mai", device="tablet")


class Keeper:
    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        if not self.answers:
            raise KeeperAway("gone")
        return {"first": self.answers.pop(0)}


def left(path: Path, today: Today = DAY) -> Left:
    path.write_bytes(dump({"mai": today}))
    return Left(path)


def test_minutes_hold_for_the_childs_day(tmp_path: Path) -> None:
    found = left(tmp_path / "minutes.json")
    assert found.of("mai", NOW) == {"all": 47}
    assert found.of("mai", DAY.until) == found.of("nam", NOW) == found.of(None, NOW) == {}


def test_what_was_not_told_is_added(tmp_path: Path) -> None:
    found = left(tmp_path / "minutes.json")
    found.untold = {"mai": {"all": 5, "service:x": 2}, "nam": {"all": 1}}
    assert found.of("mai", NOW) == {"all": 52, "service:x": 2}
    assert found.of("nam", NOW) == {"all": 1}


@pytest.mark.parametrize("data", [None, b"", b'{"minutes": {"mai": {}}}'])
def test_last_sound_file_stands_when_it_is_lost_or_broken(
    tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "minutes.json"
    found = left(path)
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    assert found.look()
    assert found.of("mai", NOW) == {"all": 47}


def test_every_limit_counts_as_reached_when_there_never_was_a_file(tmp_path: Path) -> None:
    found = Left(tmp_path / "minutes.json")
    assert used(found.of("mai", NOW), "service:x") == math.inf
    left(tmp_path / "minutes.json")
    assert found.look()
    assert found.of("mai", NOW) == {"all": 47}


TIER = TierRow("plain", age_tier=True, quotas={"all": 60}, notice_minutes={"all": 30})
SNAPSHOT = gateway(rows=replace(ROWS, tiers=(TIER,))).snapshot


def test_warning_is_due_until_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    first, second = Due("all", "left:15", 13), Due("all", "every:30:1", 47)
    assert left(path).due(VISIT, SNAPSHOT) == first
    told = replace(DAY, told=frozenset({("all", "left:15")}))
    assert left(path, told).due(VISIT, SNAPSHOT) == second
    told = replace(DAY, told=frozenset({("all", "left:15"), ("all", "every:30:1")}))
    assert left(path, told).due(VISIT, SNAPSHOT) is None
    later = replace(VISIT, at=NOW + timedelta(days=1))
    assert left(path).due(later, SNAPSHOT) is None


def test_keeper_says_who_is_first_and_without_one_each_worker_tells_once(tmp_path: Path) -> None:
    found = left(tmp_path / "minutes.json")
    one = found.due(VISIT, SNAPSHOT)
    assert one is not None
    assert [waited(found.is_first(Keeper(said), VISIT, one)) for said in (True, False)] == [
        True,
        False,
    ]
    assert waited(found.is_first(Keeper(), VISIT, one))
    assert found.due(VISIT, SNAPSHOT) != one

"""The file of minutes: it says what was written, and anything else is broken."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kidgate.documents.minutes import BrokenFile, Today, dump, load

DAY = Today(
    day=date(2026, 11, 23),
    begin=datetime(2026, 11, 22, 17, tzinfo=UTC),
    until=datetime(2026, 11, 23, 17, tzinfo=UTC),
    minutes={"all": 47, "service:roblox": -3},
    bonus={"service:roblox": 15},
    told=frozenset({("all", "left:15"), ("category:games", "every:30:1")}),
)


def test_file_says_what_was_written() -> None:
    assert load(dump({"mai": DAY})) == {"mai": DAY}
    assert load(dump({})) == {}
    assert json.loads(dump({"mai": DAY}))["minutes"] == {"mai": {"all": 47, "service:roblox": -3}}


def test_day_holds_from_midnight_to_midnight() -> None:
    assert DAY.holds(DAY.begin)
    assert not DAY.holds(DAY.until)


def broken() -> list[Any]:
    sound = json.loads(dump({"mai": DAY}))
    found: list[Any] = [[], {}, None, sound | {"days": {}}, sound | {"minutes": {"mai": 3}}]
    naive = {"day": "2026-11-23", "from": "2026-11-23", "until": "2026-11-24"}
    return [*found, sound | {"days": {"mai": naive}}, sound | {"told": {"mai": [["all"]]}}]


@pytest.mark.parametrize("data", [b"", b"\xff", *(json.dumps(one).encode() for one in broken())])
def test_file_is_broken_when_anything_is_missing(data: bytes) -> None:
    with pytest.raises(BrokenFile):
        load(data)

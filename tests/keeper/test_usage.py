"""The ledger's keeper: beats are booked once, minutes are told, days begin, files are mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.minutes import Today, dump, load
from kidgate.keeper import bonus, commands, daily, usage
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import PolicyRows, ProfileRow, Settings
from tests.keeper.stand import AT, home_in, write, writer_of

ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    profiles=(ProfileRow("mai", tier="9-12"), ProfileRow("nam", tier="9-12", zone="Asia/Tokyo")),
)
ZERO = AT.timestamp() - 10_000  # the box was started so long ago; it is 16:00 in Hanoi


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, ROWS)
        yield found


def beat(first: float, last: float | None = None, **other: Any) -> list[Any]:
    """Seconds from now on."""
    fields = {"child": "mai", "device": "tablet", "key": "all", "zero": ZERO} | other
    named = [fields["child"], fields["device"], fields["key"]]
    return [*named, 10_000 + first, 10_000 + (first if last is None else last), fields["zero"]]


def tell(writer: Writer, *beats: list[Any], boot: str = "b1") -> dict[str, Any]:
    return commands.run(writer, "usage.beats", {"boot": boot, "beats": list(beats)})


def today(writer: Writer, child: str = "mai") -> Today:
    return load(writer.home.minutes.read_bytes())[child]


def minutes(writer: Writer, child: str = "mai") -> dict[str, int]:
    return dict(today(writer, child).minutes)


def test_beats_become_minutes_and_a_batch_counts_once(writer: Writer) -> None:
    batch = (beat(-600, -120), beat(-600, -120, key="service:roblox"))
    assert tell(writer, *batch) == {"booked": 2}
    before = writer.home.minutes.stat().st_mtime_ns
    tell(writer, *batch)
    tell(writer, *reversed(batch))
    assert minutes(writer) == {"all": 9, "service:roblox": 9}
    assert writer.home.minutes.stat().st_mtime_ns == before  # nothing new, nothing written
    tell(writer, beat(-120, 60))
    assert minutes(writer)["all"] == 12


def test_devices_of_a_child_share_its_minutes_and_children_do_not(writer: Writer) -> None:
    tell(writer, beat(-600, -60), beat(-600, -60, device="phone"), beat(-60, device="tv"))
    tell(writer, beat(-300, -240, child="nam"))
    assert (minutes(writer), minutes(writer, "nam")) == ({"all": 10}, {"all": 2})


def test_day_is_the_childs_own_and_begins_at_its_midnight(writer: Writer) -> None:
    tell(writer, beat(0), beat(0, child="nam"))
    assert today(writer).until == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert today(writer, "nam").until == datetime(2026, 11, 23, 15, tzinfo=UTC)
    late = replace(writer, now=lambda: AT + timedelta(hours=7))
    usage.look(late)  # midnight in Tokyo, not in Hanoi
    assert set(load(writer.home.minutes.read_bytes())) == {"mai"}
    tell(late, beat(7 * 3600, child="nam"))
    assert (today(writer, "nam").day, minutes(writer, "nam")) == (date(2026, 11, 24), {"all": 1})


def test_restart_with_a_clock_that_is_behind_loses_nothing(writer: Writer) -> None:
    tell(writer, beat(-600, -60))
    behind = ZERO + 10_000 - 1800 - 20
    tell(writer, ["mai", "tablet", "all", 20, 260, behind], boot="b2")
    assert minutes(writer) == {"all": 15}
    forwards = behind + 1800
    tell(writer, ["mai", "tablet", "all", 320, 380, forwards], boot="b2")
    assert minutes(writer) == {"all": 17}  # the minute between belongs to the play


def test_unsound_beats_are_left_out_and_the_others_booked(writer: Writer) -> None:
    odd = [beat(0, child="nobody"), beat(0, key="each:games"), beat(60, 0), beat(float("nan")), [1]]
    assert tell(writer, *odd, beat(0)) == {"booked": 1}
    assert minutes(writer) == {"all": 1}
    with pytest.raises(KeyError):
        commands.run(writer, "usage.beats", {"boot": "b1"})


@pytest.mark.parametrize("data", [None, b"", b"[1]", b'{"minutes": {"mai": 1}}'])
def test_file_that_is_lost_or_broken_is_made_anew(writer: Writer, data: bytes | None) -> None:
    tell(writer, beat(-600, -60))
    writer.home.minutes.unlink()
    if data is not None:
        writer.home.minutes.write_bytes(data)
    usage.look(writer, anew=data is not None)
    assert minutes(writer) == {"all": 10}


def test_recount_from_spans_is_the_running_count(writer: Writer) -> None:
    tell(writer, beat(-600, -60), beat(-590, -30, device="phone"), beat(-3000, key="service:zalo"))
    said = minutes(writer)
    assert commands.run(writer, "usage.recount", {}) == {"children": 1, "changed": {}}
    wrong = replace(today(writer), minutes={"all": 99})
    writer.home.minutes.write_bytes(dump({"mai": wrong}))
    changed = commands.run(writer, "usage.recount", {})["changed"]
    assert changed == {"mai": {"all": [99, said["all"]], "service:zalo": [0, 1]}}
    assert minutes(writer) == said == {"all": 10, "service:zalo": 1}


def test_bonus_is_less_used_and_warnings_come_anew(writer: Writer) -> None:
    tell(writer, beat(-600, -60))
    asked = {"child": "mai", "key": "all", "notice": "left:5"}
    assert commands.run(writer, "usage.told", asked) == {"first": True}
    assert commands.run(writer, "usage.told", asked) == {"first": False}
    assert today(writer).told == {("all", "left:5")}
    by = {"user": "an", "role": "parent", "address": "::1"}
    given = {"child": "mai", "key": "all", "minutes": 30, "reason": "đọc sách", "by": by}
    answer = commands.run(writer, "bonus.add", given)
    assert (answer["day"], answer["minutes"]) == ("2026-11-23", 30)
    assert (minutes(writer), today(writer).bonus) == ({"all": -20}, {"all": 30})
    assert today(writer).told == frozenset()
    taken = commands.run(writer, "bonus.remove", {"id": answer["id"]})
    assert taken == {"child": "mai", "key": "all", "minutes": 30}
    assert minutes(writer) == {"all": 10}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"child": "x"}, "no profile"),
        ({"key": "games"}, "`games` is none of"),
        ({"key": "service:choy"}, "no service"),
        ({"minutes": 0}, "from 1 to 1440"),
        ({"day": "2026-11-22"}, "is over"),
    ],
)
def test_bonus_is_refused_when_it_cannot_be(writer: Writer, change: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        bonus.add(writer, {"child": "mai", "key": "all", "minutes": 5} | change)


def test_profile_that_moves_takes_its_minutes_along(writer: Writer) -> None:
    tell(writer, beat(-600, -60))
    moved = replace(ROWS.profiles[0], zone="Europe/London")
    write(writer, replace(ROWS, profiles=(moved, ROWS.profiles[1])), base=1)
    usage.look(writer)
    assert minutes(writer) == {"all": 10}
    assert today(writer).until == datetime(2026, 11, 24, tzinfo=UTC)


def test_old_spans_are_forgotten_with_the_journal(writer: Writer) -> None:
    tell(writer, beat(-600, -60))
    daily.once(replace(writer, now=lambda: AT + timedelta(days=200)))
    usage.publish(writer, None)
    assert load(writer.home.minutes.read_bytes()) == {}

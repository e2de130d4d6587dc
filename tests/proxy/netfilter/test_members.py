"""Which devices are in which sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    ExceptionRow,
    LessonRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.netfilter.members import members, update_text

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LITTLE = TierRow(
    "little",
    age_tier=True,
    ways_around={"raw_tcp": Action.BLOCK, "raw_udp": Action.BLOCK, "vpn": Action.BLOCK},
)
BIG = TierRow(
    "big", min_age=13, age_tier=True, ways_around={"vpn": Action.WARN}, bedtime="daily 22:00-06:00"
)
ROWS = PolicyRows(
    profiles=(ProfileRow("mai", tier="little"), ProfileRow("an", tier="big")),
    devices=(
        DeviceRow("tablet", of="mai", addresses=("192.0.2.1",)),
        DeviceRow(
            "phone",
            of="an",
            addresses=("192.0.2.2", "2001:db8::2"),
            macs=("02:AB:00:00:00:01",),
        ),
    ),
)


def snapshot(rows: PolicyRows = ROWS) -> PolicySnapshot:
    rows = replace(rows, settings=replace(rows.settings, unknown_tier="little"))
    return compile_snapshot(rows, Builtin(), tiers=(LITTLE, BIG), services=(), id="1")


def test_sets_hold_devices_whose_tier_says_so() -> None:
    found = members(snapshot(), NOON)
    assert found["raw_tcp_4"] == found["raw_udp_4"] == {"192.0.2.2"}
    assert found["raw_tcp_6"] == {"2001:db8::2"}
    assert found["raw_tcp_mac"] == {"02:ab:00:00:00:01"}
    # To be warned needs a page, and a tunnel has none.
    assert not any(found[f"tunnels_{suffix}"] for suffix in ("4", "6", "mac"))


def test_learned_addresses_come_beside_the_fixed_ones() -> None:
    found = members(snapshot(), NOON, {"phone": ["2001:db8::99"], "tablet": ["192.0.2.77"]})
    assert found["raw_udp_6"] == {"2001:db8::2", "2001:db8::99"}
    assert found["raw_udp_4"] == {"192.0.2.2"}


def test_nothing_passes_at_bedtime_or_in_a_pause() -> None:
    assert not any(members(snapshot(), NOON.replace(hour=23)).values())
    pause = PauseRow(1, "child:an", NOON + timedelta(hours=1))
    paused = snapshot(replace(ROWS, pauses=(pause,)))
    assert not any(members(paused, NOON).values())
    assert any(members(paused, NOON + timedelta(hours=1)).values())


def test_nothing_passes_in_a_lesson() -> None:
    lesson = LessonRow(1, "child:an", NOON + timedelta(hours=1), ("a.example", "192.0.2.0/24"))
    taught = snapshot(replace(ROWS, lessons=(lesson,)))
    assert not any(members(taught, NOON).values())
    assert any(members(taught, NOON + timedelta(hours=1)).values())


def test_an_exception_and_own_times_count_here_too() -> None:
    night = NOON.replace(hour=23)
    later = ExceptionRow(1, "child:an", NOON, NOON.replace(hour=23, minute=30), ("bedtime",))
    free = snapshot(replace(ROWS, exceptions=(later,)))
    assert any(members(free, night).values())
    assert not any(members(free, NOON.replace(hour=23, minute=30)).values())
    hours = snapshot(replace(ROWS, exceptions=(replace(later, lifts=("hours",)),)))
    assert not any(members(hours, night).values())
    mai, an = ROWS.profiles
    own = replace(ROWS, profiles=(mai, replace(an, bedtime="none")))
    assert any(members(snapshot(own), night).values())


def test_update_empties_what_nobody_is_in() -> None:
    text = update_text(
        {"raw_tcp_4": frozenset(("192.0.2.2", "192.0.2.1")), "raw_tcp_6": frozenset()}
    )
    assert text.splitlines() == [
        "flush set inet kidgate raw_tcp_4",
        "add element inet kidgate raw_tcp_4 { 192.0.2.1, 192.0.2.2 }",
        "flush set inet kidgate raw_tcp_6",
    ]

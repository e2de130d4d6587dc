"""A compiled policy: who is in which tier, on which device, what a host belongs to."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Visit
from kidgate.policies.rows import DeviceRow, ProfileRow, RuleRow, ServiceRow, Settings, TierRow
from kidgate.policies.snapshot import NoFeeds, PolicySnapshot, age_on

House = Callable[..., PolicySnapshot]
AGES = tuple(
    TierRow(key, min_age=age, age_tier=True)
    for age, key in ((6, "six"), (9, "nine"), (13, "thirteen"), (18, "grown"))
)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2016, 5, 1), date(2026, 4, 30), 9),
        (date(2016, 5, 1), date(2026, 5, 1), 10),
        (date(2016, 5, 1), date(2026, 12, 31), 10),
        (date(2016, 5, 1), date(2016, 5, 1), 0),
        (date(2016, 5, 1), date(2015, 5, 1), -1),
        (date(2016, 2, 29), date(2025, 2, 28), 8),
        (date(2016, 2, 29), date(2025, 3, 1), 9),
        (date(2016, 2, 29), date(2028, 2, 28), 11),
        (date(2016, 2, 29), date(2028, 2, 29), 12),
    ],
)
def test_age_on_counts_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("profile", "at", "tier"),
    [
        (ProfileRow("mai", born=date(2016, 5, 1)), "2026-11-23T12:00+00:00", "nine"),
        (ProfileRow("mai", born=date(2016, 5, 1)), "2029-04-30T16:59+00:00", "nine"),
        (ProfileRow("mai", born=date(2016, 5, 1)), "2029-04-30T17:00+00:00", "thirteen"),
        (
            ProfileRow("mai", born=date(2016, 5, 1), zone="America/New_York"),
            "2029-05-01T03:59+00:00",
            "nine",
        ),
        (
            ProfileRow("mai", born=date(2016, 5, 1), zone="America/New_York"),
            "2029-05-01T04:00+00:00",
            "thirteen",
        ),
        (ProfileRow("mai", born=date(2022, 1, 1)), "2026-11-23T12:00+00:00", "plain"),
        (ProfileRow("mai", born=date(2030, 1, 1)), "2026-11-23T12:00+00:00", "plain"),
        (ProfileRow("mai", born=date(1950, 1, 1)), "2026-11-23T12:00+00:00", "grown"),
        (ProfileRow("mai", born=date(1950, 1, 1), tier="six"), "2026-11-23T12:00+00:00", "six"),
        (ProfileRow("mai"), "2026-11-23T12:00+00:00", "six"),
    ],
)
def test_tier_of_follows_the_birthday_in_the_childs_zone(
    house: House, profile: ProfileRow, at: str, tier: str
) -> None:
    snapshot = house(
        settings=Settings(unknown_tier="six", zone="Asia/Ho_Chi_Minh"),
        tiers=AGES,
        profiles=(profile,),
    )
    assert snapshot.tier_of("mai", datetime.fromisoformat(at)).row.key == tier
    assert snapshot.tier_of(None, datetime.fromisoformat(at)).row.key == "six"
    assert snapshot.tier_of("nobody", datetime.fromisoformat(at)).row.key == "six"


def test_device_at_knows_an_address_in_its_canonical_spelling(house: House) -> None:
    tablet = DeviceRow("tablet", addresses=("::ffff:192.0.2.50", "2001:DB8:0::1"))
    snapshot = house(devices=(tablet,))
    assert snapshot.device_at("192.0.2.50") == tablet
    assert snapshot.device_at("2001:db8::1") == tablet
    assert snapshot.device_at("192.0.2.51") is None


def test_device_at_believes_the_mac_before_the_address(house: House) -> None:
    tablet = DeviceRow("tablet", addresses=("192.0.2.50",))
    phone = DeviceRow("phone", macs=("3C-22-FB-01-02-03",))
    snapshot = house(devices=(tablet, phone))
    assert snapshot.device_at("192.0.2.50", "3c:22:fb:01:02:03") == phone
    assert snapshot.device_at("192.0.2.50", "3c:22:fb:01:02:04") == tablet
    assert snapshot.device_at("2001:db8::77", "3c:22:fb:01:02:03") == phone


def test_device_at_knows_nobody_who_breaks_a_pair_of_both(house: House) -> None:
    tablet = DeviceRow("tablet", addresses=("192.0.2.50",), macs=("3c:22:fb:01:02:04",))
    phone = DeviceRow("phone", addresses=("192.0.2.60",), macs=("3C-22-FB-01-02-03",))
    snapshot = house(devices=(tablet, phone))
    assert snapshot.device_at("192.0.2.50", "3c:22:fb:01:02:03") is None  # a pretended MAC
    assert snapshot.device_at("192.0.2.60", "3c:22:fb:01:02:04") is None  # a taken address
    assert snapshot.device_at("192.0.2.77", "3c:22:fb:01:02:04") == tablet  # a new lease
    assert snapshot.device_at("192.0.2.60", "3c:22:fb:01:02:03") == phone
    assert snapshot.device_at("192.0.2.60") == phone


@pytest.mark.parametrize(
    ("login", "password", "known"),
    [
        ("tv", "mật khẩu", True),
        ("tv", "mat khau", False),
        ("tv", "", False),
        ("TV", "mật khẩu", False),
        ("nobody", "mật khẩu", False),
        ("open", "", False),  # a login without a password lets nobody in
        ("odd", "x", False),  # neither does a hash that is none
        ("", "", False),
    ],
)
def test_device_with_needs_login_and_password(
    house: House, login: str, password: str, *, known: bool
) -> None:
    digest = hashlib.sha256("mật khẩu".encode()).hexdigest()
    devices = (
        DeviceRow("tv", login="tv", password_hash=digest),
        DeviceRow("open", login="open"),
        DeviceRow("odd", login="odd", password_hash="không phải"),
    )
    found = house(devices=devices).device_with(login, password)
    assert (found is not None) is known


def test_services_are_found_by_host_page_and_address(house: House) -> None:
    services = (
        ServiceRow("cha", hosts=("cha.test",)),
        ServiceRow("con", hosts=("con.cha.test",), networks=("192.0.2.0/24", "2001:db8::/32")),
        ServiceRow("trang", urls=("cong.test/trang",)),
    )
    found = house(services=services).services

    def keys(host: str, target: str = "") -> list[str]:
        return [service.key for service in found.of(host, target)]

    assert keys("a.con.cha.test") == ["con", "cha"]
    assert keys("cha.test") == ["cha"]
    assert keys("concha.test") == []
    assert keys("cong.test", "/trang/1") == ["trang"]
    assert keys("cong.test", "/trangkhac") == []
    assert keys("cong.test") == []
    assert [s.key for s in found.at("192.0.2.7")] == ["con"]
    assert [s.key for s in found.at("2001:db8::7")] == ["con"]
    assert found.at("203.0.113.1") == ()


def test_the_nearest_name_decides_when_a_till_lies_below_a_service(house: House) -> None:
    services = (
        ServiceRow("cha", hosts=("cha.test", "lai.tra.cha.test"), payment_hosts=("tra.cha.test",)),
        ServiceRow("con", hosts=("tra.cha.test",), urls=("cha.test/a",)),
        ServiceRow("ong", hosts=("hang.test",), company_hosts=("cha.test",)),
    )
    found = house(services=services).services

    def keys(host: str, target: str = "") -> list[str]:
        return [service.key for service in found.of(host, target)]

    assert keys("cha.test") == ["cha"]
    assert keys("tra.cha.test") == ["con"]
    assert keys("x.tra.cha.test") == ["con"]
    assert keys("x.lai.tra.cha.test") == ["cha", "con"]
    assert keys("tra.cha.test", "/a/b") == ["con"]
    assert found.apart_from("x.tra.cha.test") == {"cha", "ong"}
    assert found.apart_from("hang.test") == frozenset()


def test_a_snapshot_cannot_be_changed(house: House) -> None:
    snapshot = house()
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.id = "2"  # type: ignore[misc]


def test_with_index_leaves_the_old_snapshot_as_it_was(
    house: House, visit: Callable[..., Visit]
) -> None:
    old = house(rules=(RuleRow(1, "everyone", "category:games", Action.BLOCK),))
    new = house(index={"games": ("a.test",)})
    changed = old.with_index(new.index)
    assert decide(visit("a.test"), changed).stops
    assert not decide(visit("a.test"), old).stops
    assert changed == old  # the feeds are no part of a policy version


def test_no_feeds_know_nothing() -> None:
    assert NoFeeds().find("a.test", "/b") == ()
    assert not NoFeeds().may_depend_on_url("a.test")


def test_a_moment_without_a_zone_is_refused(house: House, visit: Callable[..., Visit]) -> None:
    snapshot = house(rules=(RuleRow(1, "everyone", "a.test", Action.BLOCK, when="mon"),))
    with pytest.raises(ValueError, match="time zone"):
        decide(
            visit("a.test", at=datetime(2026, 11, 23, tzinfo=UTC).replace(tzinfo=None)), snapshot
        )

"""Limits of a day: which a visit is under, what is left, what is to be told."""

from __future__ import annotations

import math

import pytest

from kidgate.policies.quotas import UNKNOWN, Due, Limit, due, is_key, limits, standing
from kidgate.policies.tables import Service

ROBLOX = Service("roblox", "Roblox", ("games", "social"))
ZALO = Service("zalo", "Zalo", ("messaging",))


@pytest.mark.parametrize("key", ["all", "service:x", "category:games"])
def test_key_of_minutes_is_one_of_a_quota_too(key: str) -> None:
    assert is_key(key)
    assert is_key(key, each=False)


@pytest.mark.parametrize("key", ["", "games", "all:x", "service:", "each:", "host:x"])
def test_key_is_none_when_nothing_could_match_it(key: str) -> None:
    assert not is_key(key)


def test_each_is_a_limit_of_quotas_alone() -> None:
    assert is_key("each:games")
    assert not is_key("each:games", each=False)


def test_each_service_of_a_category_has_the_limit_by_itself() -> None:
    quotas = {"each:games": 60, "all": 180}
    minutes = {"all": 70, "service:roblox": 59, "service:zalo": 99, "category:games": 69}
    found = list(limits(quotas, minutes, (ROBLOX, ZALO), ("games", "social", "messaging")))
    assert found == [
        Limit("all", 180, 70, "all"),
        Limit("each:games", 60, 59, "service:roblox"),
    ]


def test_bonus_for_each_is_given_to_each() -> None:
    minutes = {"service:roblox": 70, "each:games": -15}
    (found,) = limits({"each:games": 60}, minutes, (ROBLOX,), ())
    assert found.left == 5


def test_unknown_minutes_reach_every_limit() -> None:
    quotas = {"all": 1440, "service:roblox": 5, "category:games": 5, "each:games": 60}
    found = list(limits(quotas, UNKNOWN, (ROBLOX,), ("games",)))
    assert sorted(limit.key for limit in found) == sorted(quotas)
    assert all(limit.left == -math.inf for limit in found)


@pytest.mark.parametrize(
    ("minutes", "used", "bonus", "told"),
    [
        (60, 44, 0, []),
        (60, 45, 0, ["left:15"]),
        (60, 54, 0, ["left:15"]),
        (60, 55, 0, ["left:5"]),
        (60, 60, 0, []),  # it is over: the block page says so
        (15, 0, 0, []),  # a limit that is no more than the warning
        (15, 11, 0, ["left:5"]),
        (15, 14 - 30, 30, []),
        (15, 31 - 30, 30, ["left:15"]),
    ],
)
def test_warning_comes_at_fifteen_and_five_minutes(
    minutes: int, used: int, bonus: int, told: list[str]
) -> None:
    found = due([Limit("all", minutes, used, "all")], {}, {"all": used}, {"all": bonus})
    assert [one.notice for one in found] == told


@pytest.mark.parametrize(("used", "told"), [(29, []), (30, [1]), (59, [1]), (60, [2]), (150, [5])])
def test_notice_comes_after_every_half_hour(used: int, told: list[int]) -> None:
    every, minutes = {"category:games": 30}, {"category:games": used}
    found = due([], every, minutes, {})
    assert found == [Due("category:games", f"every:30:{n}", used) for n in told]


def test_notice_counts_what_was_used_whatever_was_given() -> None:
    (found,) = due([], {"category:games": 30}, {"category:games": -20}, {"category:games": 60})
    assert found == Due("category:games", "every:30:1", 40)


def test_tightest_limit_of_a_subject_speaks() -> None:
    both = [Limit("service:x", 120, 110, "service:x"), Limit("each:games", 60, 58, "service:x")]
    (found,) = due(both, {}, {}, {})
    assert found == Due("service:x", "left:5", 2)


def test_standing_tells_each_service_that_was_used() -> None:
    categories = {"roblox": ("games",), "zalo": ("messaging",), "chess": ("games",)}
    minutes = {"all": 30, "service:roblox": 20, "service:zalo": 10}
    found = standing({"all": 60, "each:games": 60}, minutes, categories)
    assert found == [Limit("all", 60, 30, "all"), Limit("each:games", 60, 20, "service:roblox")]

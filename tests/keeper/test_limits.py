"""Token buckets: so many at once, refilled evenly."""

from __future__ import annotations

import pytest

from kidgate.keeper import limits
from kidgate.keeper.limits import Limits


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def taken(found: Limits, times: int, key: str = "pin") -> int:
    return sum(found.take(key, 3, 60.0) for _ in range(times))


def test_bucket_gives_its_limit_at_once_and_no_more() -> None:
    assert taken(Limits(Clock()), 10) == 3


def test_bucket_fills_evenly_and_never_over_its_limit() -> None:
    clock = Clock()
    found = Limits(clock)
    taken(found, 3)
    clock.time += 19.9
    assert taken(found, 5) == 0
    clock.time += 0.2
    assert taken(found, 5) == 1
    clock.time += 10_000
    assert taken(found, 10) == 3


def test_refused_attempts_cost_nothing() -> None:
    clock = Clock()
    found = Limits(clock)
    taken(found, 1000)
    clock.time += 20.001
    assert taken(found, 5) == 1


def test_keys_do_not_share_a_bucket() -> None:
    found = Limits(Clock())
    assert taken(found, 5, "a") == taken(found, 5, "b") == 3


def test_keys_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEYS", 2)
    found = Limits(Clock())
    for key in "abc":
        found.take(key, 1, 60)
    assert len(found._buckets) == 2
    assert not found.take("c", 1, 60)

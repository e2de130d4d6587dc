"""Token buckets: so many at once, refilled evenly."""

from __future__ import annotations

from kidgate.proxy.buckets import Buckets


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def taken(found: Buckets, times: int, key: str = "pin") -> int:
    return sum(found.take(key, 3, 60.0) for _ in range(times))


def test_bucket_gives_its_limit_at_once_and_no_more() -> None:
    assert taken(Buckets(Clock()), 10) == 3


def test_bucket_fills_evenly_and_never_over_its_limit() -> None:
    clock = Clock()
    found = Buckets(clock)
    taken(found, 3)
    clock.time += 19.9
    assert taken(found, 5) == 0
    clock.time += 0.2
    assert taken(found, 5) == 1
    clock.time += 10_000
    assert taken(found, 10) == 3


def test_refused_attempts_cost_nothing() -> None:
    clock = Clock()
    found = Buckets(clock)
    taken(found, 1000)
    clock.time += 20.001
    assert taken(found, 5) == 1


def test_keys_do_not_share_a_bucket() -> None:
    found = Buckets(Clock())
    assert taken(found, 5, "a") == taken(found, 5, "b") == 3


def test_keys_have_a_limit() -> None:
    found = Buckets(Clock(), keys=2)
    for key in "abc":
        found.take(key, 1, 60)
    assert len(found._held) == 2
    assert not found.take("c", 1, 60)


def test_each_key_has_tokens_of_its_own_that_come_back_evenly() -> None:
    clock = [0.0]
    found = Buckets(lambda: clock[0])
    assert [found.take("an", 3, 30) for _ in range(4)] == [True, True, True, False]
    assert found.take("ba", 3, 30)
    clock[0] = 9.9
    assert not found.take("an", 3, 30)
    clock[0] = 21
    assert found.take("an", 3, 30)


def test_memory_has_the_end_that_it_was_given() -> None:
    found = Buckets(lambda: 0.0, keys=100)
    for number in range(105):
        found.take(str(number), 1, 1)
    assert len(found._held) == 100

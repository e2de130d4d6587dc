"""Limits of this process, where no keeper counts."""

from __future__ import annotations

from kidgate.dashboard.buckets import KEYS, Buckets


def test_tokens_are_taken_and_come_back_evenly() -> None:
    clock = [0.0]
    buckets = Buckets(lambda: clock[0])
    assert [buckets.take("an", 3, 30) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("ba", 3, 30)
    clock[0] = 9.9
    assert not buckets.take("an", 3, 30)
    clock[0] = 21
    assert buckets.take("an", 3, 30)


def test_memory_has_an_end() -> None:
    buckets = Buckets(lambda: 0.0)
    for number in range(KEYS + 5):
        buckets.take(str(number), 1, 1)
    assert len(buckets._held) == KEYS

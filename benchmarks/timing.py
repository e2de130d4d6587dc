"""Timing of small calls in this process, by its CPU clock: other processes' work does not count."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence


def each[T](call: Callable[[T], object], inputs: Sequence[T]) -> float:
    """Seconds of CPU that one call takes, over all inputs once."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        for one in inputs:
            call(one)
        return (time.process_time() - started) / len(inputs)
    finally:
        gc.enable()


def median_of_each[T](call: Callable[[T], object], inputs: Sequence[T]) -> float:
    """The median of the seconds that single calls take, by the wall clock, less what timing itself
    costs: that others had the processor now and then changes it little."""
    gc.collect()
    gc.disable()
    try:
        clock = time.perf_counter_ns
        found = []
        for one in inputs:
            started = clock()
            call(one)
            found.append(clock() - started)
        nothing = []
        for _ in inputs:
            started = clock()
            nothing.append(clock() - started)
        return (statistics.median(found) - statistics.median(nothing)) / 1e9
    finally:
        gc.enable()


def alternated(runs: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each figure over runs A B C, C B A, ...: what slows a round slows them all."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        for name in list(runs) if number % 2 == 0 else reversed(list(runs)):
            found[name].append(runs[name]())
    return {name: statistics.median(values) for name, values in found.items()}

"""When a feed is due: counted on a clock that never jumps, from what the row says at the start.

The wall clock is asked once a feed and process: a small box starts in 1970 or wherever its clock
was, and jumps when it hears the time. Whatever it does then, waiting feeds keep waiting as long as
they would have, none waits longer than its interval, and none is tried again before its time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kidgate.documents.feed_row import FeedRow
from kidgate.store.freshness import HOUR, interval_of

FIRST_RETRY = 300.0  # seconds; doubled with each failure
LEAST_WAIT = 60.0
LONGEST_RETRY_AFTER = 24 * HOUR
SPREAD = 0.1  # of each wait: not everybody's box asks in the same second
START = 20.0  # seconds after the start; the network may not be up before
AHEAD = timedelta(minutes=5)  # a time so far in the future was written by a clock gone wrong


def boot_clock() -> float:
    """Seconds since the start of the machine, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wait_after(row: FeedRow) -> float:
    """Seconds from the last try to the next, as the row stands after it."""
    wait = interval_of(row)
    if row.failures:
        wait = min(wait, FIRST_RETRY * 2.0 ** min(row.failures - 1, 20))
    if row.retry_at is not None and row.tried_at is not None:  # both of the same clock
        asked = (row.retry_at - row.tried_at).total_seconds()
        wait = max(wait, min(asked, LONGEST_RETRY_AFTER))
    return max(wait, LEAST_WAIT)


@dataclass(frozen=True, slots=True)
class _Planned:
    tried_at: datetime | None
    interval: int
    due: float


class Schedule:
    """Remembers when each feed is due. `spread` gives numbers from -1 to 1."""

    def __init__(
        self,
        now: Callable[[], datetime],
        spread: Callable[[], float],
        clock: Callable[[], float] = boot_clock,
    ) -> None:
        self._now, self._spread, self._clock = now, spread, clock
        self._planned: dict[str, _Planned] = {}

    def due(self, rows: Iterable[FeedRow]) -> list[str]:
        """The feeds whose time has come, the longest waiting first."""
        now = self._clock()
        planned = {row.name: self._plan(row, now) for row in rows if row.enabled and row.interval}
        self._planned = planned
        names = [name for name, plan in planned.items() if plan.due <= now]
        return sorted(names, key=lambda name: planned[name].due)

    def _plan(self, row: FeedRow, now: float) -> _Planned:
        known = self._planned.get(row.name)
        if known is None:
            return self._planned_in(row, now, max(self._first_wait(row), START))
        if known.tried_at != row.tried_at:  # it was tried just now, by us or by hand
            return self._planned_in(row, now, wait_after(row))
        if known.interval != row.interval:
            return self._planned_in(row, now, min(self._first_wait(row), known.due - now))
        return known

    def _planned_in(self, row: FeedRow, now: float, wait: float) -> _Planned:
        spread = 1 + SPREAD * self._spread()
        return _Planned(row.tried_at, row.interval, now + wait * spread)

    def _first_wait(self, row: FeedRow) -> float:
        """Seconds, by the wall clock, from 0 to a whole wait."""
        now, wait = self._now(), wait_after(row)
        if row.tried_at is None or row.tried_at > now + AHEAD:
            return 0.0
        return min(max(wait - (now - row.tried_at).total_seconds(), 0.0), wait)

"""What was stopped, counted by day. Days that are over hardly change and are kept in memory: a week
of a busy school is too long to count for every look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Any, cast
from zoneinfo import ZoneInfo

from kidgate.store.database import Database
from kidgate.store.journal_pages import BY, Counted, counted, newest

KEPT = 256  # answers: each day of the longest report, counted in two ways
SETTLED = timedelta(days=2)  # after it nothing is added to a day: spooled entries have come
AT_ONCE = timedelta(seconds=30)  # for what `newest` does not see: spooled repeats
OF_ALL = ("reason", "category")  # enough where nobody's lines are left out
SOON, LATER = timedelta(minutes=10), timedelta(hours=6)  # when a kept answer is made anew


@dataclass(slots=True)
class Tallies:
    """Shared by all threads of the process."""

    _kept: dict[Any, tuple[datetime, Any, Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def day(
        self,
        database: Database,
        day: date,
        zone: ZoneInfo,
        now: datetime,
        *,
        by: tuple[str, ...] = BY,
    ) -> list[Counted]:
        """One day in a zone, midnight to midnight by the clock on the wall."""
        since, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)

        def count() -> list[Counted]:
            with database.reading() as session:
                return counted(session, since, until, by=by)

        key = (day, zone.key, by)
        if until > now:
            with database.reading() as session:
                mark = newest(session)
            return self.kept(key, count, now, AT_ONCE, mark=mark)
        return self.kept(key, count, now, LATER if now - until > SETTLED else SOON)

    def days(
        self,
        database: Database,
        days: Iterable[date],
        zone: ZoneInfo,
        now: datetime,
        *,
        by: tuple[str, ...] = BY,
    ) -> dict[date, list[Counted]]:
        return {day: self.day(database, day, zone, now, by=by) for day in days}

    def kept[T](
        self,
        key: Any,
        make: Callable[[], T],
        now: datetime,
        good_for: timedelta,
        *,
        mark: Any = None,
    ) -> T:
        """An answer that is made anew when it is older than `good_for`, or has another mark."""
        with self._lock:
            known = self._kept.get(key)
        fresh = known is not None and timedelta() <= now - known[0] < good_for
        if known is not None and fresh and known[1] == mark:
            return cast("T", known[2])
        found = make()
        with self._lock:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept.pop(key, None)
            self._kept[key] = (now, mark, found)
        return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time(), zone)

"""How fresh a feed is, in one word; and when somebody should look."""

from __future__ import annotations

from datetime import datetime

from kidgate.documents.feed_row import FeedRow

HOUR = 3600.0
STALE_INTERVALS, STALE_LEAST = 3, 48 * HOUR
STATES = ("off", "never", "by hand", "stale", "failing", "old", "fresh")


def interval_of(row: FeedRow) -> float:
    """Seconds between updates."""
    return row.interval * HOUR


def stale_after(row: FeedRow) -> float:
    """Seconds of failing after which somebody should look."""
    return max(STALE_INTERVALS * interval_of(row), STALE_LEAST)


def is_stale(row: FeedRow) -> bool:
    """By the time counted between tries, which no jump of the clock adds to."""
    return row.failures > 0 and row.overdue >= stale_after(row)


def freshness(row: FeedRow, now: datetime) -> str:
    """One of `STATES`; old: nobody has looked for long."""
    if not row.enabled:
        return "off"
    if row.imported_at is None:
        return "never"
    if not row.interval:
        return "by hand"
    if row.failures:
        return "stale" if is_stale(row) else "failing"
    age = (now - (row.checked_at or row.imported_at)).total_seconds()
    return "old" if age > stale_after(row) else "fresh"

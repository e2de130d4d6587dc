"""How fresh a feed is said to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.store.freshness import HOUR, STALE_LEAST, freshness, is_stale, stale_after

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAILY = FeedRow("a", "adult", "https://x.example/", interval=24, checked_at=AT, imported_at=AT)


def test_feed_is_stale_by_time_that_was_waited() -> None:
    assert stale_after(replace(DAILY, interval=1)) == STALE_LEAST
    assert stale_after(DAILY) == 72 * HOUR
    assert not is_stale(replace(DAILY, overdue=10**9))  # the last try went well
    assert is_stale(replace(DAILY, failures=9, overdue=72 * 3600))
    assert not is_stale(replace(DAILY, failures=9, overdue=71 * 3600))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (DAILY, "fresh"),
        (replace(DAILY, enabled=False), "off"),
        (replace(DAILY, imported_at=None), "never"),
        (replace(DAILY, interval=0), "by hand"),
        (replace(DAILY, failures=1), "failing"),
        (replace(DAILY, failures=1, overdue=80 * 3600), "stale"),
        (replace(DAILY, checked_at=AT - timedelta(days=4)), "old"),
    ],
)
def test_freshness_is_one_word(row: FeedRow, said: str) -> None:
    assert freshness(row, AT) == said

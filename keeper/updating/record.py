"""What outcomes change: rows, names files and the index together; alerts for an adult."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.feed_rows import SOURCE
from kidgate.keeper.feeds import Arrival, BuildFailed, install_all
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.keeper.updating.schedule import wait_after
from kidgate.keeper.writer import Writer
from kidgate.store.alerts import put_alert
from kidgate.store.feeds import all_feeds, put_feed
from kidgate.store.freshness import interval_of, is_stale

logger = logging.getLogger(__name__)
MOST_KEPT = timedelta(days=30)  # how long the highest number of entries is remembered
LONGEST_TEXT = 1000  # characters of a fault in a row


def record(writer: Writer, outcomes: Iterable[Outcome], asked: Iterable[FeedRow]) -> list[Outcome]:
    """Put in force what was updated, write down how every try went; the outcomes as they ended.

    `asked` are the feeds as they were when the updates began: what was removed or comes from
    elsewhere meanwhile is left out. New versions go into one index; should that fail, each is tried
    alone, so that one feed keeps no other from its update. Raises DatabaseFault.
    """
    rows, now = _rows(writer), writer.now()
    there = _still_meant(outcomes, {row.name: row for row in asked}, rows)
    fresh = [outcome for outcome in there if outcome.result is Result.UPDATED]
    ended = {outcome.feed: outcome for outcome in there}
    ended |= {outcome.feed: outcome for outcome in _installed(writer, fresh, rows, now)}
    rest = [outcome for outcome in ended.values() if outcome.result is not Result.UPDATED]
    with writer.database.writing() as session:
        for outcome in rest:
            row = tried(rows[outcome.feed], outcome, now)
            put_feed(session, row)
            if facts := _alert(row, outcome):
                put_alert(session, kind="feed", facts=facts, at=now)
    return list(ended.values())


def _rows(writer: Writer) -> dict[str, FeedRow]:
    with writer.database.reading() as session:
        return {row.name: row for row in all_feeds(session)}


def _still_meant(
    outcomes: Iterable[Outcome], asked: Mapping[str, FeedRow], rows: Mapping[str, FeedRow]
) -> list[Outcome]:
    found = []
    for outcome in outcomes:
        row, then = rows.get(outcome.feed), asked[outcome.feed]
        if row is not None and all(getattr(row, n) == getattr(then, n) for n in SOURCE):
            found.append(outcome)
        elif outcome.names_file:
            Path(outcome.names_file).unlink(missing_ok=True)
    return found


def _installed(
    writer: Writer, fresh: Sequence[Outcome], rows: dict[str, FeedRow], now: datetime
) -> list[Outcome]:
    if not fresh:
        return []
    arrivals = [Arrival(tried(rows[o.feed], o, now), Path(o.names_file)) for o in fresh]
    try:
        install_all(writer, arrivals)
    except BuildFailed as fault:
        if len(fresh) > 1:
            return [ended for one in fresh for ended in _installed(writer, [one], rows, now)]
        Path(fresh[0].names_file).unlink(missing_ok=True)
        said = f"the index could not be built with it ({fault}); the version from before stays"
        return [
            replace(
                fresh[0], result=Result.FAILED, reason="build_failed", message=said, passing=True
            )
        ]
    except BaseException:
        for outcome in fresh:
            Path(outcome.names_file).unlink(missing_ok=True)
        raise
    return list(fresh)


def tried(row: FeedRow, outcome: Outcome, now: datetime) -> FeedRow:
    """The row after a try."""
    if not outcome.well:
        return _failed(row, outcome, now)
    row = replace(row, **cast("dict[str, Any]", outcome.counts))
    known = row.most_at is not None and timedelta(0) <= now - row.most_at <= MOST_KEPT
    higher = row.accepted >= row.most or not known
    return replace(
        row,
        imported_at=now if outcome.result is Result.UPDATED else row.imported_at,
        most=row.accepted if higher else row.most,
        most_at=now if higher else row.most_at,
        tried_at=now,
        checked_at=now,
        etag=outcome.etag,
        modified=outcome.modified,
        failures=0,
        overdue=0,
        fault="",
        fault_reason="",
        fault_since=None,
        retry_at=None,
    )


def _failed(row: FeedRow, outcome: Outcome, now: datetime) -> FeedRow:
    retry = timedelta(seconds=outcome.retry_after) if outcome.retry_after else None
    if not outcome.passing:  # it will not be another list in five minutes
        retry = max(retry or timedelta(), timedelta(seconds=interval_of(row)))
    return replace(
        row,
        tried_at=now,
        failures=row.failures + 1,
        overdue=row.overdue + _elapsed(row, now),
        fault=outcome.message[:LONGEST_TEXT],
        fault_reason=outcome.reason,
        fault_since=row.fault_since or now,
        retry_at=now + retry if retry is not None else None,
    )


def _elapsed(row: FeedRow, now: datetime) -> int:
    """Seconds since the last try; no more than it was to wait, whatever the clock says."""
    last = row.tried_at
    if last is None or last > now:
        return 0
    return int(min((now - last).total_seconds(), 1.5 * wait_after(row)))


def _alert(row: FeedRow, outcome: Outcome) -> dict[str, Any]:
    """One for each spell of trouble: what tells it stays the same as long as it lasts."""
    if row.fault_since is None:
        return {}
    since = f"{row.fault_since:%Y-%m-%d}"
    facts = {"feed": row.name, "since": since, "reason": row.fault_reason}
    if is_stale(row):
        return facts | {"state": "stale"}
    if outcome.result is Result.REFUSED:
        return facts | {"state": "refused", "kept": row.imported_at is not None}
    return {}

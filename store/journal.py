"""The journal's tables: append in groups, query, report, forget.

The privacy level was applied before an entry came here (`policies.journal`); this room only folds,
cleans (`fold.py`) and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Insert, delete, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from kidgate.policies.journal import Entry
from kidgate.store import dialects
from kidgate.store.columns import Base
from kidgate.store.fold import BUCKET, LENGTHS, Fold, bucket_of, clean, fold, safe_text
from kidgate.store.schema import JournalEntry, JournalLine


@dataclass(frozen=True, slots=True)
class Line:
    """One attempt and its repeats within a quarter of an hour."""

    id: int
    entry: str  # id of the first entry: the number on the block page
    first_at: datetime
    last_at: datetime
    count: int
    kind: str
    child: str
    device: str
    tier: str
    verdict: str
    reason: str
    category: str
    host: str
    url: str
    source: str
    rule_id: int | None
    version: str
    address: str


@dataclass(frozen=True, slots=True)
class Report:
    """Attempts counted, repeats included; each list has the most first, empty names left out."""

    total: int
    by_child: tuple[tuple[str, int], ...]
    by_category: tuple[tuple[str, int], ...]
    by_reason: tuple[tuple[str, int], ...]
    by_host: tuple[tuple[str, int], ...]  # the first hundred


LINES = Base.metadata.tables[JournalLine.__tablename__]
_ENTRIES = Base.metadata.tables[JournalEntry.__tablename__]
COLUMNS = tuple(LINES.c[field.name] for field in fields(Line))
_COPIED = "kind child device tier verdict reason category host url source rule_id version address"
_HOSTS = 100
_REMEMBERED = timedelta(days=7) // BUCKET  # how long after its time a spooled entry is known again


def append(session: Session, entries: Iterable[Entry]) -> int:
    """Write a group of entries; returns how many were new, the others had been counted before.

    ValueError for an entry that cannot be stored (see `fold.clean`), before anything is written.
    Durable when the session's transaction has ended.
    """
    cleaned = {entry.id or number: clean(entry) for number, entry in enumerate(entries)}
    fresh = _not_counted_yet(session, list(cleaned.values()))
    folds = fold(fresh)
    if folds:
        _, add = _statements(session.get_bind().dialect.name)
        session.execute(add, [_values(found) for found in folds])
    return len(fresh)


def query(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    child: str | None = None,
    device: str | None = None,
    verdict: str | None = None,
    reason: str | None = None,
    text: str | None = None,
    limit: int = 100,
    newest_first: bool = True,
) -> list[Line]:
    """Lines that match everything given; `text` is looked for in host, URL and source.

    A line whose repeats reach into [since, until) counts as within.
    """
    statement = select(*COLUMNS).where(*within(since, until)).limit(limit)
    equal = {"child": child, "device": device, "verdict": verdict, "reason": reason}
    for name, wanted in equal.items():
        if wanted is not None:
            statement = statement.where(LINES.c[name] == safe_text(wanted, LENGTHS[name]))
    if text:
        text = safe_text(text, LENGTHS["url"])  # spelled as it was stored
        places = (LINES.c.host, LINES.c.url, LINES.c.source)
        statement = statement.where(or_(*(c.icontains(text, autoescape=True) for c in places)))
    order = (LINES.c.last_at, LINES.c.id)
    statement = statement.order_by(*(c.desc() if newest_first else c for c in order))
    return [Line(*row) for row in session.execute(statement)]


def report(
    session: Session, since: datetime, until: datetime, *, child: str | None = None
) -> Report:
    """What was journaled in [since, until), counted by child, category, reason and host."""
    where = within(since, until)
    if child is not None:
        where.append(LINES.c.child == child)
    total = session.scalar(select(func.sum(LINES.c.count)).where(*where))
    return Report(
        total=int(total or 0),
        by_child=_counted(session, "child", where),
        by_category=_counted(session, "category", where),
        by_reason=_counted(session, "reason", where),
        by_host=_counted(session, "host", where, limit=_HOSTS),
    )


def by_source(session: Session, prefix: str, since: datetime) -> list[tuple[str, str, int]]:
    """Source, host and how often, of lines since a time whose source begins so."""
    source, host, count = LINES.c.source, LINES.c.host, func.sum(LINES.c.count)
    where = [*within(since, None), source.startswith(prefix, autoescape=True)]
    found = session.execute(select(source, host, count).where(*where).group_by(source, host))
    return [(said, name, int(number)) for said, name, number in found]


def purge(session: Session, before: datetime, *, kind: str | None = None, limit: int = 5000) -> int:
    """Delete lines last seen before a time, of one kind or all; returns how many went.

    At most `limit` at a time, so that a commit waiting for the write lock is not kept long: call
    again until it returns 0.
    """
    old = select(LINES.c.id).where(LINES.c.last_at < before)
    if kind is not None:
        old = old.where(LINES.c.kind == kind)
    chosen = session.scalars(old.order_by(LINES.c.last_at).limit(limit)).all()
    for start in range(0, len(chosen), 1000):
        session.execute(delete(LINES).where(LINES.c.id.in_(chosen[start : start + 1000])))
    newest = session.scalar(select(func.max(_ENTRIES.c.bucket)))
    if newest is not None:
        session.execute(delete(_ENTRIES).where(_ENTRIES.c.bucket < newest - _REMEMBERED))
    return len(chosen)


@cache
def _statements(dialect: str) -> tuple[ReturningInsert[str], Insert]:
    """How entries are remembered, giving the new ids, and how lines are added to. Built once."""
    remember = dialects.insert_missing(dialect, _ENTRIES, key=("bucket", "id"))
    add = dialects.insert_or_add(
        dialect,
        LINES,
        key=("bucket", "fold"),
        add="count",
        lowest="first_at",
        highest="last_at",
    )
    return remember.returning(_ENTRIES.c.id), add


def _not_counted_yet(session: Session, entries: list[Entry]) -> list[Entry]:
    """Of some entries those that come for the first time, remembered from now on.

    One without an id cannot be known again: it is counted, for a line too many does no harm and one
    too few hides an attempt.
    """
    rows = [{"bucket": bucket_of(entry.at), "id": entry.id} for entry in entries if entry.id]
    if not rows:
        return entries
    remember, _ = _statements(session.get_bind().dialect.name)
    new = set(session.scalars(remember, rows))
    return [entry for entry in entries if not entry.id or entry.id in new]


def _values(found: Fold) -> dict[str, object]:
    values = {name: getattr(found.first, name) for name in _COPIED.split()}
    return values | {
        "entry": found.first.id,
        "bucket": found.bucket,
        "fold": found.key,
        "first_at": found.first_at,
        "last_at": found.last_at,
        "count": found.count,
    }


def within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if since is not None:
        where.append(LINES.c.last_at >= since)
    if until is not None:
        # The second says nothing new, but bounds the index: repeats stay within one bucket.
        where += [LINES.c.first_at < until, LINES.c.last_at < until + BUCKET]
    return where


def _counted(
    session: Session, name: str, where: list[ColumnElement[bool]], limit: int | None = None
) -> tuple[tuple[str, int], ...]:
    column = LINES.c[name]
    total = func.sum(LINES.c.count)
    found = session.execute(
        select(column, total)
        .where(*where, column != "")
        .group_by(column)
        .order_by(total.desc(), column)
        .limit(limit)
    )
    return tuple((value, int(count)) for value, count in found)

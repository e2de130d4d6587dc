"""What digests and reports count: journal, requests, alerts and minutes of a span of time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, insert, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Check, JournalLine, Request

_LINES = Base.metadata.tables[JournalLine.__tablename__]
_REQUESTS = Base.metadata.tables[Request.__tablename__]
_CHECKS = Base.metadata.tables[Check.__tablename__]
DANGEROUS = ("security", "way_around", "message", "illegal_material")
_HOSTS = 5


type Children = Collection[str] | None  # None: everybody


class Stopped(NamedTuple):
    """How often something was stopped."""

    child: str
    tier: str
    category: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One visit of a filtering check."""

    run: str
    at: datetime
    by: str
    tier: str
    what: str  # category:K, help:HOST, feed:K
    url: str
    expected: str
    verdict: str
    reason: str
    passed: bool
    version: str


_CHECK = tuple(_CHECKS.c[spec.name] for spec in fields(CheckRow))


def stopped(
    session: Session, since: datetime, until: datetime, children: Children = None
) -> list[Stopped]:
    """What did not go through in [since, until), by child, tier, category and reason."""
    by = tuple(_LINES.c[name] for name in ("child", "tier", "category", "reason"))
    where = _stopped(since, until, children)
    counted = select(*by, func.sum(_LINES.c.count)).where(*where).group_by(*by)
    return [Stopped(*row[:4], int(row[4])) for row in session.execute(counted)]


def by_day(
    session: Session,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    children: Children = None,
) -> dict[date, int]:
    """How much was stopped on each day of a zone; days without anything are left out."""
    columns = (_LINES.c.bucket, func.sum(_LINES.c.count))
    where = _stopped(since, until, children)
    counted = select(*columns).where(*where).group_by(_LINES.c.bucket)
    days: Counter[date] = Counter()
    for bucket, count in session.execute(counted):
        moment = datetime.fromtimestamp(bucket * 900, zone)  # buckets are quarters of an hour
        days[moment.date()] += int(count)
    return dict(sorted(days.items()))


def lookalikes(
    session: Session, since: datetime, until: datetime
) -> dict[str, tuple[int, list[str]]]:
    """For each child: how many look-alikes were stopped, and the first few of their hosts."""
    where = (*_stopped(since, until), _LINES.c.category == "impersonation")
    columns = (_LINES.c.child, _LINES.c.host, func.sum(_LINES.c.count))
    counted = select(*columns).where(*where).group_by(*columns[:2]).order_by(columns[2].desc())
    counts: Counter[str] = Counter()
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for child, host, count in session.execute(counted):
        counts[child] += int(count)
        if host and len(hosts[child]) < _HOSTS:
            hosts[child].append(host)
    return {child: (count, hosts[child]) for child, count in counts.items()}


def calm_since(session: Session, since: datetime, until: datetime) -> dict[str, datetime]:
    """For each child: when something dangerous was last stopped, else its first line at all."""
    within = (*_within(since, until), _LINES.c.child != "")
    first = select(_LINES.c.child, func.min(_LINES.c.first_at)).where(*within)
    found = _times(session, first.group_by(_LINES.c.child))
    last = select(_LINES.c.child, func.max(_LINES.c.last_at))
    last = last.where(*within, _LINES.c.reason.in_(DANGEROUS)).group_by(_LINES.c.child)
    return found | _times(session, last)


def _times(session: Session, statement: Select[Any]) -> dict[str, datetime]:
    return {row[0]: row[1] for row in session.execute(statement)}


def requests_by(session: Session, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """How many requests each child made, by what became of them: (child, state) -> count."""
    by = (_REQUESTS.c.profile, _REQUESTS.c.state)
    where = (_REQUESTS.c.at >= since, _REQUESTS.c.at < until)
    counted = select(*by, func.count()).where(*where).group_by(*by)
    return {(child, state): int(count) for child, state, count in session.execute(counted)}


def requests_within(
    session: Session, since: datetime, until: datetime, children: Children = None
) -> list[Any]:
    """Requests of a span, oldest first: at, profile, target, state, answered_by, answered_at."""
    names = ("at", "profile", "target", "state", "answered_by", "answered_at")
    where = [_REQUESTS.c.at >= since, _REQUESTS.c.at < until]
    if children is not None:
        where.append(_REQUESTS.c.profile.in_(children))
    chosen = select(*(_REQUESTS.c[name] for name in names)).where(*where)
    return list(session.execute(chosen.order_by(_REQUESTS.c.at, _REQUESTS.c.id)))


def put_checks(session: Session, rows: Collection[CheckRow]) -> None:
    values = [{spec.name: getattr(row, spec.name) for spec in fields(CheckRow)} for row in rows]
    if values:
        session.execute(insert(_CHECKS), values)


def checks(session: Session, since: datetime, until: datetime) -> list[CheckRow]:
    """Results of filtering checks, oldest first."""
    where = (_CHECKS.c.at >= since, _CHECKS.c.at < until)
    found = session.execute(select(*_CHECK).where(*where).order_by(_CHECKS.c.id))
    return [CheckRow(*row) for row in found]


def entries(session: Session, wanted: Collection[str]) -> list[dict[str, Any]]:
    """Journal lines by the number on the block page, in their order, every column by its name."""
    found = session.execute(
        select(_LINES).where(_LINES.c.entry.in_(wanted)).order_by(_LINES.c.first_at)
    )
    return [dict(row) for row in found.mappings()]


def _within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    # The second bounds the index: repeats stay within a quarter of an hour.
    late = _LINES.c.last_at < until + timedelta(minutes=15)
    return (_LINES.c.last_at >= since, late, _LINES.c.first_at < until)


def _stopped(
    since: datetime, until: datetime, children: Children = None
) -> tuple[ColumnElement[bool], ...]:
    visit = (_LINES.c.kind == "visit", _LINES.c.verdict != "allow")
    theirs = () if children is None else (_LINES.c.child.in_(children),)
    return (*_within(since, until), *visit, *theirs)

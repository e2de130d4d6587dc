"""The journal, page by page: filters and a search that stay quick however long the journal is.

A page goes on where the last one ended, by the key (last_at, id) of its last line. What no index
answers (a word, a reason) is looked for within `SCAN` lines at a time, newest first: the page says
how far it looked, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from kidgate.store.columns import EPOCH, MICROSECOND
from kidgate.store.fold import BUCKET, LENGTHS, safe_text
from kidgate.store.journal import COLUMNS, LINES, Line, within

SCAN = 40_000  # lines looked through for one page
_EQUAL = ("device", "verdict", "reason", "category", "kind")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; empty: any. `children`: those of these alone, whatever else is wanted."""

    child: str = ""
    device: str = ""
    verdict: str = ""
    reason: str = ""
    category: str = ""
    kind: str = ""
    text: str = ""  # in host, address or source
    since: datetime | None = None
    until: datetime | None = None
    children: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[Line, ...]  # the latest first
    next: str  # key for the page after this one; empty: there is none
    looked_to: datetime | None = None  # where the search stopped before the page was full


def read_page(session: Session, wanted: Wanted, *, after: str = "", limit: int = 50) -> Page:
    """Lines that match everything wanted. Raises ValueError for a key that is none."""
    where = [*within(wanted.since, wanted.until), *_whose(wanted), *_after(after)]
    order = (LINES.c.last_at.desc(), LINES.c.id.desc())
    found = select(*COLUMNS).where(*where).order_by(*order)
    near = found.limit(SCAN).subquery()
    filters = _filters(wanted, near)
    if filters:
        found = select(near).where(*filters).order_by(near.c.last_at.desc(), near.c.id.desc())
    lines = [Line(*row) for row in session.execute(found.limit(limit + 1))]
    if len(lines) > limit:
        return Page(tuple(lines[:limit]), key_of(lines[limit - 1]))
    end = _end_of_scan(session, where) if filters else None
    if end is None:
        return Page(tuple(lines), "")
    return Page(tuple(lines), _key(*end), end[0])


def find_line(session: Session, number: int) -> Line | None:
    row = session.execute(select(*COLUMNS).where(LINES.c.id == number)).one_or_none()
    return Line(*row) if row is not None else None


def key_of(line: Line) -> str:
    return _key(line.last_at, line.id)


def _filters(wanted: Wanted, near: Subquery) -> list[ColumnElement[bool]]:
    """What no index answers."""
    where = [
        near.c[name] == safe_text(value, LENGTHS[name])
        for name in _EQUAL
        if (value := getattr(wanted, name))
    ]
    if wanted.text:
        text = safe_text(wanted.text, LENGTHS["url"])  # spelled as it was stored
        places = (near.c.host, near.c.url, near.c.source)
        where.append(or_(*(place.icontains(text, autoescape=True) for place in places)))
    return where


def _whose(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.child:
        where.append(LINES.c.child == safe_text(wanted.child, LENGTHS["child"]))
    if wanted.children is not None:
        where.append(LINES.c.child.in_(list(wanted.children)))
    return where


def _after(key: str) -> list[ColumnElement[bool]]:
    if not key:
        return []
    at, _, number = key.partition("-")
    last_at = EPOCH + timedelta(microseconds=int(at))
    later = and_(LINES.c.last_at == last_at, LINES.c.id >= int(number))
    return [LINES.c.last_at <= last_at, ~later]


def _key(at: datetime, number: int) -> str:
    return f"{(at - EPOCH) // MICROSECOND}-{number}"


def _end_of_scan(session: Session, where: list[ColumnElement[bool]]) -> tuple[datetime, int] | None:
    """The last line that was looked at, where there are more."""
    keys = select(LINES.c.last_at, LINES.c.id).where(*where)
    ordered = keys.order_by(LINES.c.last_at.desc(), LINES.c.id.desc())
    found = session.execute(ordered.offset(SCAN - 1).limit(2)).all()
    return (found[0].last_at, found[0].id) if len(found) > 1 else None


# --- counted ---


@dataclass(frozen=True, slots=True)
class Counted:
    """Attempts of one kind, repeats included; empty: whatever it was."""

    child: str
    verdict: str
    reason: str
    category: str
    count: int


BY = ("child", "verdict", "reason", "category")


def newest(session: Session) -> tuple[int, datetime | None]:
    """What changes with nearly every line that is written: the last number and the last time."""
    number = session.scalar(select(func.max(LINES.c.id)))
    return number or 0, session.scalar(select(func.max(LINES.c.last_at)))


def counted(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    children: Collection[str] | None = None,
    by: Sequence[str] = BY,
) -> list[Counted]:
    """What was stopped in [since, until), in one pass. What passed is left out.

    `by`: what is told apart. A school has a hundred times more rows with its children than without.
    """
    names = [LINES.c[name] for name in by]
    shown = [LINES.c[name] if name in by else literal("") for name in BY]
    where = _stopped(since, until)
    if children is not None:
        where.append(LINES.c.child.in_(list(children)))
    found = session.execute(select(*shown, func.sum(LINES.c.count)).where(*where).group_by(*names))
    return [Counted(*row[:4], int(row[4])) for row in found.all()]


def top_hosts(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    children: Collection[str] | None = None,
    limit: int = 20,
) -> list[tuple[str, int]]:
    """The hosts stopped most often in [since, until)."""
    total = func.sum(LINES.c.count)
    where = [*_stopped(since, until), LINES.c.host != ""]
    if children is not None:
        where.append(LINES.c.child.in_(list(children)))
    found = session.execute(
        select(LINES.c.host, total)
        .where(*where)
        .group_by(LINES.c.host)
        .order_by(total.desc(), LINES.c.host)
        .limit(limit)
    )
    return [(host, int(count)) for host, count in found]


def _stopped(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """Visits that did not go through and whose first attempt lies in [since, until): each counts
    for one day alone."""
    return [
        LINES.c.last_at >= since,
        LINES.c.last_at < until + BUCKET,
        LINES.c.first_at >= since,
        LINES.c.first_at < until,
        LINES.c.kind == "visit",
        LINES.c.verdict != "allow",
    ]

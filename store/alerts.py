"""What an adult should look at: written once, however often it is found.

Which two alerts are the same and how bad one is says `policies.alerts`; sentences are made when
somebody reads (`documents.digest.alerts`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from kidgate.documents.digest.alerts import said
from kidgate.policies.alerts import Facts, key_of, merged, same_since, severity_of
from kidgate.store.columns import Base
from kidgate.store.schema import Alert

_TABLE = Base.metadata.tables[Alert.__tablename__]
_LAST = func.coalesce(_TABLE.c.last_at, _TABLE.c.at)
_SHOWN = 500  # at once


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert and its repeats."""

    id: int
    kind: str
    severity: str
    facts: Facts
    text: str  # of an alert from before there were facts; else empty
    first_at: datetime
    last_at: datetime
    count: int
    handled: bool
    handled_by: str
    handled_at: datetime | None

    def what(self, language: str) -> str:
        """What happened, in a sentence."""
        return said(self.kind, self.facts, self.count, language).what if self.facts else self.text

    def advice(self, language: str) -> str:
        """What to do now."""
        return said(self.kind, self.facts, self.count, language).advice


def put_alert(session: Session, *, kind: str, facts: Facts, at: datetime) -> bool:
    """Add an alert, or count up the same one where it was found lately; whether it was new.

    `facts` are plain JSON: child, device, category, hosts, ... (see `policies.alerts.KINDS`).
    """
    key = key_of(kind, facts)
    same = (_TABLE.c.kind == kind, _TABLE.c.key == key)
    since = same_since(kind, at)
    # A spell that never ends, and one that goes on after somebody looked, are told again.
    lately = (_TABLE.c.at >= since, _TABLE.c.seen.is_(False)) if since is not None else ()
    columns = (_TABLE.c.id, _TABLE.c.facts, _TABLE.c.last_at, _TABLE.c.at)
    found = session.execute(
        select(*columns).where(*same, *lately).order_by(_TABLE.c.id.desc()).limit(1)
    ).one_or_none()
    if found is None:
        _add(session, kind, key, facts, at)
        return True
    if since is None:
        return False
    changes = {
        "count": _TABLE.c.count + 1,
        "last_at": max(at, found.last_at or found.at),
        "facts": merged(found.facts, facts),
    }
    session.execute(update(_TABLE).where(_TABLE.c.id == found.id).values(changes))
    return False


def _add(session: Session, kind: str, key: str, facts: Facts, at: datetime) -> None:
    row = {
        "kind": kind,
        "severity": severity_of(kind, facts).value,
        "key": key,
        "facts": dict(facts),
        "text": "",
        "at": at,
        "last_at": at,
        "count": 1,
        "seen": False,
        "told": False,
    }
    session.execute(insert(_TABLE), [row])


def was_put(session: Session, *, kind: str, facts: Facts, at: datetime) -> bool:
    """Whether an alert tells of this moment, or of a later one like it."""
    same = (_TABLE.c.kind == kind, _TABLE.c.key == key_of(kind, facts), _since(at))
    return session.scalar(select(_TABLE.c.id).where(*same).limit(1)) is not None


def alerts_since(session: Session, kind: str, since: datetime) -> int:
    """How many alerts of a kind there were since a time."""
    where = (_TABLE.c.kind == kind, _TABLE.c.at >= since)
    return session.scalar(select(func.count()).select_from(_TABLE).where(*where)) or 0


def alerts(
    session: Session,
    *,
    handled: bool | None = False,
    since: datetime | None = None,
    children: Collection[str] | None = None,
    limit: int = _SHOWN,
) -> list[AlertRow]:
    """Alerts, the latest first. `handled` None: both kinds; `children`: those about them alone."""
    statement = select(_TABLE).order_by(_LAST.desc(), _TABLE.c.id.desc()).limit(limit)
    if handled is not None:
        statement = statement.where(_TABLE.c.seen.is_(handled))
    if since is not None:
        statement = statement.where(_since(since))
    rows = [_row(found) for found in session.execute(statement)]
    if children is None:
        return rows
    return [row for row in rows if row.facts.get("child") in children]


def unseen_alerts(session: Session, language: str = "en") -> list[tuple[str, str, str, datetime]]:
    """Kind, severity, what happened and when last, newest first."""
    found = alerts(session)
    return [(row.kind, row.severity, row.what(language), row.last_at) for row in found]


def handle(session: Session, ids: Collection[int] | None, *, by: str, at: datetime) -> int:
    """Mark alerts, or all of them, as handled; how many were not before."""
    where = [_TABLE.c.seen.is_(False)]
    if ids is not None:
        where.append(_TABLE.c.id.in_(ids))
    chosen = list(session.scalars(select(_TABLE.c.id).where(*where)))
    changes = {"seen": True, "handled_by": by, "handled_at": at}
    session.execute(update(_TABLE).where(_TABLE.c.id.in_(chosen)).values(changes))
    return len(chosen)


def handle_answered(session: Session, requests: Iterable[int], *, at: datetime) -> None:
    """Take back the alerts of requests that wait no longer."""
    keys = [str(number) for number in requests]
    where = (_TABLE.c.kind == "request", _TABLE.c.key.in_(keys), _TABLE.c.seen.is_(False))
    session.execute(update(_TABLE).where(*where).values(seen=True, handled_at=at))


def untold(session: Session, limit: int = 100) -> list[AlertRow]:
    """Alerts that no message was made for yet, oldest first."""
    statement = select(_TABLE).where(_TABLE.c.told.is_(False)).order_by(_TABLE.c.id).limit(limit)
    return [_row(found) for found in session.execute(statement)]


def mark_told(session: Session, ids: Collection[int]) -> None:
    session.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values(told=True))


def drop_old(session: Session, before: datetime) -> None:
    """Forget alerts that were handled, and that nobody met since a time."""
    session.execute(delete(_TABLE).where(_TABLE.c.seen.is_(True), ~_since(before)))


def _since(at: datetime) -> ColumnElement[bool]:
    return func.coalesce(_TABLE.c.last_at, _TABLE.c.at) >= at


def _row(found: Row[Any]) -> AlertRow:
    return AlertRow(
        found.id,
        found.kind,
        found.severity,
        found.facts,
        found.text,
        found.at,
        found.last_at or found.at,
        found._mapping["count"],
        found.seen,
        found.handled_by,
        found.handled_at,
    )

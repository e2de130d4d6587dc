"""What an adult should look at: written once, however often it is found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Alert

_TABLE = Base.metadata.tables[Alert.__tablename__]


def put_alert(session: Session, *, kind: str, severity: str, text: str, at: datetime) -> bool:
    """Add an alert unless the same one is there already; whether it was new.

    `severity` is info, warning or urgent.
    """
    same = select(_TABLE.c.id).where(_TABLE.c.kind == kind, _TABLE.c.text == text)
    if session.scalar(same) is not None:
        return False
    row = {"kind": kind, "severity": severity, "text": text, "at": at, "seen": False}
    session.execute(insert(_TABLE), [row])
    return True


def alerts_since(session: Session, kind: str, since: datetime) -> int:
    """How many alerts of a kind there were since a time."""
    where = (_TABLE.c.kind == kind, _TABLE.c.at >= since)
    return session.scalar(select(func.count()).select_from(_TABLE).where(*where)) or 0


def unseen_alerts(session: Session) -> list[tuple[str, str, str, datetime]]:
    """Kind, severity, text and time, newest first."""
    columns = (_TABLE.c.kind, _TABLE.c.severity, _TABLE.c.text, _TABLE.c.at)
    found = select(*columns).where(_TABLE.c.seen.is_(False)).order_by(_TABLE.c.at.desc())
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(found)]

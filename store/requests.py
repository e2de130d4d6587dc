"""What children asked for, and what adults answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Request

_TABLE = Base.metadata.tables[Request.__tablename__]


def approved_targets(session: Session, since: datetime) -> list[tuple[int | None, str]]:
    """The grant and the target of each request that was approved since a time."""
    where = (_TABLE.c.state == "approved", _TABLE.c.answered_at >= since)
    found = session.execute(select(_TABLE.c.grant, _TABLE.c.target).where(*where))
    return [(grant, target) for grant, target in found]

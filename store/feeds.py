"""The feeds: one row each, settings and state; their names lie in files beside the database."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kidgate.documents.feed_row import FeedRow
from kidgate.store.columns import Base
from kidgate.store.schema import Feed

_TABLE = Base.metadata.tables[Feed.__tablename__]
_COLUMNS = tuple(_TABLE.c[f.name] for f in fields(FeedRow))


def all_feeds(session: Session) -> list[FeedRow]:
    """Every feed, by name."""
    rows = session.execute(select(*_COLUMNS).order_by(_TABLE.c.name))
    return [FeedRow(**row._mapping) for row in rows]


def put_feed(session: Session, row: FeedRow) -> None:
    """Add a feed, or replace the one of that name."""
    remove_feed(session, row.name)
    session.execute(insert(_TABLE), [asdict(row)])


def find_feed(session: Session, name: str) -> FeedRow | None:
    """The feed of a name."""
    row = session.execute(select(*_COLUMNS).where(_TABLE.c.name == name)).first()
    return None if row is None else FeedRow(**row._mapping)


def remove_feed(session: Session, name: str) -> bool:
    """Whether there was one."""
    found = session.scalar(select(_TABLE.c.name).where(_TABLE.c.name == name))
    session.execute(delete(_TABLE).where(_TABLE.c.name == name))
    return found is not None

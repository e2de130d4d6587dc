"""The feeds that were imported: one row each; their names lie in files beside the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Feed


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A list, and what became of its lines: lines = accepted + duplicate + sum(skipped)."""

    name: str
    category: str
    location: str  # path or URL
    imported_at: datetime  # aware
    format: str = ""
    licence: str = ""
    lines: int = 0
    accepted: int = 0
    duplicate: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    names: int = 0
    urls: int = 0
    sha256: str = ""


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


def remove_feed(session: Session, name: str) -> bool:
    """Whether there was one."""
    found = session.scalar(select(_TABLE.c.name).where(_TABLE.c.name == name))
    session.execute(delete(_TABLE).where(_TABLE.c.name == name))
    return found is not None

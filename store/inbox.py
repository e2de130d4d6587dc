"""Devices that asked and that nobody has named, until an adult says whose they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import StrangerLine

MOST = 500  # a child who makes up MAC addresses must not fill the disk
_TABLE = Base.metadata.tables[StrangerLine.__tablename__]


@dataclass(frozen=True, slots=True)
class Seen:
    """An unknown device. Addresses are canonical; times aware."""

    key: str  # its MAC address, else the address it was seen at
    mac: str  # empty: nobody knows it
    address: str  # where it was seen last
    name: str  # what it calls itself: shown, never believed
    way: str  # in, as config.yaml calls it
    first_at: datetime
    last_at: datetime


def put_seen(session: Session, seen: Seen) -> bool:
    """Add a device, or say where it was seen last; whether it is new. The oldest make room."""
    last = {"address": seen.address, "way": seen.way, "last_at": seen.last_at}
    if seen.name:
        last["name"] = seen.name
    changed = session.execute(update(_TABLE).where(_TABLE.c.key == seen.key).values(last))
    if changed.rowcount:  # type: ignore[attr-defined]
        return False
    session.execute(insert(_TABLE), [asdict(seen)])
    count = session.scalar(select(func.count()).select_from(_TABLE)) or 0
    if count > MOST:
        oldest = select(_TABLE.c.key).order_by(_TABLE.c.last_at, _TABLE.c.key).limit(count - MOST)
        keys = list(session.scalars(oldest))
        session.execute(delete(_TABLE).where(_TABLE.c.key.in_(keys)))
    return True


def all_seen(session: Session) -> list[Seen]:
    """Every device, the one seen last first."""
    found = session.execute(select(_TABLE).order_by(_TABLE.c.last_at.desc(), _TABLE.c.key))
    return [Seen(**row) for row in found.mappings()]


def forget(session: Session, key: str) -> bool:
    """Whether the device was there; it comes back when it asks again."""
    return bool(session.execute(delete(_TABLE).where(_TABLE.c.key == key)).rowcount)  # type: ignore[attr-defined]

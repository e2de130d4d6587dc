"""The PINs of profiles, hashed. Not a part of the policy: no version, no file and no worker has
them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Pin

_TABLE = Base.metadata.tables[Pin.__tablename__]


def put_pin(session: Session, profile: str, hash: str, at: datetime) -> None:
    """Set a profile's PIN, or take it away with an empty hash."""
    session.execute(delete(_TABLE).where(_TABLE.c.profile == profile))
    if hash:
        session.execute(insert(_TABLE), [{"profile": profile, "hash": hash, "set_at": at}])


def pin_hash(session: Session, profile: str) -> str:
    """Argon2 in its PHC spelling; empty: the profile has no PIN."""
    return session.scalar(select(_TABLE.c.hash).where(_TABLE.c.profile == profile)) or ""


def with_pins(session: Session) -> tuple[str, ...]:
    """The profiles that have a PIN."""
    return tuple(session.scalars(select(_TABLE.c.profile).order_by(_TABLE.c.profile)))

"""Keys with which programs act for a user. Known by their hashes alone (`keys.py`)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.fold import safe_text
from kidgate.store.schema import Token as TokenLine
from kidgate.store.schema import User

MOST = 20  # for each user
USED_EVERY = timedelta(minutes=10)  # how exactly the last use is kept
_TABLE = Base.metadata.tables[TokenLine.__tablename__]
_USERS = Base.metadata.tables[User.__tablename__]


@dataclass(frozen=True, slots=True)
class Token:
    id: int
    user: str
    name: str  # what its user calls it
    write: bool  # False: it may look only
    made_at: datetime
    until: datetime | None  # None: until it is removed
    used_at: datetime | None


_COLUMNS = tuple(_TABLE.c[field.name] for field in fields(Token))


def find_token(session: Session, hash: str, now: datetime) -> Token | None:
    """None: there is none with this key, it is over, or its user may not sign in."""
    found = (
        select(*_COLUMNS)
        .join(_USERS, _USERS.c.name == _TABLE.c.user)
        .where(_TABLE.c.hash == hash, _USERS.c.active.is_(True))
        .where(or_(_TABLE.c.until.is_(None), _TABLE.c.until > now))
    )
    row = session.execute(found).one_or_none()
    return Token(*row) if row is not None else None


def tokens_of(session: Session, user: str) -> list[Token]:
    """The newest first."""
    found = select(*_COLUMNS).where(_TABLE.c.user == user).order_by(_TABLE.c.id.desc())
    return [Token(*row) for row in session.execute(found)]


def count_tokens(session: Session, user: str) -> int:
    where = _TABLE.c.user == user
    return session.scalar(select(func.count()).select_from(_TABLE).where(where)) or 0


def put_token(
    session: Session,
    user: str,
    name: str,
    hash: str,
    *,
    write: bool,
    until: datetime | None,
    at: datetime,
) -> int:
    """Its number."""
    row = {"user": user, "name": safe_text(name, 64), "hash": hash, "write": write}
    made = insert(_TABLE).values(row | {"made_at": at, "until": until}).returning(_TABLE.c.id)
    return int(session.execute(made).scalar_one())


def touch_token(session: Session, id: int, now: datetime) -> None:
    stale = or_(_TABLE.c.used_at.is_(None), _TABLE.c.used_at < now - USED_EVERY)
    session.execute(update(_TABLE).where(_TABLE.c.id == id, stale).values(used_at=now))


def remove_token(session: Session, user: str, id: int) -> bool:
    """Whether the user had it."""
    gone = delete(_TABLE).where(_TABLE.c.user == user, _TABLE.c.id == id)
    return bool(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def remove_tokens(session: Session, user: str) -> int:
    """All of one user; how many there were."""
    return session.execute(delete(_TABLE).where(_TABLE.c.user == user)).rowcount  # type: ignore[attr-defined,no-any-return]


def sweep_tokens(session: Session, now: datetime) -> int:
    """Forget those that are over."""
    return session.execute(delete(_TABLE).where(_TABLE.c.until <= now)).rowcount  # type: ignore[attr-defined,no-any-return]

"""Who is signed in, in which browser. Keys are known by their hashes alone (`keys.py`)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.fold import safe_text
from kidgate.store.schema import Login as LoginLine
from kidgate.store.schema import User

LONGEST = timedelta(days=14)  # nobody stays signed in longer, however busy
IDLE = timedelta(days=3)  # nor longer than this without a page
MOST = 10  # for each user; the one not seen for longest makes room
SEEN_EVERY = timedelta(minutes=1)  # an SD card need not hear of every page
_TABLE = Base.metadata.tables[LoginLine.__tablename__]
_USERS = Base.metadata.tables[User.__tablename__]


@dataclass(frozen=True, slots=True)
class Login:
    hash: str
    user: str
    opened_at: datetime
    seen_at: datetime
    until: datetime
    address: str
    agent: str  # what the browser calls itself: shown, never believed


_COLUMNS = tuple(_TABLE.c[field.name] for field in fields(Login))


def find_login(session: Session, hash: str, now: datetime) -> Login | None:
    """None: there is none with this key, it is over, or its user may not sign in."""
    found = (
        select(*_COLUMNS)
        .join(_USERS, _USERS.c.name == _TABLE.c.user)
        .where(_TABLE.c.hash == hash, _USERS.c.active.is_(True))
        .where(_TABLE.c.until > now, _TABLE.c.seen_at > now - IDLE)
    )
    row = session.execute(found).one_or_none()
    return Login(*row) if row is not None else None


def logins_of(session: Session, user: str, now: datetime) -> list[Login]:
    """Those that are not over, the one seen last first."""
    where = (_TABLE.c.user == user, _TABLE.c.until > now, _TABLE.c.seen_at > now - IDLE)
    order = (_TABLE.c.seen_at.desc(), _TABLE.c.hash)
    return [
        Login(*row) for row in session.execute(select(*_COLUMNS).where(*where).order_by(*order))
    ]


def put_login(session: Session, login: Login) -> int:
    """Add one; how many of the same user were closed to make room."""
    row = {name: getattr(login, name) for name in Login.__slots__}
    row |= {"address": safe_text(login.address, 64), "agent": safe_text(login.agent, 300)}
    order = (_TABLE.c.seen_at.desc(), _TABLE.c.opened_at.desc(), _TABLE.c.hash)
    of_user = select(_TABLE.c.hash).where(_TABLE.c.user == login.user).order_by(*order)
    old = list(session.scalars(of_user.offset(MOST - 1)))
    session.execute(delete(_TABLE).where(_TABLE.c.hash.in_(old)))
    session.execute(insert(_TABLE), [row])
    return len(old)


def touch_login(session: Session, hash: str, now: datetime) -> bool:
    """Note that it was used; whether it is there."""
    where = (_TABLE.c.hash == hash, _TABLE.c.seen_at < now - SEEN_EVERY)
    session.execute(update(_TABLE).where(*where).values(seen_at=now))
    return session.scalar(select(_TABLE.c.hash).where(_TABLE.c.hash == hash)) is not None


def close_login(session: Session, hash: str) -> int:
    return session.execute(delete(_TABLE).where(_TABLE.c.hash == hash)).rowcount  # type: ignore[attr-defined,no-any-return]


def close_logins(session: Session, user: str) -> int:
    """All of one user; how many there were."""
    return session.execute(delete(_TABLE).where(_TABLE.c.user == user)).rowcount  # type: ignore[attr-defined,no-any-return]


def sweep_logins(session: Session, now: datetime) -> int:
    """Forget those that are over."""
    over = or_(_TABLE.c.until <= now, _TABLE.c.seen_at <= now - IDLE)
    return session.execute(delete(_TABLE).where(over)).rowcount  # type: ignore[attr-defined,no-any-return]

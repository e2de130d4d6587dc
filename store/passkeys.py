"""Passkeys: public keys of the authenticators that users registered. Nothing here is secret."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.fold import safe_text
from kidgate.store.schema import Passkey as PasskeyLine
from kidgate.store.schema import User

MOST = 20  # for each user
_TABLE = Base.metadata.tables[PasskeyLine.__tablename__]
_USERS = Base.metadata.tables[User.__tablename__]


@dataclass(frozen=True, slots=True)
class Passkey:
    id: str  # base64url without padding, as browsers spell it
    user: str
    key: str  # public: COSE in base64url
    count: int  # signatures, as the authenticator counts them; 0: it does not
    name: str  # what its user calls it
    added_at: datetime
    used_at: datetime | None


_COLUMNS = tuple(_TABLE.c[field.name] for field in fields(Passkey))


def find_passkey(session: Session, id: str) -> Passkey | None:
    """None: nobody has it, or its user may not sign in."""
    found = (
        select(*_COLUMNS)
        .join(_USERS, _USERS.c.name == _TABLE.c.user)
        .where(_TABLE.c.id == id, _USERS.c.active.is_(True))
    )
    row = session.execute(found).one_or_none()
    return Passkey(*row) if row is not None else None


def is_known(session: Session, id: str) -> bool:
    """Whether anybody has it."""
    return session.scalar(select(_TABLE.c.id).where(_TABLE.c.id == id)) is not None


def passkeys_of(session: Session, user: str) -> list[Passkey]:
    """The oldest first."""
    order = (_TABLE.c.added_at, _TABLE.c.id)
    found = select(*_COLUMNS).where(_TABLE.c.user == user).order_by(*order)
    return [Passkey(*row) for row in session.execute(found)]


def put_passkey(session: Session, passkey: Passkey) -> None:
    row = {name: getattr(passkey, name) for name in Passkey.__slots__}
    session.execute(insert(_TABLE), [row | {"name": safe_text(passkey.name, 64)}])


def use_passkey(session: Session, id: str, count: int, now: datetime) -> bool:
    """Note a signature's count. False: one with this count or a higher one was seen before, so
    that two sign-ins with one signature, or a copied authenticator, succeed once."""
    newer = _TABLE.c.count < count if count else _TABLE.c.count == 0
    where = (_TABLE.c.id == id, newer)
    changed = session.execute(update(_TABLE).where(*where).values(count=count, used_at=now))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def remove_passkey(session: Session, user: str, id: str) -> bool:
    """Whether the user had it."""
    gone = delete(_TABLE).where(_TABLE.c.user == user, _TABLE.c.id == id)
    return bool(session.execute(gone).rowcount)  # type: ignore[attr-defined]

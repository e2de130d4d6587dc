"""Adults who may sign in. What they sign in with is read one person at a time, never listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kidgate.policies.people import Role
from kidgate.store.columns import Base
from kidgate.store.schema import Passkey
from kidgate.store.schema import User as UserLine

_TABLE = Base.metadata.tables[UserLine.__tablename__]
_PASSKEYS = Base.metadata.tables[Passkey.__tablename__]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, without anything secret."""

    name: str  # canonical, see `policies.people.canonical_name`
    role: Role
    language: str
    groups: tuple[str, ...]  # a teacher's classes
    active: bool
    created_at: datetime
    has_password: bool
    has_totp: bool
    recovery_left: int  # codes not used yet
    passkeys: int


@dataclass(frozen=True, slots=True)
class Secrets:
    """What somebody signs in with. Only for the sign-in itself: never shown, never logged."""

    password_hash: str  # Argon2 in its PHC spelling; empty: none
    totp_secret: str  # base32; empty: none
    totp_step: int  # the last one used
    recovery: tuple[str, ...]  # hashes

    def __repr__(self) -> str:
        return "Secrets(...)"


def all_users(session: Session) -> list[User]:
    """By name."""
    return [_user(row) for row in session.execute(_users().order_by(_TABLE.c.name))]


def find_user(session: Session, name: str) -> User | None:
    """By the canonical name."""
    row = session.execute(_users().where(_TABLE.c.name == name)).one_or_none()
    return _user(row) if row is not None else None


def secrets_of(session: Session, name: str) -> Secrets | None:
    """None: nobody has this name, or they may not sign in."""
    columns = (_TABLE.c.password_hash, _TABLE.c.totp_secret, _TABLE.c.totp_step, _TABLE.c.recovery)
    found = select(*columns).where(_TABLE.c.name == name, _TABLE.c.active.is_(True))
    row = session.execute(found).one_or_none()
    return Secrets(row[0] or "", row[1], row[2], tuple(row[3])) if row is not None else None


def count_users(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(_TABLE)) or 0


def other_owners(session: Session, name: str) -> int:
    """How many besides this one are owners who may sign in."""
    where = (_TABLE.c.role == Role.OWNER, _TABLE.c.active.is_(True), _TABLE.c.name != name)
    return session.scalar(select(func.count()).select_from(_TABLE).where(*where)) or 0


def has_owner(session: Session) -> bool:
    """Whether there is one who may sign in."""
    return other_owners(session, "") > 0


def put_user(
    session: Session,
    name: str,
    *,
    role: Role,
    language: str,
    groups: Iterable[str],
    password_hash: str,
    at: datetime,
) -> None:
    """A new user; nobody may have the name yet."""
    row: dict[str, Any] = {"name": name, "role": role, "language": language, "active": True}
    row |= {"groups": [*groups], "created_at": at, "password_hash": password_hash or None}
    session.execute(insert(_TABLE), [row])


def change_user(session: Session, name: str, **fields: Any) -> None:
    """Set columns of one user."""
    session.execute(update(_TABLE).where(_TABLE.c.name == name).values(fields))


def remove_user(session: Session, name: str) -> None:
    """With everything the user signs in with; the audit log keeps the name."""
    session.execute(delete(_TABLE).where(_TABLE.c.name == name))


def use_totp_step(session: Session, name: str, step: int) -> bool:
    """Note that a step's code was used; False: that one, or a later one, was used before."""
    where = (_TABLE.c.name == name, _TABLE.c.totp_step < step)
    changed = session.execute(update(_TABLE).where(*where).values(totp_step=step))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _users() -> Any:
    passkeys = (
        select(func.count())
        .where(_PASSKEYS.c.user == _TABLE.c.name)
        .correlate(_TABLE)
        .scalar_subquery()
    )
    return select(_TABLE, passkeys.label("passkeys"))


def _user(row: Row[Any]) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        language=row.language,
        groups=tuple(row.groups),
        active=row.active,
        created_at=row.created_at,
        has_password=bool(row.password_hash),
        has_totp=bool(row.totp_secret),
        recovery_left=len(row.recovery),
        passkeys=row.passkeys,
    )

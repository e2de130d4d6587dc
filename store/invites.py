"""Links that let one person make an account. Known by the hashes of their keys (`keys.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kidgate.policies.people import Role
from kidgate.store.columns import Base
from kidgate.store.schema import Invite as InviteLine

_TABLE = Base.metadata.tables[InviteLine.__tablename__]


@dataclass(frozen=True, slots=True)
class Invite:
    role: Role
    groups: tuple[str, ...]
    first: bool  # good for the first owner of the house alone
    until: datetime


def find_invite(session: Session, hash: str, now: datetime) -> Invite | None:
    """None: there was none, it was used, or it is over."""
    columns = (_TABLE.c.role, _TABLE.c.groups, _TABLE.c.first, _TABLE.c.until)
    found = select(*columns).where(_TABLE.c.hash == hash, _TABLE.c.until > now)
    row = session.execute(found).one_or_none()
    return Invite(Role(row[0]), tuple(row[1]), row[2], row[3]) if row is not None else None


def put_invite(session: Session, hash: str, invite: Invite, now: datetime) -> None:
    row = {"hash": hash, "role": invite.role, "groups": [*invite.groups], "first": invite.first}
    session.execute(insert(_TABLE), [row | {"made_at": now, "until": invite.until}])


def drop_invite(session: Session, hash: str) -> bool:
    """Whether it was still there: of two who use one link at once, one hears True."""
    return bool(session.execute(delete(_TABLE).where(_TABLE.c.hash == hash)).rowcount)  # type: ignore[attr-defined]


def drop_first_invites(session: Session) -> int:
    """Links for the first owner: an older one must not outlive a newer one, nor the account."""
    return session.execute(delete(_TABLE).where(_TABLE.c.first.is_(True))).rowcount  # type: ignore[attr-defined,no-any-return]


def sweep_invites(session: Session, now: datetime) -> int:
    """Forget those that are over."""
    return session.execute(delete(_TABLE).where(_TABLE.c.until <= now)).rowcount  # type: ignore[attr-defined,no-any-return]

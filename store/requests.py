"""What children asked for, and what adults answered.

What may be answered is `policies.requests`' business. Every function takes a session of
`Database.reading()` or, to write, of `Database.writing()`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kidgate.policies.model import Reason
from kidgate.policies.names import parse_url
from kidgate.policies.requests import Ask
from kidgate.store.columns import Base
from kidgate.store.schema import Request, User

_TABLE = Base.metadata.tables[Request.__tablename__]
_USERS = Base.metadata.tables[User.__tablename__]
LINKS = 20  # that may answer one request; the oldest of more ends


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it stands. Names are empty where nothing is known."""

    id: int
    at: datetime  # of the last repeat
    profile: str
    device: str
    target: str  # what is asked for; once approved, what was opened
    url: str
    note: str
    state: str  # open | approved | denied | expired
    answered_by: str
    answered_at: datetime | None
    answer: str  # what the adult said to the child
    grant: int | None
    site: str
    service: str
    category: str
    reason: str
    entry: str
    scope: str
    duration: str
    whom: str
    rule: int | None
    until: datetime | None


def ask_of(found: Asked) -> Ask:
    """What a request is about, for `policies.requests.offers`."""
    return Ask(
        child=found.profile,
        device=found.device,
        url=parse_url(found.url),
        reason=Reason(found.reason),
        service=found.service,
        category=found.category,
    )


_COLUMNS = tuple(_TABLE.c[field.name] for field in fields(Asked))


def put_request(session: Session, **values: Any) -> int:
    """A new request, open; its number. Fields as in `Asked`."""
    row = {
        "state": "open",
        "answered_by": "",
        "answer": "",
        "links": [],
        **values,
    }
    return int(session.scalars(insert(_TABLE).returning(_TABLE.c.id), [row]).one())


def find_request(session: Session, number: int) -> Asked | None:
    row = session.execute(select(*_COLUMNS).where(_TABLE.c.id == number)).one_or_none()
    return Asked(*row) if row is not None else None


def open_request(session: Session, profile: str, site: str) -> Asked | None:
    """The open request of a child for a site."""
    where = (_TABLE.c.state == "open", _TABLE.c.profile == profile, _TABLE.c.site == site)
    row = session.execute(select(*_COLUMNS).where(*where).order_by(_TABLE.c.id)).first()
    return Asked(*row) if row is not None else None


def all_requests(
    session: Session,
    *,
    state: str | None = None,
    profiles: Collection[str] | None = None,
    limit: int = 100,
) -> list[Asked]:
    """Requests, newest first; `profiles`: of these children alone."""
    statement = select(*_COLUMNS)
    if state is not None:
        statement = statement.where(_TABLE.c.state == state)
    if profiles is not None:
        statement = statement.where(_TABLE.c.profile.in_(list(profiles)))
    statement = statement.order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(limit)
    return [Asked(*row) for row in session.execute(statement)]


def past_requests(
    session: Session,
    *,
    before: int | None = None,
    profiles: Collection[str] | None = None,
    limit: int = 20,
) -> list[Asked]:
    """Requests that wait no longer, newest first, from those `before` a number on."""
    where = [_TABLE.c.state != "open"]
    if before is not None:
        where.append(_TABLE.c.id < before)
    if profiles is not None:
        where.append(_TABLE.c.profile.in_(list(profiles)))
    found = select(*_COLUMNS).where(*where).order_by(_TABLE.c.id.desc()).limit(limit)
    return [Asked(*row) for row in session.execute(found)]


def count_open(session: Session, profiles: Collection[str] | None = None) -> int:
    """How many requests wait; `profiles`: of these children alone."""
    where = [_TABLE.c.state == "open"]
    if profiles is not None:
        where.append(_TABLE.c.profile.in_(list(profiles)))
    return session.scalar(select(func.count()).select_from(_TABLE).where(*where)) or 0


def count_requests(
    session: Session, profile: str, *, state: str | None = None, since: datetime | None = None
) -> int:
    """How many requests of a child there are."""
    where = [_TABLE.c.profile == profile]
    if state is not None:
        where.append(_TABLE.c.state == state)
    if since is not None:
        where.append(_TABLE.c.at >= since)
    return session.scalar(select(func.count()).select_from(_TABLE).where(*where)) or 0


def change_request(session: Session, number: int, **values: Any) -> None:
    session.execute(update(_TABLE).where(_TABLE.c.id == number).values(values))


def expire_requests(session: Session, before: datetime, at: datetime) -> list[int]:
    """Close what nobody answered since before a time; which."""
    where = (_TABLE.c.state == "open", _TABLE.c.at < before)
    found = list(session.scalars(select(_TABLE.c.id).where(*where)))
    for number in found:
        change_request(session, number, state="expired", answered_at=at, links=[])
    return found


def purge_requests(session: Session, before: datetime) -> None:
    """Forget what is answered, or was never, and was asked before a time."""
    where = (_TABLE.c.state != "open", _TABLE.c.at < before)
    session.execute(delete(_TABLE).where(*where))


# --- links ---


def add_link(session: Session, number: int, nonce: str) -> None:
    """Let a link answer a request: by the hash of its nonce."""
    change_request(session, number, links=[*_links(session, number), nonce][-LINKS:])


def has_link(session: Session, number: int, nonce: str) -> bool:
    """Whether a link may still answer a request."""
    return nonce in _links(session, number)


def _links(session: Session, number: int) -> Sequence[str]:
    return session.scalar(select(_TABLE.c.links).where(_TABLE.c.id == number)) or ()


def adult(session: Session, user: str) -> tuple[str, tuple[str, ...]] | None:
    """The role and the classes of somebody who may sign in; None: nobody, or not any more."""
    columns = (_USERS.c.role, _USERS.c.groups)
    where = (_USERS.c.name == user, _USERS.c.active)
    row = session.execute(select(*columns).where(*where)).one_or_none()
    return (row.role, tuple(row.groups)) if row is not None else None


# --- for the scoreboard of feeds ---


def approved_targets(session: Session, since: datetime) -> list[tuple[int | None, str]]:
    """The grant and the target of each request that was approved since a time."""
    where = (_TABLE.c.state == "approved", _TABLE.c.answered_at >= since)
    found = session.execute(select(_TABLE.c.grant, _TABLE.c.target).where(*where))
    return [(grant, target) for grant, target in found]

"""The ways to tell adults, and the messages that wait to be sent.

A channel's URL holds a password or a token: it is read here by whoever sends and by nobody else.
`ChannelRow.address` is what may be shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kidgate.store import dialects
from kidgate.store.columns import Base
from kidgate.store.schema import Channel, Outgoing, User

_CHANNELS = Base.metadata.tables[Channel.__tablename__]
_OUTBOX = Base.metadata.tables[Outgoing.__tablename__]
_USERS = Base.metadata.tables[User.__tablename__]
WAITING, SENT, FAILED, SUMMED = "waiting", "sent", "failed", "summed"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    id: int
    name: str
    user: str  # empty: the house, which is told of everybody
    url: str = field(repr=False)
    severity: str = "info"
    kinds: tuple[str, ...] = ()
    quiet: str = ""  # schedule text
    language: str = ""
    hourly: int = 12
    enabled: bool = True
    created_at: datetime | None = None
    fault: str = ""
    fault_at: datetime | None = None

    @property
    def address(self) -> str:
        """What may be shown of the URL: what kind of service it is."""
        return self.url.partition("://")[0] + "://…"


@dataclass(frozen=True, slots=True)
class Reader:
    """An adult as far as telling goes."""

    name: str
    role: str
    groups: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    """One that waits, or waited."""

    id: int
    channel: int
    key: str
    severity: str
    at: datetime
    due_at: datetime
    tries: int
    title: str
    text: str = field(repr=False)
    html: str = field(repr=False)


_NAMES = tuple(spec.name for spec in fields(ChannelRow))
_MESSAGE = tuple(_OUTBOX.c[spec.name] for spec in fields(Message))


def all_channels(session: Session) -> list[ChannelRow]:
    found = session.execute(select(_CHANNELS).order_by(_CHANNELS.c.name))
    return [_channel(row._mapping) for row in found]


def find_channel(session: Session, name: str) -> ChannelRow | None:
    row = session.execute(select(_CHANNELS).where(_CHANNELS.c.name == name)).one_or_none()
    return _channel(row._mapping) if row is not None else None


def put_channel(session: Session, row: ChannelRow) -> int:
    """Write a channel: a new one where its id is 0; its id."""
    values = {name: getattr(row, name) for name in _NAMES if name != "id"}
    values["kinds"] = list(row.kinds)
    if row.id:
        session.execute(update(_CHANNELS).where(_CHANNELS.c.id == row.id).values(values))
        return row.id
    made = session.execute(insert(_CHANNELS).values(values).returning(_CHANNELS.c.id))
    return int(made.scalar_one())


def drop_channel(session: Session, number: int) -> None:
    """A channel goes with all that waits for it."""
    session.execute(delete(_OUTBOX).where(_OUTBOX.c.channel == number))
    session.execute(delete(_CHANNELS).where(_CHANNELS.c.id == number))


def note_fault(session: Session, number: int, fault: str, at: datetime | None) -> None:
    """How the last try went; empty: well."""
    values = {"fault": fault, "fault_at": at}
    session.execute(update(_CHANNELS).where(_CHANNELS.c.id == number).values(values))


def readers(session: Session) -> dict[str, Reader]:
    """The adults who may sign in, by name."""
    found = session.execute(select(_USERS).where(_USERS.c.active.is_(True)))
    return {
        row.name: Reader(row.name, row.role, tuple(row.groups or ()), row.language) for row in found
    }


# --- the outbox ---


def put_messages(session: Session, messages: Iterable[Mapping[str, Any]]) -> None:
    """Let messages wait: channel, key, severity, at, title, text, html.

    One that tells a channel what was told there before is left out.
    """
    rows = [
        {"due_at": message["at"], "tries": 0, "state": WAITING, "fault": "", **message}
        for message in messages
    ]
    if rows:
        dialect = session.get_bind().dialect.name
        add = dialects.insert_missing(dialect, _OUTBOX, key=("channel", "key"))
        session.execute(add, rows)


def is_told(session: Session, key: str) -> set[int]:
    """The channels that a message was made for."""
    return set(session.scalars(select(_OUTBOX.c.channel).where(_OUTBOX.c.key == key)))


def is_due(session: Session, now: datetime) -> bool:
    """Whether the time of any message has come."""
    return session.scalar(select(_OUTBOX.c.id).where(*_due(now)).limit(1)) is not None


def claim(session: Session, now: datetime, until: datetime) -> list[Message]:
    """Messages whose time has come, oldest first. Nobody else has them before `until`: two boxes
    with one database send none twice, and one that dies while it sends loses none."""
    mine = update(_OUTBOX).where(*_due(now)).values(due_at=until).returning(*_MESSAGE)
    return sorted((Message(*row) for row in session.execute(mine)), key=lambda found: found.id)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_OUTBOX.c.state == WAITING, _OUTBOX.c.due_at <= now)


def sent_lately(session: Session, now: datetime) -> dict[int, int]:
    """How many messages each channel had in the last hour."""
    where = (_OUTBOX.c.state == SENT, _OUTBOX.c.done_at > now - _HOUR)
    counted = select(_OUTBOX.c.channel, func.count()).where(*where).group_by(_OUTBOX.c.channel)
    return {channel: int(count) for channel, count in session.execute(counted)}


def wait_until(session: Session, ids: Collection[int], due_at: datetime) -> None:
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(ids)).values(due_at=due_at))


def mark_sent(session: Session, ids: Collection[int], at: datetime, *, state: str = SENT) -> None:
    """Messages that are out, or summed up in another. What they said is forgotten here."""
    values = {"state": state, "done_at": at, "text": "", "html": "", "fault": ""}
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(ids)).values(values))


def mark_tried(session: Session, number: int, fault: str, again: datetime | None) -> None:
    """A message that could not be sent, and when it is tried again; None: it is given up."""
    values = {"tries": _OUTBOX.c.tries + 1, "fault": fault}
    more = {"due_at": again} if again is not None else {"state": FAILED, "text": "", "html": ""}
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == number).values(values | more))


def drop_old(session: Session, before: datetime) -> None:
    """Forget what was told long ago."""
    old = or_(_OUTBOX.c.done_at < before, _OUTBOX.c.at < before)
    session.execute(delete(_OUTBOX).where(_OUTBOX.c.state != WAITING, old))


def _channel(values: Mapping[Any, Any]) -> ChannelRow:
    found = {name: values[name] for name in _NAMES}
    return ChannelRow(**found | {"kinds": tuple(found["kinds"])})

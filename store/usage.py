"""The rows of the ledger of time. What they mean is `policies.ledger`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from kidgate.policies.ledger import Span, whole_minutes
from kidgate.store.columns import Base
from kidgate.store.schema import Bonus, TimeTold, Usage, UsageLine

_SPANS = Base.metadata.tables[Usage.__tablename__]
_LINES = Base.metadata.tables[UsageLine.__tablename__]
_BONUSES = Base.metadata.tables[Bonus.__tablename__]
_TOLD = Base.metadata.tables[TimeTold.__tablename__]


@dataclass(frozen=True, slots=True)
class Used:
    """A span of the ledger."""

    profile: str
    device: str
    key: str
    span: Span
    id: int = 0  # 0: it is not written yet


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes given for a day."""

    id: int
    profile: str
    day: date
    key: str
    minutes: int
    reason: str
    author: str
    at: datetime


def spans(session: Session, profiles: Collection[str], days: Collection[date]) -> list[Used]:
    """The spans of some profiles on some days."""
    table = _SPANS.c
    columns = (table.profile, table.device, table.key, table.day, table.started_at, table.ended_at)
    asked = select(*columns, table.id).where(table.profile.in_(profiles), table.day.in_(days))
    found = session.execute(asked)
    return [Used(*row[:3], Span(*row[3:6]), row[6]) for row in found]


def replace_spans(session: Session, gone: Collection[int], new: Iterable[Used]) -> None:
    if gone:
        session.execute(delete(_SPANS).where(_SPANS.c.id.in_(gone)))
    rows = [
        {
            "profile": used.profile,
            "device": used.device,
            "key": used.key,
            "day": used.span.day,
            "started_at": used.span.start,
            "ended_at": used.span.end,
        }
        for used in new
    ]
    if rows:
        session.execute(insert(_SPANS), rows)


def days_of(session: Session, profile: str) -> list[date]:
    """The days of which something is kept."""
    asked = select(_SPANS.c.day).where(_SPANS.c.profile == profile).distinct()
    return sorted(session.scalars(asked))


def zero_of(session: Session, boot: str) -> datetime | None:
    """Where on the steady line a start of the box lies; None: it was never heard of."""
    return session.scalar(select(_LINES.c.zero).where(_LINES.c.boot == boot))


def put_zero(session: Session, boot: str, zero: datetime) -> None:
    session.execute(insert(_LINES), [{"boot": boot, "zero": zero}])


def is_empty(session: Session) -> bool:
    """Whether nobody has used or been given anything yet."""
    return not any(session.scalar(select(table.c.id).limit(1)) for table in (_SPANS, _BONUSES))


def last_end(session: Session) -> datetime | None:
    """Where the steady line has been used up to. Asked once for each start of the box."""
    return session.scalar(select(_SPANS.c.ended_at).order_by(_SPANS.c.ended_at.desc()).limit(1))


def bonuses(session: Session, profiles: Collection[str], days: Collection[date]) -> list[Given]:
    table = _BONUSES.c
    asked = select(_BONUSES).where(table.profile.in_(profiles), table.day.in_(days))
    return [Given(**row._mapping) for row in session.execute(asked.order_by(table.id))]


def bonus(session: Session, id: int) -> Given | None:
    row = session.execute(select(_BONUSES).where(_BONUSES.c.id == id)).first()
    return Given(**row._mapping) if row is not None else None


def add_bonus(session: Session, given: Given) -> int:
    """Write it; its number."""
    fields = {name: getattr(given, name) for name in Given.__slots__ if name != "id"}
    session.execute(insert(_BONUSES), [fields])
    return session.scalar(select(func.max(_BONUSES.c.id))) or 0


def remove_bonus(session: Session, id: int) -> None:
    session.execute(delete(_BONUSES).where(_BONUSES.c.id == id))


def told(
    session: Session, profiles: Collection[str], days: Collection[date]
) -> list[tuple[str, date, str, str]]:
    """What was told: profile, day, key and notice."""
    table = _TOLD.c
    asked = select(table.profile, table.day, table.key, table.notice)
    found = session.execute(asked.where(table.profile.in_(profiles), table.day.in_(days)))
    return [(row[0], row[1], row[2], row[3]) for row in found]


def put_told(session: Session, profile: str, day: date, key: str, notice: str) -> bool:
    """Note that it is told; whether it was not before."""
    if (profile, day, key, notice) in told(session, (profile,), (day,)):
        return False
    values = {"profile": profile, "day": day, "key": key, "notice": notice}
    session.execute(insert(_TOLD), [values])
    return True


def forget_warnings(session: Session, profile: str, day: date) -> None:
    """With more minutes the warnings come anew."""
    table = _TOLD.c
    session.execute(
        delete(_TOLD).where(
            table.profile == profile, table.day == day, table.notice.startswith("left:")
        )
    )


@dataclass(frozen=True, slots=True)
class DayUsed:
    """A profile's day, counted from the spans."""

    used: Mapping[str, int]  # whole minutes by key
    bonuses: tuple[Given, ...]

    @property
    def bonus(self) -> dict[str, int]:
        """Minutes given, by key."""
        found: dict[str, int] = {}
        for given in self.bonuses:
            found[given.key] = found.get(given.key, 0) + given.minutes
        return found

    @property
    def counted(self) -> dict[str, int]:
        """What limits are held against: used, less what was given."""
        bonus = self.bonus
        keys = {*self.used, *bonus}
        return {key: self.used.get(key, 0) - bonus.get(key, 0) for key in sorted(keys)}


def day_used(session: Session, profile: str, day: date) -> DayUsed:
    pieces: dict[str, list[Span]] = {}
    for used in spans(session, (profile,), (day,)):
        pieces.setdefault(used.key, []).append(used.span)
    minutes = {key: whole_minutes(found) for key, found in sorted(pieces.items())}
    return DayUsed(minutes, tuple(bonuses(session, (profile,), (day,))))


def days_used(session: Session, profile: str, days: Collection[date]) -> dict[date, dict[str, int]]:
    """Whole minutes by key of each day on which there were any; what was given is not taken off."""
    pieces: dict[tuple[date, str], list[Span]] = {}
    for used in spans(session, (profile,), days):
        pieces.setdefault((used.span.day, used.key), []).append(used.span)
    found: dict[date, dict[str, int]] = {}
    for (day, key), of_it in sorted(pieces.items()):
        found.setdefault(day, {})[key] = whole_minutes(of_it)
    return found


def purge(session: Session, before: date) -> None:
    """Forget what is older than a day."""
    for table in (_SPANS, _BONUSES, _TOLD):
        session.execute(delete(table).where(table.c.day < before))

"""A child's time: minutes used today, minutes given, limits of its own, pauses, a later evening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import ChildAsked, Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import ask, change
from kidgate.documents.minutes import BrokenFile, Today, load
from kidgate.documents.target_names import category_keys, known_target
from kidgate.policies import edits
from kidgate.policies.ages import ages_of, tier_on
from kidgate.policies.people import Need
from kidgate.policies.quotas import ALL
from kidgate.policies.rows import ExceptionRow, ProfileRow
from kidgate.store import usage
from kidgate.store.feeds import all_feeds

WEEK = 7  # days
MOST = 8  # services

Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]
Reason = Annotated[str, Meta(max_length=300)]


class MinutesLine(msgspec.Struct, frozen=True):
    """Whole minutes of today. `about`: all, service:K, category:K, each:K (every service of a
    category by itself). `limit` None: there is none; `given` is a bonus, `left` counts it."""

    about: str
    used: int
    given: int
    limit: int | None
    left: int | None


class BonusLine(msgspec.Struct, frozen=True):
    id: int
    about: str
    minutes: int
    reason: str
    author: str
    at: datetime


class MinutesToday(msgspec.Struct, frozen=True):
    day: date
    lines: tuple[MinutesLine, ...]
    bonuses: tuple[BonusLine, ...]


class MinutesWeek(msgspec.Struct, frozen=True):
    """Whole minutes by day, the oldest first; and by service:K of all the days, the most first."""

    days: tuple[tuple[date, int], ...]
    services: tuple[tuple[str, int], ...]


class BonusAsked(msgspec.Struct, frozen=True):
    """Minutes for today beside the limit of `about`."""

    child: str
    minutes: Minutes
    about: str = ALL
    reason: Reason = ""


class BonusGiven(msgspec.Struct, frozen=True):
    """`minutes`: all that was given of it today."""

    id: int
    minutes: int


class BonusTaken(msgspec.Struct, frozen=True):
    id: int


class QuotasAsked(msgspec.Struct, frozen=True):
    """A child's own limits in minutes a day, beside the tier's and in their place."""

    key: str
    quotas: Mapping[str, Annotated[int, Meta(ge=0, le=24 * 60)]]


class FreeAsked(msgspec.Struct, frozen=True):
    """Some limits of time do not hold for a while, once. `lifts`: bedtime, hours, quota or all."""

    child: str
    minutes: Minutes
    lifts: tuple[str, ...] = ("all",)
    reason: Reason = ""


class ExceptionAsked(msgspec.Struct, frozen=True):
    id: int


@act("children.minutes", Need.LOOK)
def minutes(desk: Desk, actor: Actor, asked: ChildAsked) -> MinutesToday:
    """What a child has used today, what is left, what was given and why."""
    row = desk.profile(actor, asked.key)
    now = desk.now()
    day = now.astimezone(desk.zone_of(row)).date()
    with desk.database.reading() as session:
        given = usage.bonuses(session, (row.key,), (day,))
    bonuses = tuple(
        BonusLine(one.id, one.key, one.minutes, one.reason, one.author, one.at) for one in given
    )
    tier = desk.tiers[tier_on(row, desk.rows.settings, ages_of(desk.tiers.values()), day)]
    limits = {**tier.quotas, **row.quotas}
    return MinutesToday(day, _lines(_today(desk, row.key, now), limits), bonuses)


@act("children.minutes_week", Need.LOOK)
def minutes_week(desk: Desk, actor: Actor, asked: ChildAsked) -> MinutesWeek:
    """What a child has used in the last seven days of its own clock, all devices together."""
    row = desk.profile(actor, asked.key)
    today = desk.now().astimezone(desk.zone_of(row)).date()
    days = [today - timedelta(days=back) for back in range(WEEK)][::-1]
    with desk.database.reading() as session:
        used = usage.days_used(session, row.key, days)
    services: Counter[str] = Counter()
    for counted in used.values():
        services.update({key: n for key, n in counted.items() if key.startswith("service:")})
    return MinutesWeek(
        tuple((day, used.get(day, {}).get(ALL, 0)) for day in days),
        tuple(services.most_common(MOST)),
    )


@act("children.bonus", Need.ANSWER, changes=True)
def bonus(desk: Desk, actor: Actor, asked: BonusAsked) -> BonusGiven:
    """Give a child minutes for today."""
    desk.profile(actor, asked.child)
    about = _known(desk, asked.about)
    fields = {"child": asked.child, "key": about, "minutes": asked.minutes}
    said = ask(desk, "bonus.add", by=actor.by, reason=asked.reason, **fields)
    return BonusGiven(said["id"], said["minutes"])


@act("children.bonus_remove", Need.ANSWER, changes=True)
def bonus_remove(desk: Desk, actor: Actor, asked: BonusTaken) -> BonusTaken:
    """Take minutes back that were given."""
    with desk.database.reading() as session:
        found = usage.bonus(session, asked.id)
    children = {row.key for row in actor.seen(desk.rows.profiles)}
    if found is None or found.profile not in children:
        raise NotThere(f"there is no bonus `{asked.id}`")
    ask(desk, "bonus.remove", id=asked.id, by=actor.by)
    return asked


@act("children.quotas", Need.CHANGE, changes=True)
def quotas(desk: Desk, actor: Actor, asked: QuotasAsked) -> Removed:
    """Set a child's own limits; none: the tier's hold."""
    desk.profile(actor, asked.key)
    found = {_known(desk, about): minutes for about, minutes in asked.quotas.items()}
    return Removed(
        change(
            desk,
            actor,
            lambda rows: edits.change(rows, ProfileRow, asked.key, quotas=found),
            f"minutes of {asked.key}",
        )
    )


@act("children.free", Need.CHANGE, changes=True)
def free(desk: Desk, actor: Actor, asked: FreeAsked) -> Removed:
    """Lift limits of time for a child once, from now on: a later evening, a free afternoon."""
    desk.profile(actor, asked.child)
    now = desk.now().astimezone(UTC).replace(microsecond=0)
    row = ExceptionRow(
        id=0,
        scope=f"child:{asked.child}",
        start=now,
        until=now + timedelta(minutes=asked.minutes),
        lifts=asked.lifts,
        author=actor.name,
        reason=asked.reason,
    )
    comment = f"{', '.join(asked.lifts)} lifted for {asked.child} until {row.until.isoformat()}"
    return Removed(change(desk, actor, lambda rows: edits.add(rows, row), comment))


@act("children.free_end", Need.CHANGE, changes=True)
def free_end(desk: Desk, actor: Actor, asked: ExceptionAsked) -> Removed:
    """The limits hold again."""
    edit = lambda rows: edits.remove(rows, ExceptionRow, asked.id)  # noqa: E731
    return Removed(change(desk, actor, edit, f"end exception {asked.id}"))


def _today(desk: Desk, child: str, now: datetime) -> Today | None:
    try:
        found = load(desk.home.minutes.read_bytes()).get(child)
    except (FileNotFoundError, BrokenFile):
        return None
    return found if found is not None and found.holds(now) else None


def _lines(today: Today | None, limits: Mapping[str, int]) -> tuple[MinutesLine, ...]:
    """All first, then the most used."""
    counted = today.minutes if today else {}
    given = today.bonus if today else {}
    keys = {ALL, *counted, *limits}
    lines = []
    for key in keys:
        net = counted.get(key, 0)
        more, limit = given.get(key, 0), limits.get(key)
        left = max(0, limit - net) if limit is not None and not key.startswith("each:") else None
        lines.append(MinutesLine(key, max(0, net + more), more, limit, left))
    return tuple(sorted(lines, key=lambda line: (line.about != ALL, -line.used, line.about)))


def _known(desk: Desk, about: str) -> str:
    """What a limit is about, in keys. Raises EditFault."""
    about = about.strip()
    kind, colon, name = about.partition(":")
    if not colon:
        return about
    with desk.database.reading() as session:
        categories = category_keys(row.category for row in all_feeds(session))
    if kind == "each":
        return "each:" + known_target(desk.rows, categories, f"category:{name}").partition(":")[2]
    return known_target(desk.rows, categories, about)

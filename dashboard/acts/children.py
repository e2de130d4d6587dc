"""Children: who there is, one in full, added, changed, removed. Their times: `child_times.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.rule_lines import (
    ExceptionLine,
    GrantLine,
    PauseLine,
    RuleLine,
    exception_lines,
    grant_lines,
    pause_lines,
    rule_line,
)
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import ask, change
from kidgate.documents.pins import checked_pin, hash_pin
from kidgate.policies import edits
from kidgate.policies.ages import Ages, ages_of, next_move, tier_on
from kidgate.policies.people import Need
from kidgate.policies.rows import ProfileRow, Settings
from kidgate.policies.snapshot import age_on
from kidgate.store.pins import with_pins

PAGE = 50
FIRST_YEAR = 1900
Name = Annotated[str, Meta(max_length=80)]
Language = Literal["", "vi", "en"]


class ChildrenAsked(msgspec.Struct, frozen=True):
    """`search` is looked for in names and keys, whatever the accents; pages start at 1."""

    search: str = ""
    group: str = ""
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1


class ChildLine(msgspec.Struct, frozen=True):
    """`paused_until`: the child's own pause."""

    key: str
    name: str
    age: int | None
    tier: str
    pinned: bool
    groups: tuple[str, ...]
    devices: int
    paused_until: datetime | None


class ChildrenFound(msgspec.Struct, frozen=True):
    children: tuple[ChildLine, ...]
    total: int
    page: int
    pages: int
    groups: Mapping[str, str]  # key -> title, to choose from


class ChildAsked(msgspec.Struct, frozen=True):
    key: str


class Child(msgspec.Struct, frozen=True):
    """A child. `tier_from`: pinned, age, unknown (nobody said how old). Times that are empty follow
    the tier's. `devices` are left out for those who may not change them."""

    key: str
    name: str
    born: date | None
    age: int | None
    tier: str
    tier_from: str
    next_tier: str
    next_day: date | None
    groups: tuple[str, ...]
    language: str
    zone: str
    bedtime: str
    hours: str
    quotas: Mapping[str, int]
    tier_bedtime: str
    tier_hours: str
    tier_quotas: Mapping[str, int]
    pin: bool
    devices: tuple[str, ...]
    rules: tuple[RuleLine, ...]
    grants: tuple[GrantLine, ...]
    pauses: tuple[PauseLine, ...]
    exceptions: tuple[ExceptionLine, ...]


class ChildAdded(msgspec.Struct, frozen=True):
    """Who is added; without a key one is made from the name."""

    name: Name
    born: date | None = None
    key: str = ""
    tier: str = ""
    groups: tuple[str, ...] = ()
    language: Language = ""
    zone: str = ""


class ChildChanged(msgspec.Struct, frozen=True):
    """What is left out stays as it is; an empty tier follows the age, an empty zone the house."""

    key: str
    name: Name | UnsetType = UNSET
    born: date | UnsetType | None = UNSET
    tier: str | UnsetType = UNSET
    groups: tuple[str, ...] | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    zone: str | UnsetType = UNSET


class ChildWritten(msgspec.Struct, frozen=True):
    key: str
    tier: str
    version: int


class PinAsked(msgspec.Struct, frozen=True):
    """An empty PIN takes it away."""

    key: str
    pin: Annotated[str, Meta(max_length=8)] = ""


class Goes(msgspec.Struct, frozen=True):
    """What goes with a child, and what stays: its devices, as nobody's."""

    name: str
    rules: int
    grants: int
    pauses: int
    devices: tuple[str, ...]


class Removed(msgspec.Struct, frozen=True):
    version: int


@act("children.list", Need.LOOK)
def list_(desk: Desk, actor: Actor, asked: ChildrenAsked) -> ChildrenFound:
    """Children by name."""
    rows, now = desk.rows, desk.now()
    seen = actor.seen(rows.profiles)
    found = [row for row in seen if _matches(row, asked)]
    found.sort(key=lambda row: (edits.slug(row.name) or row.name, row.key))
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    ages = ages_of(desk.tiers.values())
    devices = Counter(row.of for row in rows.devices)
    paused = {p.scope: p.until for p in rows.pauses if now < p.until}
    lines = tuple(
        ChildLine(
            key=row.key,
            name=row.name or row.key,
            age=_age(row, rows.settings, now),
            tier=_tier(row, rows.settings, ages, now),
            pinned=bool(row.tier),
            groups=row.groups,
            devices=devices[row.key],
            paused_until=paused.get(f"child:{row.key}"),
        )
        for row in shown
    )
    within = {key for row in seen for key in row.groups}
    groups = {row.key: row.title or row.key for row in rows.groups if row.key in within}
    return ChildrenFound(lines, len(found), page, pages, groups)


@act("children.show", Need.LOOK)
def show(desk: Desk, actor: Actor, asked: ChildAsked) -> Child:
    """One child, with all that holds for it alone."""
    row, rows, now = desk.profile(actor, asked.key), desk.rows, desk.now()
    ages, day = ages_of(desk.tiers.values()), _day(row, rows.settings, now)
    scope = f"child:{row.key}"
    tier = desk.tiers[_tier(row, rows.settings, ages, now)]
    move = next_move(row, ages, day)
    with desk.database.reading() as session:
        pins = with_pins(session)
    devices = tuple(one.key for one in rows.devices if one.of == row.key)
    return Child(
        key=row.key,
        name=row.name or row.key,
        born=row.born,
        age=_age(row, rows.settings, now),
        tier=tier.key,
        tier_from="pinned" if row.tier else "age" if row.born else "unknown",
        next_tier=move.tier if move else "",
        next_day=move.day if move else None,
        groups=row.groups,
        language=row.language,
        zone=row.zone,
        bedtime=row.bedtime,
        hours=row.hours,
        quotas=row.quotas,
        tier_bedtime=tier.bedtime,
        tier_hours=tier.hours,
        tier_quotas=tier.quotas,
        pin=row.key in pins,
        devices=devices if actor.may(Need.CHANGE) else (),
        rules=tuple(rule_line(rule, now) for rule in rows.rules if rule.scope == scope),
        grants=grant_lines((one for one in rows.grants if one.child == row.key), now),
        pauses=pause_lines((one for one in rows.pauses if one.scope == scope), now),
        exceptions=exception_lines((e for e in rows.exceptions if e.scope == scope), now),
    )


@act("children.add", Need.CHANGE, changes=True)
def add(desk: Desk, actor: Actor, asked: ChildAdded) -> ChildWritten:
    """Add a child; the tier follows the birth date."""
    _check_born(desk, asked.born)
    taken = {row.key for row in desk.rows.profiles}
    row = ProfileRow(
        key=asked.key or _free_key(asked.name, taken),
        name=asked.name.strip(),
        born=asked.born,
        tier=asked.tier,
        groups=asked.groups,
        language=asked.language,
        zone=asked.zone,
    )
    version = change(desk, actor, lambda rows: edits.add(rows, row), f"add profile {row.key}")
    return _written(desk, row.key, version)


@act("children.change", Need.CHANGE, changes=True)
def change_(desk: Desk, actor: Actor, asked: ChildChanged) -> ChildWritten:
    """Change what is said of a child."""
    desk.profile(actor, asked.key)
    names = ("name", "born", "tier", "groups", "language", "zone")
    given = {name: getattr(asked, name) for name in names}
    given = {name: value for name, value in given.items() if value is not UNSET}
    _check_born(desk, given.get("born"))
    version = change(
        desk,
        actor,
        lambda rows: edits.change(rows, ProfileRow, asked.key, **given),
        f"change profile {asked.key}",
    )
    return _written(desk, asked.key, version)


@act("children.pin", Need.CHANGE, changes=True)
def pin(desk: Desk, actor: Actor, asked: PinAsked) -> ChildWritten:
    """Set the PIN with which a child signs in on shared devices; kept only as a hash."""
    desk.profile(actor, asked.key)
    hash = hash_pin(checked_pin(asked.pin)) if asked.pin else ""
    ask(desk, "pin.set", profile=asked.key, hash=hash, by=actor.by)
    return _written(desk, asked.key, desk.read()[1])


@act("children.goes", Need.CHANGE)
def goes(desk: Desk, actor: Actor, asked: ChildAsked) -> Goes:
    """What would go with a child."""
    row, rows = desk.profile(actor, asked.key), desk.rows
    scope = f"child:{row.key}"
    return Goes(
        name=row.name or row.key,
        rules=sum(rule.scope == scope for rule in rows.rules),
        grants=sum(grant.child == row.key for grant in rows.grants),
        pauses=sum(pause.scope == scope for pause in rows.pauses),
        devices=tuple(device.key for device in rows.devices if device.of == row.key),
    )


@act("children.remove", Need.CHANGE, changes=True)
def remove(desk: Desk, actor: Actor, asked: ChildAsked) -> Removed:
    """Remove a child with its PIN, rules, grants and pauses; devices stay, as nobody's."""
    desk.profile(actor, asked.key)
    ask(desk, "pin.set", profile=asked.key, hash="", by=actor.by)
    return Removed(
        change(
            desk,
            actor,
            lambda rows: edits.remove(rows, ProfileRow, asked.key),
            f"remove profile {asked.key}",
        )
    )


def _matches(row: ProfileRow, asked: ChildrenAsked) -> bool:
    if asked.group and asked.group not in row.groups:
        return False
    text = asked.search.strip()
    if not text:
        return True
    plain = edits.slug(text)
    return text.casefold() in f"{row.name} {row.key}".casefold() or bool(
        plain and plain in edits.slug(row.name)
    )


def _free_key(name: str, taken: set[str]) -> str:
    base = edits.slug(name)[:60] or "child"
    if base in edits.RESERVED:
        base = f"{base}-1"
    return next(
        key
        for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
        if key not in taken
    )


def _check_born(desk: Desk, born: object) -> None:
    if isinstance(born, date) and not FIRST_YEAR <= born.year <= desk.now().year:
        raise Invalid(f"`{born}` is no date of birth")


def _written(desk: Desk, key: str, version: int) -> ChildWritten:
    rows, ages = desk.rows, ages_of(desk.tiers.values())
    row = edits.find(rows, ProfileRow, key)
    return ChildWritten(key, _tier(row, rows.settings, ages, desk.now()), version)


def _day(row: ProfileRow, settings: Settings, now: datetime) -> date:
    return now.astimezone(ZoneInfo(row.zone or settings.zone)).date()


def _age(row: ProfileRow, settings: Settings, now: datetime) -> int | None:
    return age_on(row.born, _day(row, settings, now)) if row.born else None


def _tier(row: ProfileRow, settings: Settings, ages: Ages, now: datetime) -> str:
    return tier_on(row, settings, ages, _day(row, settings, now))

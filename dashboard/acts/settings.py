"""Settings of the whole house: language, zone, strangers, how long things are kept, school days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import change
from kidgate.documents.ranges import within_ranges
from kidgate.policies.names import InvalidName, canonical_host
from kidgate.policies.people import Need
from kidgate.policies.rows import PolicyRows, TermRow
from kidgate.policies.time_edits import add_holidays, add_term, remove_holidays, remove_term

Host = Annotated[str, Meta(max_length=260)]
Hosts = Annotated[tuple[Host, ...], Meta(max_length=1000)]
Days = Annotated[tuple[date, ...], Meta(min_length=1, max_length=400)]


class Term(msgspec.Struct, frozen=True):
    """Both days are in it."""

    key: str
    first: date
    last: date


class House(msgspec.Struct, frozen=True):
    """`unknown_tier`: of devices nobody has named. `trusted` sites may be told personal data,
    `genuine` ones are no look-alikes, `safe_harbour` ones stay reachable whatever happens."""

    zone: str
    language: str
    unknown_tier: str
    retention_days: int
    trusted: tuple[str, ...]
    genuine: tuple[str, ...]
    safe_harbour: tuple[str, ...]
    holidays: tuple[date, ...]
    terms: tuple[Term, ...]


class HouseChanged(msgspec.Struct, frozen=True):
    """What is left out stays."""

    zone: str | UnsetType = UNSET
    language: Literal["vi", "en"] | UnsetType = UNSET
    unknown_tier: str | UnsetType = UNSET
    retention_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET
    trusted: Hosts | UnsetType = UNSET
    genuine: Hosts | UnsetType = UNSET
    safe_harbour: Hosts | UnsetType = UNSET


class TermAsked(msgspec.Struct, frozen=True):
    key: str


class PublicAsked(msgspec.Struct, frozen=True):
    """`country`: two letters, such as vn."""

    country: Annotated[str, Meta(pattern="^[A-Za-z]{2}$")]
    year: Annotated[int, Meta(ge=2000, le=2100)]


class Public(msgspec.Struct, frozen=True):
    """The days that were added, with their names."""

    days: dict[str, str]
    version: int


class HolidaysAsked(msgspec.Struct, frozen=True):
    days: Days


@act("settings.show", Need.SYSTEM)
def show(desk: Desk, actor: Actor, asked: Nothing) -> House:
    """The settings of the house."""
    row = desk.rows.settings
    names = (name for name in House.__struct_fields__ if name != "terms")
    terms = tuple(Term(term.key, term.first, term.last) for term in row.terms)
    return House(**{name: getattr(row, name) for name in names}, terms=terms)


@act("settings.change", Need.SYSTEM, changes=True)
def change_(desk: Desk, actor: Actor, asked: HouseChanged) -> Removed:
    """Change settings of the house."""
    given: dict[str, Any] = {
        name: getattr(asked, name)
        for name in HouseChanged.__struct_fields__
        if getattr(asked, name) is not UNSET
    }
    for name in ("trusted", "genuine", "safe_harbour"):
        if name in given:
            given[name] = _hosts(given[name])

    def edit(rows: PolicyRows) -> PolicyRows:
        after = replace(rows, settings=replace(rows.settings, **given))
        within_ranges(PolicyRows(settings=after.settings))
        return after

    return Removed(change(desk, actor, edit, "settings: " + ", ".join(sorted(given))))


@act("settings.term_add", Need.SYSTEM, changes=True)
def term_add(desk: Desk, actor: Actor, asked: Term) -> Removed:
    """Add a school term, which schedules speak of."""
    row = TermRow(asked.key.strip(), asked.first, asked.last)
    return Removed(change(desk, actor, lambda rows: add_term(rows, row), f"add term {row.key}"))


@act("settings.term_remove", Need.SYSTEM, changes=True)
def term_remove(desk: Desk, actor: Actor, asked: TermAsked) -> Removed:
    """Remove a school term."""
    edit = lambda rows: remove_term(rows, asked.key)  # noqa: E731
    return Removed(change(desk, actor, edit, f"remove term {asked.key}"))


@act("settings.holidays_add", Need.SYSTEM, changes=True)
def holidays_add(desk: Desk, actor: Actor, asked: HolidaysAsked) -> Removed:
    """Make days holidays, which schedules speak of."""
    edit = lambda rows: add_holidays(rows, asked.days)  # noqa: E731
    return Removed(change(desk, actor, edit, f"add {len(asked.days)} holidays"))


@act("settings.holidays_public", Need.SYSTEM, changes=True)
def holidays_public(desk: Desk, actor: Actor, asked: PublicAsked) -> Public:
    """Add the public holidays of a country, as the library `holidays` works them out."""
    from kidgate.documents.public_holidays import NoHolidays, public_holidays

    try:
        found = public_holidays(asked.country, asked.year)
    except NoHolidays as fault:
        raise Invalid(str(fault)) from None
    days = [one.day for one in found]
    comment = f"holidays of {asked.country} in {asked.year}"
    version = change(desk, actor, lambda rows: add_holidays(rows, days), comment)
    return Public({one.day.isoformat(): one.name for one in found}, version)


@act("settings.holidays_remove", Need.SYSTEM, changes=True)
def holidays_remove(desk: Desk, actor: Actor, asked: HolidaysAsked) -> Removed:
    """Make days ordinary again."""
    edit = lambda rows: remove_holidays(rows, asked.days)  # noqa: E731
    return Removed(change(desk, actor, edit, f"remove {len(asked.days)} holidays"))


def _hosts(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Raises Invalid."""
    try:
        found = [canonical_host(text.strip()) for text in texts if text.strip()]
    except InvalidName as fault:
        raise Invalid(str(fault)) from None
    return tuple(dict.fromkeys(found))

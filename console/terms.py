"""`term` and `holiday`: the days that schedules speak of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.errors import NO, Failure
from kidgate.console.output import note, say, table
from kidgate.console.profiles import DayType

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = DayType()
LONGEST = 400  # days of one run of holidays


@click.group(cls=Group)
def term() -> None:
    """School terms: `in term`, `out of term` of schedules."""


@term.command("add")
@click.argument("key")
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@pass_app
def add(app: App, key: str, first: date, last: date) -> None:
    """Add a term from FIRST to LAST, both in it. KEY is a short word such as hk1."""
    from kidgate.policies.rows import TermRow
    from kidgate.policies.time_edits import add_term

    row = TermRow(key, first, last)
    answer_change(app, app.change(lambda rows: add_term(rows, row), f"add term {key}"))


@term.command("list")
@pass_app
def list_(app: App) -> None:
    """Every term, by date."""
    from kidgate.policies.rows_json import to_json

    today = app.now().astimezone(app.zone).date()
    found = app.rows.settings.terms

    def people() -> None:
        if not found:
            say("No school terms; add one with kidgate term add hk1 2026-09-07 2027-01-15.")
            return
        now = ["now" if t.first <= today <= t.last else "" for t in found]
        rows = [(t.key, t.first, t.last, said) for t, said in zip(found, now, strict=True)]
        table(("term", "first", "last", ""), rows)

    app.answer([to_json(row) for row in found], people)


@term.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Remove a term."""
    from kidgate.policies.time_edits import remove_term

    answer_change(app, app.change(lambda rows: remove_term(rows, key), f"remove term {key}"))


@click.group(cls=Group)
def holiday() -> None:
    """Holidays: what a schedule means by `holidays`."""


@holiday.command("add")
@click.argument("days", type=DAY, nargs=-1, required=True)
@click.option("--to", "last", type=DAY, help="Every day from the one DAY to this one.")
@pass_app
def add_days(app: App, days: tuple[date, ...], last: date | None) -> None:
    """Make DAYS holidays."""
    from kidgate.policies.time_edits import add_holidays

    found = _run(days, last)
    said = f"add {len(found)} holidays"
    answer_change(app, app.change(lambda rows: add_holidays(rows, found), said))


@holiday.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are past too.")
@pass_app
def list_days(app: App, *, every: bool) -> None:
    """Every holiday that is to come."""
    today = app.now().astimezone(app.zone).date()
    found = [day for day in app.rows.settings.holidays if every or today <= day]

    def people() -> None:
        if not found:
            say("No holidays; add them with kidgate holiday add, or kidgate holiday preset vn.")
            return
        table(("day", ""), [(day, f"{day:%A}") for day in found])

    app.answer([day.isoformat() for day in found], people)


@holiday.command("remove")
@click.argument("days", type=DAY, nargs=-1, required=True)
@click.option("--to", "last", type=DAY, help="Every day from the one DAY to this one.")
@pass_app
def remove_days(app: App, days: tuple[date, ...], last: date | None) -> None:
    """Make DAYS days like others."""
    from kidgate.policies.time_edits import remove_holidays

    found = _run(days, last)
    if last is not None:  # of a run, those that are holidays
        found = [day for day in found if day in app.rows.settings.holidays]
    said = f"remove {len(found)} holidays"
    answer_change(app, app.change(lambda rows: remove_holidays(rows, found), said))


@holiday.command("preset")
@click.argument("country")
@click.option("--year", type=click.IntRange(2000, 2100), help="This year, if not said.")
@pass_app
def preset(app: App, country: str, year: int | None) -> None:
    """Add the public holidays of COUNTRY, two letters such as vn.

    They are worked out by the library `holidays`. Governments move days late in the year before:
    look them over, and add or remove days.
    """
    from kidgate.documents.public_holidays import NoHolidays, public_holidays
    from kidgate.policies.time_edits import add_holidays

    year = year or app.now().astimezone(app.zone).year
    try:
        found = public_holidays(country, year)
    except NoHolidays as fault:
        raise Failure(str(fault), NO) from None
    days = [one.day for one in found]
    comment = f"holidays of {country} in {year}"
    changed = app.change(lambda rows: add_holidays(rows, days), comment)
    named = [{"day": one.day.isoformat(), "name": one.name} for one in found]
    answer_change(app, changed, holidays=named)
    for one in found:
        note(f"{one.day:%Y-%m-%d %a}  {one.name}")


def _run(days: tuple[date, ...], last: date | None) -> list[date]:
    """The days named, or a run of them."""
    if last is None:
        return [*days]
    if len(days) != 1:
        raise click.UsageError("name one DAY before --to")
    if not 0 <= (last - days[0]).days <= LONGEST:
        raise click.BadParameter(f"`{last}` is before {days[0]} or too far after it")
    return [*_every_day(days[0], last)]


def _every_day(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)

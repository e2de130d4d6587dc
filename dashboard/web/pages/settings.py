"""Settings of the whole house."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import available_timezones

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import settings as acts
from kidgate.dashboard.acts.settings import HolidaysAsked, TermAsked
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.forms import lines, taken
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need

FAMILY = Family("settings")
HOSTS = ("trusted", "genuine", "safe_harbour")
LONGEST = 400  # days of one run of holidays


@FAMILY.page("/settings", Need.SYSTEM)
def index() -> ResponseReturnValue:
    found, now = names(), desk().now()
    house = acts.show(*here(), Nothing())
    today = now.astimezone(desk().zone).date()
    return render_template(
        "settings/index.html",
        house=house,
        holidays=[day for day in house.holidays if today <= day],
        tiers=[(key, found.tier(key)) for key in desk().tiers],
        zones=sorted(zone for zone in available_timezones() if "/" in zone),
        year=today.year,
    )


@FAMILY.form("/settings", Need.SYSTEM)
def change() -> ResponseReturnValue:
    hosts = {name: lines(name) for name in HOSTS if name in request.form}
    acts.change_(*here(), taken(acts.change_, **hosts))
    return redirect(link("/settings", said="saved"))


@FAMILY.form("/settings/terms", Need.SYSTEM)
def term_add() -> ResponseReturnValue:
    acts.term_add(*here(), taken(acts.term_add))
    return redirect(link("/settings", said="saved"))


@FAMILY.form("/settings/terms/remove", Need.SYSTEM)
def term_remove() -> ResponseReturnValue:
    acts.term_remove(*here(), TermAsked(request.form.get("key", "")))
    return redirect(link("/settings", said="removed"))


@FAMILY.form("/settings/holidays", Need.SYSTEM)
def holidays_add() -> ResponseReturnValue:
    acts.holidays_add(*here(), HolidaysAsked(_run()))
    return redirect(link("/settings", said="saved"))


@FAMILY.form("/settings/holidays/public", Need.SYSTEM)
def holidays_public() -> ResponseReturnValue:
    acts.holidays_public(*here(), taken(acts.holidays_public))
    return redirect(link("/settings", said="saved"))


@FAMILY.form("/settings/holidays/remove", Need.SYSTEM)
def holidays_remove() -> ResponseReturnValue:
    acts.holidays_remove(*here(), taken(acts.holidays_remove))
    return redirect(link("/settings", said="removed"))


def _run() -> tuple[date, ...]:
    """The days from the first to the last; the last may be left out."""
    try:
        first = date.fromisoformat(request.form.get("first", ""))
        last = date.fromisoformat(request.form.get("last") or first.isoformat())
    except ValueError as fault:
        raise Invalid(str(fault)) from None
    if not 0 <= (last - first).days <= LONGEST:
        raise Invalid(f"`{last}` is before {first} or too far after it")
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))

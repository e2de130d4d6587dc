"""Children: the list, one child, a new one; minutes, limits, PIN, pauses; removing one."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import child_times, pauses
from kidgate.dashboard.acts import children as acts
from kidgate.dashboard.acts.child_times import QuotasAsked
from kidgate.dashboard.acts.children import ChildAsked
from kidgate.dashboard.web.forms import back, taken, whole_minutes
from kidgate.dashboard.web.minutes_charts import by_day, by_service
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need
from kidgate.policies.rows import ProfileRow
from kidgate.proxy.pages.quoting import visible

FAMILY = Family("children")
PAUSES = (15, 30, 60, 120, 480)  # minutes
BONUSES = (10, 15, 30, 60)
FREE = (30, 60, 120, 240)
EMPTY = ProfileRow("")
ROWS = 3  # empty ones in the form of limits


@FAMILY.page("/children", Need.LOOK)
def index() -> ResponseReturnValue:
    asked = acts.list_.from_text(request.args.to_dict())
    found = acts.list_(*here(), asked)
    groups = [(key, visible(title)) for key, title in found.groups.items()]
    return render_template(
        "children/index.html", found=found, asked=asked, groups=groups, names=names()
    )


@FAMILY.page("/children/new", Need.CHANGE)
def new() -> ResponseReturnValue:
    return render_template("children/new.html", row=EMPTY, **_choices())


@FAMILY.form("/children/new", Need.CHANGE)
def add() -> ResponseReturnValue:
    made = acts.add(*here(), taken(acts.add))
    return redirect(link(f"/children/{made.key}", said="child_added"))


@FAMILY.page("/children/<key>", Need.LOOK)
def one(key: str) -> ResponseReturnValue:
    child = acts.show(*here(), ChildAsked(key))
    minutes = child_times.minutes(*here(), ChildAsked(key))
    week = child_times.minutes_week(*here(), ChildAsked(key))
    return render_template(
        "children/one.html",
        child=child,
        row=child,
        minutes=minutes,
        by_day=by_day(week.days),
        by_service=by_service(week.services),
        pauses=PAUSES,
        bonuses=BONUSES,
        free=FREE,
        names=names(),
        empty_rows=ROWS,
        abouts=_abouts(),
        **_choices(),
    )


@FAMILY.form("/children/<key>", Need.CHANGE)
def change(key: str) -> ResponseReturnValue:
    groups = tuple(request.form.getlist("groups"))
    acts.change_(*here(), taken(acts.change_, key=key, groups=groups))
    return _done(key)


@FAMILY.form("/children/<key>/pin", Need.CHANGE)
def pin(key: str) -> ResponseReturnValue:
    acts.pin(*here(), taken(acts.pin, key=key))
    return _done(key)


@FAMILY.form("/children/<key>/bonus", Need.ANSWER)
def bonus(key: str) -> ResponseReturnValue:
    child_times.bonus(*here(), taken(child_times.bonus, child=key))
    return redirect(link(back(f"/children/{key}"), said="bonus_given"))


@FAMILY.form("/children/<key>/bonus/remove", Need.ANSWER)
def bonus_remove(key: str) -> ResponseReturnValue:
    child_times.bonus_remove(*here(), taken(child_times.bonus_remove))
    return _done(key, "removed")


@FAMILY.form("/children/<key>/quotas", Need.CHANGE)
def quotas(key: str) -> ResponseReturnValue:
    found: dict[str, int] = {}
    pairs = zip(request.form.getlist("about"), request.form.getlist("minutes"), strict=False)
    for about, minutes in pairs:
        if about.strip() and minutes.strip():
            found[about.strip()] = whole_minutes(minutes)
    child_times.quotas(*here(), QuotasAsked(key, found))
    return _done(key)


@FAMILY.form("/children/<key>/free", Need.CHANGE)
def free(key: str) -> ResponseReturnValue:
    child_times.free(*here(), taken(child_times.free, child=key))
    return _done(key)


@FAMILY.form("/children/<key>/free/end", Need.CHANGE)
def free_end(key: str) -> ResponseReturnValue:
    child_times.free_end(*here(), taken(child_times.free_end))
    return _done(key)


@FAMILY.form("/children/<key>/pause", Need.LESSON)
def pause(key: str) -> ResponseReturnValue:
    pauses.start(*here(), taken(pauses.start, scope=f"child:{key}"))
    return redirect(link(back(f"/children/{key}"), said="paused"))


@FAMILY.form("/children/<key>/resume", Need.LESSON)
def resume(key: str) -> ResponseReturnValue:
    pauses.end(*here(), taken(pauses.end, scope=f"child:{key}"))
    return redirect(link(back(f"/children/{key}"), said="resumed"))


@FAMILY.page("/children/<key>/remove", Need.CHANGE)
def removing(key: str) -> ResponseReturnValue:
    goes = acts.goes(*here(), ChildAsked(key))
    return render_template("children/remove.html", key=key, goes=goes)


@FAMILY.form("/children/<key>/remove", Need.CHANGE)
def remove(key: str) -> ResponseReturnValue:
    acts.remove(*here(), ChildAsked(key))
    return redirect(link("/children", said="removed"))


def _done(key: str, said: str = "saved") -> ResponseReturnValue:
    return redirect(link(f"/children/{key}", said=said))


def _choices() -> dict[str, Any]:
    found = names()
    return {
        "tiers": [(key, found.tier(key)) for key in desk().tiers],
        "groups": [(row.key, visible(row.title or row.key)) for row in desk().rows.groups],
    }


def _abouts() -> list[tuple[str, str]]:
    """What minutes can be limited for: services and categories by title."""
    found = names()
    services = [(f"service:{key}", row.title) for key, row in desk().services.items()]
    wanted = ("games", "video", "social", "chat", "music", "ai_chat", "forums", "shopping")
    categories = [(f"category:{key}", found.category(key)) for key in wanted]
    return [*categories, *sorted(services, key=lambda one: one[1].casefold())]

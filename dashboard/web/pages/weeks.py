"""A week one can paint: 7 days of 48 half hours, each a box to tick."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import weeks as acts
from kidgate.dashboard.acts.weeks import WeekAsked, WeekPainted, WeekTyped, What
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need
from kidgate.policies.week import DAYS, SLOTS

FAMILY = Family("weeks")


@FAMILY.page("/children/<key>/week", Need.LOOK)
def child(key: str) -> ResponseReturnValue:
    return _page(f"child:{key}", f"/children/{key}")


@FAMILY.form("/children/<key>/week", Need.CHANGE)
def paint_child(key: str) -> ResponseReturnValue:
    return _put(f"child:{key}", f"/children/{key}")


@FAMILY.page("/tiers/<tier>/week", Need.LOOK)
def tier(tier: str) -> ResponseReturnValue:
    return _page(f"tier:{tier}", f"/tiers/{tier}")


@FAMILY.form("/tiers/<tier>/week", Need.CHANGE)
def paint_tier(tier: str) -> ResponseReturnValue:
    return _put(f"tier:{tier}", f"/tiers/{tier}")


def _page(scope: str, place: str) -> str:
    what, preset = _what(request.args.get("what", "")), request.args.get("preset", "")
    week = acts.show(*here(), WeekAsked(scope, what, preset))
    return render_template(
        "weeks/one.html",
        week=week,
        place=place,
        preset=preset if preset in week.presets else "",
        names=names(),
        slots=[f"{slot // 2:02}:{slot % 2 * 30:02}" for slot in range(SLOTS + 1)],
    )


def _put(scope: str, place: str) -> ResponseReturnValue:
    """`how`: painted, text, or tier (follow it again)."""
    what, how = _what(request.form.get("what", "")), request.form.get("how", "painted")
    if how == "painted":
        ticked = set(request.form.getlist("cell"))
        grid = tuple(
            "".join("1" if f"{day}-{slot}" in ticked else "0" for slot in range(SLOTS))
            for day in range(DAYS)
        )
        acts.paint(*here(), WeekPainted(scope, what, grid))
    else:
        text = request.form.get("text", "")[:500] if how == "text" else ""
        acts.type_(*here(), WeekTyped(scope, what, text))
    return redirect(link(f"{place}/week", what=what, said="saved"))


def _what(text: str) -> What:
    return "hours" if text == "hours" else "bedtime"

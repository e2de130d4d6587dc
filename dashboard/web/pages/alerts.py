"""Alerts: what to look at, what to do."""

from __future__ import annotations

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import alerts as acts
from kidgate.dashboard.acts.alerts import AlertsWanted, HandledWanted
from kidgate.dashboard.web.routes import Family, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need

FAMILY = Family("alerts")
STATES = ("open", "handled", "all")
# Where an adult goes from an alert of a kind: words, address, what it needs.
PLACES = {
    "request": ("requests", "/requests", Need.ANSWER),
    "feed": ("feeds", "/feeds", Need.SYSTEM),
    "gateway": ("health", "/health", Need.SYSTEM),
    "new_device": ("devices", "/devices", Need.CHANGE),
    "birthday": ("children", "/children", Need.LOOK),
}
JOURNALED = ("illegal_material", "self_harm", "message", "security", "personal_data", "way_around")


@FAMILY.page("/alerts", Need.LOOK)
def index() -> ResponseReturnValue:
    state = request.args.get("state", "open")
    wanted = AlertsWanted(state=state if state in STATES else "open", language=g.words.language)
    return render_template(
        "alerts/index.html",
        found=acts.list_(*here(), wanted).alerts,
        state=wanted.state,
        states=STATES,
        places=PLACES,
        journaled=JOURNALED,
    )


@FAMILY.form("/alerts/<int:number>/handled", Need.ANSWER)
def handled(number: int) -> ResponseReturnValue:
    acts.handled(*here(), HandledWanted(number))
    return redirect(link("/alerts", said="saved"))

"""The journal: filters, search, page by page; one line with its reason; to open it from there."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import journal as acts
from kidgate.dashboard.acts.journal import AllowWanted, LinesWanted, LineWanted, Why
from kidgate.dashboard.web.called import (
    Choices,
    called,
    category_choices,
    child_choices,
    day_choices,
    device_choices,
    reason_choices,
    verdict_choices,
)
from kidgate.dashboard.web.routes import Family, form_values, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.model import Reason
from kidgate.policies.people import Need
from kidgate.policies.requests import RESTS

FAMILY = Family("journal")
LINES = 30  # of a page
FILTERS = ("child", "device", "verdict", "reason", "category", "days", "text")
# Orders 0 and 1: no adult opens them.
CLOSED = frozenset(
    {
        Reason.MALFORMED,
        Reason.NAMES_DISAGREE,
        Reason.PRIVATE_DESTINATION,
        Reason.PORT,
        Reason.ILLEGAL_MATERIAL,
    }
)


@FAMILY.page("/journal", Need.LOOK)
def index() -> ResponseReturnValue:
    wanted: LinesWanted = acts.lines.from_text({"limit": LINES} | request.args.to_dict())
    query = {name: request.args.get(name, "") for name in FILTERS}
    return render_template(
        "journal/index.html",
        found=acts.lines(*here(), wanted),
        wanted=wanted,
        query=query,
        filtered=any(value not in ("", "0") for value in query.values()),
        choices=_choices(),
        **called(),
    )


def _choices() -> dict[str, Choices]:
    return {
        "child": child_choices(),
        "device": device_choices(),
        "verdict": verdict_choices(),
        "reason": reason_choices(),
        "category": category_choices(),
        "days": day_choices(),
    }


@FAMILY.page("/journal/<int:number>", Need.LOOK)
def line(number: int) -> ResponseReturnValue:
    return render_template("journal/line.html", **_line(number))


@FAMILY.form("/journal/<int:number>/allow", Need.ANSWER)
def allow(number: int) -> ResponseReturnValue:
    """One touch; a dangerous site needs a second one, on a page that says what may come of it."""
    asked: AllowWanted = acts.allow.from_text({**form_values(), "id": number})
    why = acts.line(*here(), LineWanted(number))
    if why.danger and not asked.confirmed and asked.how in why.line.allow:
        return render_template("journal/danger.html", why=why, **called())
    done = acts.allow(*here(), asked)
    said = "" if done.still else "allowed"
    return redirect(link(f"/journal/{number}", said=said, still=done.still))


def _line(number: int) -> dict[str, Any]:
    why: Why = acts.line(*here(), LineWanted(number))
    still = request.args.get("still", "")
    return {
        "why": why,
        "still": still if g.words.has(f"why.reasons.{still}") else "",
        "closed": why.line.reason in CLOSED,
        "rests": why.line.reason in RESTS,
        **called(),
    }

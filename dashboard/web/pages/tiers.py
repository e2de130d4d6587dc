"""Age tiers: what holds for an age, and the settings of it that people change."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import tiers as acts
from kidgate.dashboard.acts.tiers import TierAsked
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.forms import taken, whole_minutes
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.documents.builtin import load_categories
from kidgate.policies.model import Action
from kidgate.policies.people import Need

FAMILY = Family("tiers")
ACTIONS = tuple(action.value for action in Action)


@FAMILY.page("/tiers", Need.LOOK)
def index() -> ResponseReturnValue:
    found = acts.list_(*here(), Nothing())
    return render_template("tiers/index.html", tiers=found.tiers, names=names())


@FAMILY.page("/tiers/<tier>", Need.LOOK)
def one(tier: str) -> ResponseReturnValue:
    found = acts.show(*here(), TierAsked(tier))
    said, topics = names(), _topics()
    categories = sorted(
        ((row.key, said.category(row.key)) for row in load_categories() if row.key in topics),
        key=lambda one: one[1].casefold(),
    )
    return render_template(
        "tiers/one.html",
        tier=found,
        names=said,
        categories=categories,
        actions=ACTIONS,
        services=[(key, row.title) for key, row in desk().services.items()],
    )


@FAMILY.form("/tiers/<tier>", Need.CHANGE)
def change(tier: str) -> ResponseReturnValue:
    found = acts.show(*here(), TierAsked(tier))
    categories = _chosen("category", found.categories)
    services = _chosen("service", found.services)
    if new := request.form.get("new_service", "").strip().removeprefix("service:"):
        services[new] = request.form.get("new_action", "block")
    asked = taken(acts.change_, key=tier, categories=categories, services=services, **_quotas())
    acts.change_(*here(), asked)
    return redirect(link(f"/tiers/{tier}", said="saved"))


@FAMILY.form("/tiers/<tier>/restore", Need.CHANGE)
def restore(tier: str) -> ResponseReturnValue:
    acts.restore(*here(), TierAsked(tier))
    return redirect(link("/tiers", said="saved"))


@FAMILY.form("/tiers/<tier>/preset", Need.CHANGE)
def preset(tier: str) -> ResponseReturnValue:
    acts.preset(*here(), taken(acts.preset, key=tier))
    return redirect(link(f"/tiers/{tier}", said="saved"))


@FAMILY.form("/tiers/<tier>/copy", Need.CHANGE)
def copy(tier: str) -> ResponseReturnValue:
    asked = taken(acts.copy, source=tier)
    acts.copy(*here(), asked)
    return redirect(link(f"/tiers/{asked.key}", said="saved"))


def _topics() -> set[str]:
    """Categories that a tier decides on: not what is judged before, and not what lists cannot
    name."""
    settings = desk().rows.settings
    before = {*settings.illegal, *settings.security}
    before.update(*(row.ways_around for row in desk().tiers.values()))
    return {row.key for row in load_categories() if row.feed} - before


def _chosen(kind: str, before: Any) -> dict[str, str]:
    """What the form says otherwise than it is, by key."""
    begin = f"{kind}:"
    given = {n.removeprefix(begin): v for n, v in request.form.items() if n.startswith(begin)}
    return {key: value for key, value in given.items() if value != before.get(key, "")}


def _quotas() -> dict[str, dict[str, int]]:
    """The limits, where the form has them."""
    if "about" not in request.form:
        return {}
    found = {}
    pairs = zip(request.form.getlist("about"), request.form.getlist("minutes"), strict=False)
    for about, minutes in pairs:
        if about.strip() and minutes.strip():
            found[about.strip()] = whole_minutes(minutes)
    return {"quotas": found}

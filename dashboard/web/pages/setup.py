"""The first minutes of a house, step by step. Each step is saved at once; one may leave and go on.

The first two need the link that the gateway printed, which makes the first owner and is used up
by that. The others need that owner, signed in.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts import children, connect, feeds, inbox, settings
from kidgate.dashboard.acts import setup as acts
from kidgate.dashboard.acts.children import ChildAdded, ChildrenAsked
from kidgate.dashboard.acts.feeds import CatalogueAsked, CatalogueLine
from kidgate.dashboard.acts.inbox import AssignAsked
from kidgate.dashboard.acts.settings import HouseChanged
from kidgate.dashboard.acts.setup import ListsAsked
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.signing_in.joining import BadAccount, join, look
from kidgate.dashboard.web.pages.account import admit, browser
from kidgate.dashboard.web.pages.connect import KINDS, steps_of
from kidgate.dashboard.web.qr import qr
from kidgate.dashboard.web.routes import Family, actor, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.dashboard.web.words import LANGUAGES
from kidgate.documents.digest.alerts import category_title
from kidgate.policies.people import Need, Role

FAMILY = Family("setup")
STEPS = ("language", "owner", *acts.STEPS)
ROWS = 3  # empty lines for children
ADULTS, SHARED = "adults", "-"


@FAMILY.page("/setup", None)
def index() -> ResponseReturnValue:
    """With the link's key: steps 1 and 2. Without: where one left off."""
    key = request.args.get("key", "")
    if key and actor() is None:
        return _first(key)
    who = actor()
    if who is None:
        return redirect(link("/sign-in", to="/setup"))
    if not who.may(Need.SYSTEM):
        return redirect("/")
    return redirect(f"/setup/{acts.state(*here(), Nothing()).step}")


@FAMILY.form("/setup", None)
def owner() -> ResponseReturnValue:
    given = request.form
    key, name = given.get("key", ""), given.get("name", "")
    invite = look(desk(), key)
    if invite is None or invite.role is not Role.OWNER:
        return _dead()
    language = g.words.language
    secrets = (given.get("password", "")[:800], given.get("again", "")[:800])
    try:
        entered = join(desk(), key, name, *secrets, language, browser())
    except BadAccount as fault:
        return _first(key, name, fault.problem)
    made = Actor(entered.user, Role.OWNER, language=language, address=request.remote_addr or "")
    if desk().rows.settings.language != language:
        settings.change_(desk(), made, HouseChanged(language=language))
    return admit(entered, "/setup/children")


def _first(key: str, name: str = "", problem: str = "") -> ResponseReturnValue:
    invite = look(desk(), key)
    if invite is None or invite.role is not Role.OWNER:
        return _dead()
    step = "owner" if request.args.get("step") == "owner" or problem else "language"
    shown = _shown(step, key=key, name=name, problem=problem, languages=LANGUAGES)
    return render_template(f"setup/{step}.html", **shown), 400 if problem else 200


def _dead() -> ResponseReturnValue:
    return render_template("setup/dead.html"), 404


def _shown(step: str, **more: Any) -> dict[str, Any]:
    return {"step": step, "steps": STEPS, "number": STEPS.index(step) + 1, **more}


# --- children ---


@FAMILY.page("/setup/children", Need.SYSTEM)
def children_() -> ResponseReturnValue:
    return _children_page([])


@FAMILY.form("/setup/children", Need.SYSTEM)
def children_form() -> ResponseReturnValue:
    lines = [*zip(request.form.getlist("name"), request.form.getlist("born"), strict=False)]
    wrong: list[tuple[str, str, str]] = []
    for name, born in lines[:50]:
        if not name.strip():
            if born:
                wrong.append((name, born, "no_name"))
            continue
        try:
            day = date.fromisoformat(born)
            children.add(*here(), ChildAdded(name.strip()[:80], day))
        except ValueError:
            wrong.append((name, born, "no_date"))
        except Invalid:
            wrong.append((name, born, "bad_date"))
    if wrong:
        return _children_page(wrong), 400
    if request.form.get("more"):
        return redirect(link("/setup/children", said="saved"))
    return redirect("/setup/devices")


@FAMILY.form("/setup/zone", Need.SYSTEM)
def zone() -> ResponseReturnValue:
    settings.change_(*here(), HouseChanged(zone=request.form.get("zone", "")))
    return redirect(link("/setup/children", said="saved"))


def _children_page(wrong: list[tuple[str, str, str]]) -> str:
    found = children.list_(*here(), ChildrenAsked())
    empty = [("", "", "")] * (1 if found.children else max(1, ROWS - len(wrong)))
    return render_template(
        "setup/children.html",
        **_shown(
            "children",
            children=found.children,
            lines=[*wrong, *empty],
            wrong=wrong,
            zone=desk().rows.settings.zone,
            zones=sorted(available_timezones()),
        ),
    )


# --- devices ---


@FAMILY.page("/setup/devices", Need.SYSTEM)
def devices() -> ResponseReturnValue:
    return _devices_page([])


def _devices_page(wrong: list[str]) -> str:
    found = inbox.list_(*here(), Nothing())
    return render_template(
        "setup/devices.html",
        **_shown(
            "devices",
            strangers=found.devices,
            children=[row for row in desk().rows.profiles if row.key != ADULTS],
            known=desk().rows.devices,
            adults=ADULTS,
            shared=SHARED,
            wrong=wrong,
        ),
    )


@FAMILY.form("/setup/devices", Need.SYSTEM)
def devices_form() -> ResponseReturnValue:
    places, owners = request.form.getlist("place"), request.form.getlist("of")
    wrong: list[str] = []
    for place, owner in zip(places, owners, strict=False):
        if not owner:
            continue
        if owner == ADULTS:
            _make_adults()
        try:
            inbox.assign(*here(), AssignAsked(place[:60], "" if owner == SHARED else owner))
        except Invalid as fault:
            wrong.append(str(fault))
    return (_devices_page(wrong), 400) if wrong else redirect("/setup/lists")


def _make_adults() -> None:
    """One profile for the adults' own devices: nothing is filtered for them but danger."""
    if all(row.key != ADULTS for row in desk().rows.profiles):
        name = g.words("setup.devices.adults")
        children.add(*here(), ChildAdded(name, key=ADULTS, tier="adult"))


# --- lists ---


@FAMILY.page("/setup/lists", Need.SYSTEM)
def lists() -> ResponseReturnValue:
    found = feeds.catalogue(*here(), CatalogueAsked()).feeds
    new = [row for row in found if not row.shipped and not row.added and row.kind == "list"]
    order = {key: number for number, key in enumerate(acts.SUGGESTED)}
    suggested = sorted((row for row in new if row.key in order), key=lambda row: order[row.key])
    return render_template(
        "setup/lists.html",
        **_shown(
            "lists",
            suggested=suggested,
            others=[row for row in new if row.key not in order and row.tiers],
            progress=acts.progress(*here(), Nothing()),
            about=_about,
        ),
    )


@FAMILY.form("/setup/lists", Need.SYSTEM)
def lists_form() -> ResponseReturnValue:
    keys = tuple(request.form.getlist("key"))
    if keys:
        acts.lists(*here(), ListsAsked(keys))
    return redirect("/setup/connect" if not keys else link("/setup/lists", said="saved"))


@FAMILY.page("/live/setup/lists", Need.SYSTEM)
def lists_live() -> ResponseReturnValue:
    return render_template("setup/progress.html", progress=acts.progress(*here(), Nothing()))


def _about(row: CatalogueLine) -> str:
    return category_title(row.category, g.words.language)


# --- connecting, and the test ---


@FAMILY.page("/setup/connect", Need.SYSTEM)
def connect_() -> ResponseReturnValue:
    found = connect.devices(*here(), Nothing())
    picture = qr(found.page, g.words("connect.qr")) if found.page else ""
    shown = _shown("connect", found=found, picture=picture, kinds=KINDS, steps_of=steps_of)
    return render_template("setup/connect.html", **shown)


@FAMILY.page("/setup/test", Need.SYSTEM)
def test() -> ResponseReturnValue:
    found = connect.devices(*here(), Nothing())
    return render_template("setup/test.html", **_shown("test", found=found))

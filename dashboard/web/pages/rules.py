"""Rules, grants and pauses; the versions of the policy, what they changed, and the way back."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import pauses, versions
from kidgate.dashboard.acts import rules as acts
from kidgate.dashboard.acts.versions import Changed, DiffAsked
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.web.changes import Said, said_of
from kidgate.dashboard.web.forms import back, taken
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, actor, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.model import Action
from kidgate.policies.people import Need
from kidgate.proxy.pages.quoting import visible

FAMILY = Family("rules")
UNTIL = ("", "+1h", "today", "+7d", "+30d")
ACTIONS = tuple(action.value for action in Action)
PAUSES = (15, 30, 60, 120, 480)
SHOWN = 200  # changes of one version


@FAMILY.page("/rules", Need.LOOK)
def index() -> ResponseReturnValue:
    asked = acts.list_.from_text(request.args.to_dict())
    found = acts.list_(*here(), asked)
    return render_template(
        "rules/index.html",
        found=found,
        asked=asked,
        names=names(),
        action_options=[("", g.words("frame.all")), *_actions()],
        pauses=PAUSES,
        scopes=_scopes(),
    )


@FAMILY.page("/rules/new", Need.CHANGE)
def new() -> ResponseReturnValue:
    return _form(request.args.to_dict())


@FAMILY.form("/rules/check", Need.CHANGE)
def check() -> ResponseReturnValue:
    """The form again, with how its target is understood; nothing is changed."""
    given = request.form.to_dict()
    try:
        understood = acts.target(*here(), taken(acts.target))
    except Invalid as fault:
        return _form(given, problem=str(fault))
    return _form(given, understood=understood)


@FAMILY.form("/rules/new", Need.CHANGE)
def add() -> ResponseReturnValue:
    try:
        asked = taken(acts.add, until=request.form.get("day") or request.form.get("until", ""))
        made = acts.add(*here(), asked)
    except Invalid as fault:
        return _form(request.form.to_dict(), problem=str(fault)), 400
    if made.companions or made.needs or made.stopped:
        return render_template("rules/added.html", made=made, names=names())
    return redirect(link(back("/rules"), said="saved"))


@FAMILY.form("/rules/remove", Need.CHANGE)
def remove() -> ResponseReturnValue:
    acts.remove(*here(), taken(acts.remove))
    return redirect(link(_plain(back("/rules")), said="removed"))


@FAMILY.form("/rules/revoke", Need.ANSWER)
def revoke() -> ResponseReturnValue:
    acts.revoke(*here(), taken(acts.revoke))
    return redirect(link(_plain(back("/rules")), said="removed"))


@FAMILY.form("/rules/pause", Need.LESSON)
def pause() -> ResponseReturnValue:
    pauses.start(*here(), taken(pauses.start))
    return redirect(link(_plain(back("/rules")), said="paused"))


@FAMILY.form("/rules/resume", Need.LESSON)
def resume() -> ResponseReturnValue:
    pauses.end(*here(), taken(pauses.end))
    return redirect(link(_plain(back("/rules")), said="resumed"))


@FAMILY.page("/rules/history", Need.LOOK)
def history() -> ResponseReturnValue:
    found = versions.history(*here(), versions.history.from_text(request.args.to_dict()))
    return render_template("rules/history.html", found=found)


@FAMILY.page("/rules/history/<int:number>", Need.LOOK)
def version(number: int) -> ResponseReturnValue:
    """What one version changed, and what going back to it would change now."""
    newest = desk().read()[1]
    changed = versions.diff(*here(), DiffAsked(max(number - 1, 0), number))
    undone = versions.diff(*here(), DiffAsked(newest, number))
    return render_template(
        "rules/version.html",
        number=number,
        newest=newest,
        changed=_said(changed.changes),
        undone=_said(undone.changes),
        counts=(len(changed.changes), len(undone.changes)),
    )


@FAMILY.form("/rules/history/rollback", Need.CHANGE)
def rollback() -> ResponseReturnValue:
    versions.rollback(*here(), taken(versions.rollback))
    return redirect(link("/rules/history", said="rolled_back"))


def _said(changes: tuple[Changed, ...]) -> list[Said]:
    return [said_of(names(), g.words, one) for one in changes[:SHOWN]]


def _form(given: dict[str, str], **more: Any) -> str:
    return render_template(
        "rules/new.html",
        given=given,
        scopes=_scopes(),
        actions=ACTIONS,
        untils=UNTIL,
        services=[(key, row.title) for key, row in desk().services.items()],
        names=names(),
        back=back("") or request.args.get("back", ""),
        **more,
    )


def _actions() -> list[tuple[str, str]]:
    return [(action, g.words(f"names.actions.{action}")) for action in ACTIONS]


def _scopes() -> dict[str, list[tuple[str, str]]]:
    """Whom a rule can be for, by kind, of all that this person sees."""
    rows, found, who = desk().rows, names(), actor()
    seen = who.seen(rows.profiles)
    children = [(f"child:{row.key}", visible(row.name or row.key)) for row in seen]
    groups = [row for row in rows.groups if who.sees_all or row.key in who.groups]
    devices = rows.devices if who.may(Need.CHANGE) else ()
    return {
        "child": sorted(children, key=lambda one: one[1].casefold()),
        "group": [(f"group:{row.key}", visible(row.title or row.key)) for row in groups],
        "tier": [(f"tier:{key}", found.tier(key)) for key in desk().tiers],
        "device": [(f"device:{row.key}", row.key) for row in devices],
    }


def _plain(place: str) -> str:
    """Without a query of its own, to which `link` adds one."""
    return place.partition("?")[0]

"""The adults of the house, for its owners."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import people as acts
from kidgate.dashboard.acts.people import InviteAsked, Named
from kidgate.dashboard.faults import Unproven
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.signing_in.proving import is_fresh
from kidgate.dashboard.web.qr import qr
from kidgate.dashboard.web.routes import Family, desk, form_values, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need, Role

FAMILY = Family("people")


@FAMILY.page("/people", Need.PEOPLE)
def index() -> ResponseReturnValue:
    return _page()


@FAMILY.form("/people/invite", Need.PEOPLE)
def invite() -> ResponseReturnValue:
    given = form_values()
    asked = acts.invite.from_text(_with_groups(given))
    try:
        made = acts.invite(*here(), _fitting(asked))
    except Unproven:
        return _page("password"), 403
    url = request.host_url.rstrip("/") + made.path
    picture = qr(url, g.words("people.invited.qr"))
    return render_template("people/invited.html", made=made, url=url, picture=picture)


@FAMILY.page("/people/one", Need.PEOPLE)
def one() -> ResponseReturnValue:
    return _one(request.args.get("name", ""))


@FAMILY.form("/people/change", Need.PEOPLE)
def change() -> ResponseReturnValue:
    given = form_values()
    if "role" in given:  # the form with role and classes: no box ticked means no class
        given = _with_groups(given)
        if given["role"] != Role.TEACHER:
            given["groups"] = []
    asked = acts.change.from_text(given)
    return _done(asked.name, lambda: acts.change(*here(), asked))


@FAMILY.form("/people/code-remove", Need.PEOPLE)
def code_remove() -> ResponseReturnValue:
    asked = acts.code_remove.from_text(form_values())
    return _done(asked.name, lambda: acts.code_remove(*here(), asked))


@FAMILY.form("/people/remove", Need.PEOPLE)
def remove() -> ResponseReturnValue:
    asked = acts.remove.from_text(form_values())
    try:
        acts.remove(*here(), asked)
    except Unproven:
        return _one(asked.name, "password"), 403
    return redirect(link("/people", said="removed"))


def _page(problem: str = "") -> str:
    return render_template(
        "people/index.html",
        people=acts.list_(*here(), Nothing()).people,
        roles=[role.value for role in Role],
        groups=desk().rows.groups,
        fresh=is_fresh(*here()),
        problem=problem,
    )


def _one(name: str, problem: str = "") -> str:
    return render_template(
        "people/one.html",
        one=acts.one(*here(), Named(name)),
        roles=[role.value for role in Role],
        groups=desk().rows.groups,
        fresh=is_fresh(*here()),
        problem=problem,
    )


def _done(name: str, work: Callable[[], object]) -> ResponseReturnValue:
    try:
        work()
    except Unproven:
        return _one(name, "password"), 403
    return redirect(link("/people/one", name=name, said="saved"))


def _with_groups(given: dict[str, object]) -> dict[str, object]:
    """Boxes that are ticked: none, one, or many."""
    found = given.get("groups", [])
    return {**given, "groups": found if isinstance(found, list) else [found]}


def _fitting(asked: InviteAsked) -> InviteAsked:
    """Classes go with teachers alone, whatever boxes were ticked before the role was chosen."""
    if asked.role is Role.TEACHER:
        return asked
    return InviteAsked(asked.role, (), asked.minutes, asked.password)

"""Where the link of an invitation leads: one person makes one account."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.signing_in.joining import BadAccount, join, look
from kidgate.dashboard.web.pages.account import admit, browser
from kidgate.dashboard.web.routes import Family, desk

FAMILY = Family("join")


@FAMILY.page("/join", None)
def index() -> ResponseReturnValue:
    """Opening the link uses nothing up: messengers look at links before people do."""
    return _page(request.args.get("key", ""))


@FAMILY.form("/join", None)
def made() -> ResponseReturnValue:
    given = request.form
    key, name = given.get("key", ""), given.get("name", "")
    language = given.get("language", "") or g.words.language
    try:
        entered = join(
            desk(),
            key,
            name,
            given.get("password", "")[:800],
            given.get("again", "")[:800],
            language,
            browser(),
        )
    except BadAccount as fault:
        return _page(key, name, fault.problem)
    return admit(entered, "/")


def _page(key: str, name: str = "", problem: str = "") -> ResponseReturnValue:
    invite = look(desk(), key)
    if invite is None:
        return render_template("join/dead.html"), 404
    shown = {"key": key, "name": name, "problem": problem, "invite": invite}
    return render_template("join/index.html", **shown), 400 if problem else 200

"""Signing in and out, and one's own account."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import account as acts
from kidgate.dashboard.acts.account import Account
from kidgate.dashboard.faults import Invalid, Unproven
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.signing_in import entering
from kidgate.dashboard.signing_in.adding import add_passkey, ask_for_passkey
from kidgate.dashboard.signing_in.entering import Browser, CodeWanted, Entered, Outcome, Refusal
from kidgate.dashboard.signing_in.joining import BadAccount
from kidgate.dashboard.signing_in.passkeys import Party, party_of
from kidgate.dashboard.web import sessions
from kidgate.dashboard.web.app import LANGUAGE_COOKIE
from kidgate.dashboard.web.local import local
from kidgate.dashboard.web.qr import qr
from kidgate.dashboard.web.routes import Family, actor, desk, form_values, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need
from kidgate.store.keys import hash_key
from kidgate.store.people import count_users

FAMILY = Family("account")
STATUS = {Refusal.WAIT: 429}
YEAR = 365 * 24 * 3600
# Signs in a User-Agent, in the order in which they are looked for: Edge says that it is Chrome too,
# Chrome that it is Safari, Android that it is Linux.
AGENTS = (
    (
        ("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung"),
        ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ),
    (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
        ("Windows", "Windows"), ("Mac", "Mac"), ("Linux", "Linux"),
    ),
)  # fmt: skip


def agent_of(agent: str) -> str:
    """A browser and its system in a few words; as it says itself, which anybody may make up."""
    named = (next((name for sign, name in signs if sign in agent), "") for signs in AGENTS)
    return ", ".join(name for name in named if name)


def party() -> Party | None:
    """Us, as passkeys know us; None where browsers have none."""
    return party_of(request.host_url)


def browser() -> Browser:
    return Browser(request.remote_addr or "", request.headers.get("User-Agent", ""))


def admit(entered: Entered, to: str) -> Response:
    """Give the browser its new key; the one it came with is good no more."""
    _close(sessions.key_of(request))
    response = make_response(redirect(local(to)))
    sessions.set_key(response, request, entered.key)
    return response


# --- in and out ---


@FAMILY.page("/sign-in", None)
def sign_in() -> ResponseReturnValue:
    to = request.args.get("to", "/")
    if actor() is not None:
        return redirect(local(to))
    return _door(to)


@FAMILY.form("/sign-in", None)
def sign_in_form() -> ResponseReturnValue:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    to = request.form.get("to", "/")
    return _come(entering.with_password(desk(), name, password, browser()), to)


@FAMILY.form("/sign-in/code", None)
def sign_in_code() -> ResponseReturnValue:
    ticket, code = request.form.get("ticket", ""), request.form.get("code", "")
    to = request.form.get("to", "/")
    outcome = entering.with_code(desk(), ticket, code, browser())
    if outcome is Refusal.WRONG:
        return _code_page(ticket, to, "code"), 403
    return _come(outcome, to)


@FAMILY.form("/sign-in/passkey", None)
def sign_in_passkey() -> ResponseReturnValue:
    us, to = party(), request.form.get("to", "/")
    if us is None:
        return _door(to, "passkey"), 403
    ticket = request.form.get("ticket", "")
    outcome = entering.with_passkey(desk(), us, ticket, _answer(), browser())
    if outcome is Refusal.WRONG:
        return _door(to, "passkey"), 403
    return _come(outcome, to)


@FAMILY.form("/sign-out", None)
def sign_out() -> ResponseReturnValue:
    _close(sessions.key_of(request))
    response = make_response(redirect(link("/sign-in", said="signed_out")))
    sessions.clear_key(response, request)
    return response


def _door(to: str, problem: str = "") -> str:
    us, asked, ticket = party(), None, ""
    with desk().database.reading() as session:
        is_new = not count_users(session)
    if us is not None and not is_new:
        asked, ticket = entering.challenge(desk(), us)
    return render_template(
        "account/sign_in.html",
        to=local(to),
        problem=problem,
        is_new=is_new,
        options=asked,
        ticket=ticket,
    )


def _code_page(ticket: str, to: str, problem: str = "") -> str:
    return render_template("account/code.html", ticket=ticket, to=local(to), problem=problem)


def _come(outcome: Outcome, to: str) -> ResponseReturnValue:
    match outcome:
        case Entered():
            return admit(outcome, to)
        case CodeWanted(ticket):
            return _code_page(ticket, to)
        case refusal:
            return _door(to, refusal.value), STATUS.get(refusal, 403)


def _close(key: str) -> None:
    who = actor()
    if key and who is not None:
        desk().do("login.close", hash=hash_key(key), user=who.name, by=who.by)


def _answer() -> dict[str, Any]:
    """What a browser's passkey said."""
    try:
        found = json.loads(request.form.get("answer", ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# --- one's own account ---


@FAMILY.page("/account", Need.OWN)
def index() -> ResponseReturnValue:
    return _page()


@FAMILY.form("/account/password", Need.OWN)
def password() -> ResponseReturnValue:
    asked = acts.password.from_text(form_values())
    try:
        acts.password(*here(), asked)
    except (BadAccount, Unproven) as fault:
        problem = fault.problem if isinstance(fault, BadAccount) else "password"
        return _page(password_problem=problem), 400
    # Every session has ended, this one too: it begins anew.
    return admit(entering.enter(desk(), actor().name, browser()), link("/account", said="saved"))


@FAMILY.form("/account/language", Need.OWN)
def language() -> ResponseReturnValue:
    asked = acts.language.from_text(form_values())
    acts.language(*here(), asked)
    response = make_response(redirect(link("/account", said="saved")))
    response.set_cookie(
        LANGUAGE_COOKIE, asked.language, max_age=YEAR, samesite="Lax", secure=request.is_secure
    )
    return response


@FAMILY.page("/account/code", Need.OWN)
def code() -> ResponseReturnValue:
    return _code_set_page(acts.code_new(*here(), Nothing()).secret)


@FAMILY.form("/account/code", Need.OWN)
def code_set() -> ResponseReturnValue:
    asked = acts.code_set.from_text(form_values())
    try:
        codes = acts.code_set(*here(), asked)
    except Unproven:
        return _code_set_page(asked.secret, "password"), 403
    except Invalid:
        return _code_set_page(asked.secret, "code"), 400
    return render_template("account/codes.html", codes=codes.codes)


@FAMILY.form("/account/code/remove", Need.OWN)
def code_remove() -> ResponseReturnValue:
    asked = acts.code_remove.from_text(form_values())
    return _done(lambda: acts.code_remove(*here(), asked), "removed")


@FAMILY.form("/account/recovery", Need.OWN)
def recovery() -> ResponseReturnValue:
    asked = acts.recovery_new.from_text(form_values())
    try:
        codes = acts.recovery_new(*here(), asked)
    except Unproven:
        return _page(problem="password"), 403
    return render_template("account/codes.html", codes=codes.codes)


@FAMILY.form("/account/passkeys/add", Need.OWN)
def passkey_add() -> ResponseReturnValue:
    us = party()
    if us is None:
        raise Invalid("passkeys need https and a name, or localhost")
    given = request.form
    return _done(
        lambda: add_passkey(
            *here(),
            us,
            given.get("ticket", ""),
            _answer(),
            name=given.get("name", "")[:64],
            password=given.get("password", "")[:800],
        ),
        "saved",
    )


@FAMILY.form("/account/passkeys/remove", Need.OWN)
def passkey_remove() -> ResponseReturnValue:
    asked = acts.passkey_remove.from_text(form_values())
    return _done(lambda: acts.passkey_remove(*here(), asked), "removed")


@FAMILY.form("/account/tokens/add", Need.OWN)
def token_add() -> ResponseReturnValue:
    given = form_values()
    if given.get("days") == "0":  # until it is removed
        given["days"] = "null"
    asked = acts.token_add.from_text(given)
    try:
        made = acts.token_add(*here(), asked)
    except Unproven:
        return _page(problem="password"), 403
    return render_template("account/token.html", made=made.token, name=asked.name)


@FAMILY.form("/account/tokens/remove", Need.OWN)
def token_remove() -> ResponseReturnValue:
    acts.token_remove(*here(), acts.token_remove.from_text(form_values()))
    return redirect(link("/account", said="removed"))


@FAMILY.form("/account/sessions/end", Need.OWN)
def session_end() -> ResponseReturnValue:
    acts.session_end(*here(), acts.session_end.from_text(form_values()))
    return redirect(link("/account", said="ended"))


@FAMILY.form("/account/sessions/end-others", Need.OWN)
def sessions_end() -> ResponseReturnValue:
    acts.sessions_end(*here(), Nothing())
    return redirect(link("/account", said="ended"))


def _page(problem: str = "", password_problem: str = "") -> str:
    found: Account = acts.show(*here(), Nothing())
    us, asked, ticket = party(), None, ""
    if us is not None:
        asked, ticket = ask_for_passkey(desk(), actor(), us)
    return render_template(
        "account/index.html",
        account=found,
        agent_of=agent_of,
        options=asked,
        ticket=ticket,
        problem=problem,
        password_problem=password_problem,
    )


def _code_set_page(secret: str, problem: str = "") -> str:
    from kidgate.dashboard.signing_in import totp

    return render_template(
        "account/code_set.html",
        secret=secret,
        picture=qr(totp.uri(secret, actor().name), g.words("account.code.qr")),
        fresh=acts.show(*here(), Nothing()).fresh,
        problem=problem,
    )


def _done(work: Callable[[], object], said: str) -> ResponseReturnValue:
    try:
        work()
    except Unproven:
        return _page(problem="password"), 403
    return redirect(link("/account", said=said))

"""The web application: what is asked before every page, and what goes with every answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.devices import signed_in
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Refused
from kidgate.dashboard.web import sessions, showing
from kidgate.dashboard.web.guard import Guard
from kidgate.dashboard.web.routes import Family
from kidgate.dashboard.web.words import LANGUAGES, Words, load_words
from kidgate.policies.people import Need
from kidgate.proxy.pages.languages import choose_language
from kidgate.store.faults import DatabaseFault

logger = logging.getLogger(__name__)
LANGUAGE_COOKIE = "language"
MOST_BYTES = 1 << 20
ADULT = 18  # years
SAFE = "/?&=%:,+~.-_"  # of an address of ours, in a header
# In the order in which people look.
NAVIGATION = (
    ("today", "/", Need.LOOK),
    ("requests", "/requests", Need.ANSWER),
    ("alerts", "/alerts", Need.LOOK),
    ("journal", "/journal", Need.LOOK),
    ("children", "/children", Need.LOOK),
    ("devices", "/devices", Need.CHANGE),
    ("connect", "/connect", Need.CHANGE),
    ("classes", "/classes", Need.LESSON),
    ("rules", "/rules", Need.LOOK),
    ("tester", "/try", Need.LOOK),
    ("reports", "/reports", Need.LOOK),
    ("feeds", "/feeds", Need.SYSTEM),
    ("settings", "/settings", Need.SYSTEM),
    ("people", "/people", Need.PEOPLE),
    ("audit", "/audit", Need.AUDIT),
    ("health", "/health", Need.SYSTEM),
    ("account", "/account", Need.OWN),
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

type Who = Callable[[str, str], Actor | None]  # a session's key and an address -> who it is


def create_app(
    desk: Desk,
    who: Who,
    guard: Guard,
    families: Iterable[Family],
) -> Flask:
    """The application. `who` tells whose a session's key is."""
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = 2000
    app.extensions["kidgate_desk"] = desk
    needs: dict[str, Need | None] = {"static": None}
    for family in families:
        app.register_blueprint(family.blueprint)
        needs |= family.needs
    undeclared = {rule.endpoint for rule in app.url_map.iter_rules()} - needs.keys()
    if undeclared:
        raise ValueError(f"these routes do not say what they need: {sorted(undeclared)}")
    app.extensions["kidgate_needs"] = needs
    app.before_request(lambda: _reachable(desk, guard))
    app.before_request(lambda: _signed_in(who, needs))
    app.after_request(_finish)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(DatabaseFault, _database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)
    app.context_processor(_context)
    app.jinja_env.filters.update(
        outside=showing.outside,
        host=showing.host,
        moment=lambda at: showing.moment(at, _zone(desk), g.words),
        clock=lambda at: showing.clock(at, _zone(desk)),
        day=lambda found: showing.day(found, g.words),
        minutes=lambda number: showing.minutes(number, g.words),
    )
    app.jinja_env.globals.update(link=showing.link)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def _zone(desk: Desk) -> ZoneInfo:
    """Asked for every time on a page: looked up once."""
    if "zone" not in g:
        g.zone = desk.zone
    zone: ZoneInfo = g.zone
    return zone


def _reachable(desk: Desk, guard: Guard) -> ResponseReturnValue | None:
    address = request.remote_addr or ""
    g.actor = None
    g.words = load_words(_language(None))
    if not guard.is_ours(request.host):
        return _page(421, "not_ours")
    if not guard.is_near(address):
        return _page(403, "far")
    if guard.child_at(
        address,
        desk.rows,
        is_grown=lambda child: _is_grown(desk, child),
        sitting_at=lambda device: signed_in(desk).get(device, ("",))[0],
    ):
        return _page(403, "child_device")
    return None


def _is_grown(desk: Desk, key: str) -> bool:
    """Whether a profile is an adult's: its tier is the one that nobody grows out of."""
    snapshot = desk.snapshot()
    if key not in snapshot.profiles:
        return False
    last = snapshot.ages[-1][1] if snapshot.ages else ""
    tier = snapshot.tier_of(key, desk.now()).row
    return tier.key == last or tier.min_age >= ADULT


def _signed_in(who: Who, needs: dict[str, Need | None]) -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    key = sessions.key_of(request)
    g.actor = who(key, request.remote_addr or "") if key else None
    g.form_token = sessions.csrf_of(key) if g.actor else ""
    g.words = load_words(_language(g.actor))
    if request.blueprint == "api":
        return None  # comes with a key of its own, and asks for itself
    if request.method not in ("GET", "HEAD"):
        if not sessions.is_from_us(request):
            return _page(403, "elsewhere")
        if g.actor is not None and not sessions.has_token(request, key):
            return _page(403, "old_form")
    need = needs[request.endpoint]
    if need is None:
        return None
    if g.actor is None and _came_by_link():
        # Another site's link bears no session; what our own page begins does.
        return Response(status=200, headers={"Refresh": f"0; url={quote(_here(), safe=SAFE)}"})
    if g.actor is None:
        back = _here() if request.method == "GET" else "/"
        return redirect(url_for("account.sign_in", to=back))
    if not g.actor.may(need):
        return _page(403, "forbidden")
    return None


def _here() -> str:
    return request.full_path.rstrip("?")


def _came_by_link() -> bool:
    """Whether another site's page, or a message, led a browser here."""
    site = request.headers.get("Sec-Fetch-Site")
    return request.method == "GET" and site in ("cross-site", "same-site")


def _language(actor: Actor | None) -> str:
    own = request.cookies.get(LANGUAGE_COOKIE, "")
    if own not in LANGUAGES and actor is not None:
        own = actor.language
    return choose_language(own, request.headers.get("Accept-Language", ""), LANGUAGES[0])


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers.setdefault("Vary", "Cookie, Accept-Language")
    return response


def _context() -> dict[str, Any]:
    words: Words = g.words
    return {
        "w": words,
        "language": words.language,
        "actor": g.actor,
        "token": _token,
        "navigation": NAVIGATION,
        "needs": Need,
        "said": request.args.get("said", ""),
        "path": request.path,
    }


def _token() -> Markup:
    """What every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(
        getattr(g, "form_token", "")
    )


def _page(status: int, key: str, detail: str = "") -> tuple[str, int]:
    """A page that says why there is none."""
    return render_template("fault.html", key=key, detail=detail), status


def _refused(fault: Refused) -> ResponseReturnValue:
    return _page(fault.status, fault.key, str(fault))


def _database(fault: DatabaseFault) -> ResponseReturnValue:
    logger.error("a page could not be made: %s", fault)
    return _page(503, "database", str(fault))


def _http(fault: HTTPException) -> ResponseReturnValue:
    status = fault.code or 500
    key = {404: "not_there", 405: "not_there", 413: "too_large"}.get(status, "failed")
    return _page(status, key)


def _failed(fault: Exception) -> ResponseReturnValue:
    logger.exception("a page failed: %s", request.endpoint)
    return _page(500, "failed")

"""What belongs to no family: the language."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.web.app import LANGUAGE_COOKIE
from kidgate.dashboard.web.local import is_local
from kidgate.dashboard.web.routes import Family
from kidgate.dashboard.web.words import LANGUAGES

FAMILY = Family("frame")
YEAR = 365 * 24 * 3600


@FAMILY.page("/language", None)
def language() -> ResponseReturnValue:
    """Speak another language from now on, and go back to where the link stood."""
    back = request.args.get("back", "/")
    response = redirect(back if is_local(back) else "/")
    wanted = request.args.get("to", "")
    if wanted in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=YEAR, samesite="Lax", secure=request.is_secure
        )
    return response

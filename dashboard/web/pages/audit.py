"""The audit log."""

from __future__ import annotations

import json
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import audit as acts
from kidgate.dashboard.acts.audit import AuditWanted
from kidgate.dashboard.web.called import Choices, day_choices
from kidgate.dashboard.web.routes import Family, here
from kidgate.policies.people import Need
from kidgate.store.audit import Noted

FAMILY = Family("audit")
FILTERS = ("user", "act", "object", "days")
ACTS = (
    "policy",
    "request",
    "user",
    "login",
    "passkey",
    "token",
    "invite",
    "bonus",
    "alert",
    "channel",
    "feed",
    "inbox",
    "pin",
    "report",
    "look",
)


@FAMILY.page("/audit", Need.AUDIT)
def index() -> ResponseReturnValue:
    wanted: AuditWanted = acts.lines.from_text(request.args.to_dict())
    query = {name: request.args.get(name, "") for name in FILTERS}
    return render_template(
        "audit/index.html",
        found=acts.lines(*here(), wanted),
        wanted=wanted,
        query=query,
        filtered=any(value not in ("", "0") for value in query.values()),
        acts=_acts(),
        days=day_choices(),
        details=_details,
    )


def _acts() -> Choices:
    named = [(key, g.words(f"audit.families.{key}")) for key in ACTS]
    return [("", g.words("frame.all")), *sorted(named, key=lambda pair: pair[1].casefold())]


def _details(line: Noted) -> list[tuple[str, str]]:
    return [(key, _said(value)) for key, value in line.detail.items() if value not in ("", [], {})]


def _said(value: Any) -> str:
    match value:
        case bool():
            return str(g.words("frame.yes" if value else "frame.no"))
        case str() | int():
            return str(value)
        case list():
            return ", ".join(map(_said, value))
        case _:
            return json.dumps(value, ensure_ascii=False)

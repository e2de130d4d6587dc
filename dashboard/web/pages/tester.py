"""The tester."""

from __future__ import annotations

from datetime import datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import tester as acts
from kidgate.dashboard.acts.tester import TryWanted
from kidgate.dashboard.web.called import called, child_choices, device_choices
from kidgate.dashboard.web.routes import Family, here
from kidgate.policies.people import Need

FAMILY = Family("tester")


@FAMILY.page("/try", Need.LOOK)
def index() -> ResponseReturnValue:
    wanted: TryWanted = acts.try_.from_text(request.args.to_dict() | _url() | _at())
    found = acts.try_(*here(), wanted).answer if wanted.url.strip() else None
    children, devices = child_choices(), device_choices()
    children[0] = ("", g.words("tester.nobody"))
    devices[0] = ("", g.words("tester.any_device"))
    return render_template(
        "tester/index.html",
        wanted=wanted,
        at=request.args.get("at", ""),
        found=found,
        children=children,
        devices=devices,
        instant=datetime.fromisoformat,
        **called(),
    )


def _url() -> dict[str, str]:
    """Without one the page is asked nothing yet; spaces alone are none."""
    return {"url": request.args.get("url", "").strip() or " "}


def _at() -> dict[str, str]:
    """A browser leaves the seconds out."""
    at = request.args.get("at", "")
    return {"at": f"{at}:00" if len(at) == len("2026-11-22T20:00") else at}

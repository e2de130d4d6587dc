"""Health: every part looked at, and how fresh the lists are."""

from __future__ import annotations

from datetime import date

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import health as acts
from kidgate.dashboard.acts.health import Part
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.called import called
from kidgate.dashboard.web.routes import Family, here
from kidgate.dashboard.web.showing import day
from kidgate.policies.people import Need

FAMILY = Family("health")


@FAMILY.page("/health", Need.SYSTEM)
def index() -> ResponseReturnValue:
    return render_template(
        "health/index.html", lists=acts.lists(*here(), Nothing()).lists, **_now(), **called()
    )


@FAMILY.page("/live/health", Need.SYSTEM)
def live() -> ResponseReturnValue:
    return render_template("health/now.html", **_now())


def _now() -> dict[str, object]:
    return {
        "health": acts.show(*here(), Nothing()),
        "part_name": _part_name,
        "part_values": _values,
    }


def _values(part: Part) -> dict[str, str]:
    """Days as people of the house read them."""
    return {
        name: day(date.fromisoformat(value), g.words) if name == "day" else value
        for name, value in part.values.items()
    }


def _part_name(part: Part) -> str:
    """`worker 2` -> Worker 2."""
    name, _, number = part.part.partition(" ")
    return f"{g.words.named('health.parts', name)} {number}".strip()

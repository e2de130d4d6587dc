"""How to connect each kind of device, and a live look at which of them work."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import connect as acts
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.qr import qr
from kidgate.dashboard.web.routes import Family, here
from kidgate.policies.people import Need

FAMILY = Family("connect")
# As many steps as a kind has sentences, `connect.kinds.KIND.1`, ...
KINDS = (
    "ios", "android", "windows", "macos", "chromeos", "firefox", "router", "wireguard",
)  # fmt: skip


@FAMILY.page("/connect", Need.CHANGE)
def index() -> ResponseReturnValue:
    found = acts.devices(*here(), Nothing())
    picture = qr(found.page, g.words("connect.qr")) if found.page else ""
    return render_template(
        "connect/index.html", found=found, picture=picture, kinds=KINDS, steps_of=steps_of
    )


@FAMILY.page("/live/connect", Need.CHANGE)
def live() -> ResponseReturnValue:
    return render_template("connect/live.html", found=acts.devices(*here(), Nothing()))


def steps_of(kind: str) -> list[str]:
    """What to do on a kind of device, in order."""
    keys = (f"connect.kinds.{kind}.{number}" for number in range(1, 9))
    return [g.words(key) for key in keys if g.words.has(key)]

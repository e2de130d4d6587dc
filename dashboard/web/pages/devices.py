"""Devices: those that are known, and the inbox of those that nobody has named."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import devices as acts
from kidgate.dashboard.acts import inbox
from kidgate.dashboard.acts.devices import DeviceAsked, WireguardAsked
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.forms import lines, taken
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.qr import qr
from kidgate.dashboard.web.routes import Family, desk, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need
from kidgate.proxy.pages.quoting import visible

FAMILY = Family("devices")


@FAMILY.page("/devices", Need.CHANGE)
def index() -> ResponseReturnValue:
    asked = acts.list_.from_text(request.args.to_dict())
    return render_template(
        "devices/index.html",
        found=acts.list_(*here(), asked),
        inbox=inbox.list_(*here(), Nothing()),
        asked=asked,
        names=names(),
        **_choices(),
    )


@FAMILY.page("/live/inbox", Need.CHANGE)
def live_inbox() -> ResponseReturnValue:
    found = inbox.list_(*here(), Nothing())
    return render_template("devices/inbox.html", inbox=found, names=names(), **_choices())


@FAMILY.form("/devices", Need.CHANGE)
def add() -> ResponseReturnValue:
    asked = taken(acts.add, flags=("trusts_ca",), places=lines("places"))
    made = acts.add(*here(), asked)
    return redirect(link(f"/devices/{made.key}", said="saved"))


@FAMILY.form("/devices/assign", Need.CHANGE)
def assign() -> ResponseReturnValue:
    """A choice is a child, with a new device, or a device that is known already."""
    choice = request.form.get("whose", "")
    known = next((row for row in desk().rows.devices if f"device:{row.key}" == choice), None)
    if known is not None:
        asked = taken(inbox.assign, of=known.of, key=known.key)
    else:
        asked = taken(inbox.assign, of=choice.removeprefix("child:"))
    inbox.assign(*here(), asked)
    return redirect(link("/devices", said="assigned"))


@FAMILY.form("/devices/forget", Need.CHANGE)
def forget() -> ResponseReturnValue:
    inbox.forget(*here(), taken(inbox.forget))
    return redirect(link("/devices", said="removed"))


@FAMILY.page("/devices/<device>", Need.CHANGE)
def one(device: str) -> ResponseReturnValue:
    return _one(device)


@FAMILY.form("/devices/<device>", Need.CHANGE)
def change(device: str) -> ResponseReturnValue:
    asked = taken(acts.change_, flags=("trusts_ca",), key=device, places=lines("places"))
    acts.change_(*here(), asked)
    return redirect(link(f"/devices/{device}", said="saved"))


@FAMILY.form("/devices/<device>/remove", Need.CHANGE)
def remove(device: str) -> ResponseReturnValue:
    acts.remove(*here(), DeviceAsked(device))
    return redirect(link("/devices", said="removed"))


@FAMILY.form("/devices/<device>/login", Need.CHANGE)
def login(device: str) -> ResponseReturnValue:
    """Shown in the answer itself: the password is in no address and in no history."""
    issued = acts.login(*here(), taken(acts.login, key=device))
    if not issued.password:
        return redirect(link(f"/devices/{device}", said="removed"))
    return _one(device, issued=issued)


@FAMILY.form("/devices/<device>/wireguard", Need.CHANGE)
def wireguard(device: str) -> ResponseReturnValue:
    asked: WireguardAsked = taken(acts.wireguard, key=device)
    made = acts.wireguard(*here(), asked)
    if not made.config:
        return redirect(link(f"/devices/{device}", said="removed"))
    return _one(device, peer=made, picture=qr(made.config, g.words("devices.qr")))


@FAMILY.form("/devices/<device>/sign-out", Need.CHANGE)
def sign_out(device: str) -> ResponseReturnValue:
    acts.sign_out(*here(), DeviceAsked(device))
    return redirect(link(f"/devices/{device}", said="saved"))


def _one(device: str, **more: Any) -> str:
    found = acts.show(*here(), DeviceAsked(device))
    tunnels = any(one.way == "wireguard" for one in desk().listen)
    return render_template(
        "devices/one.html", device=found, names=names(), tunnels=tunnels, **_choices(), **more
    )


def _choices() -> dict[str, Any]:
    children = [(row.key, visible(row.name or row.key)) for row in desk().rows.profiles]
    children.sort(key=lambda one: one[1].casefold())
    return {"children": children, "known": [row.key for row in desk().rows.devices]}

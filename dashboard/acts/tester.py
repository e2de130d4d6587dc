"""The tester: what would happen to this child, on this device, at this time, at this address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.policies.names import InvalidName, parse_url
from kidgate.policies.people import Need
from kidgate.proxy.explaining import as_json, explain
from kidgate.proxy.view import minutes_of

LONGEST = 4096  # characters of an address


class TryWanted(msgspec.Struct, frozen=True):
    """`child` or `device` empty: nobody knows it. `at` without a zone: by the house's clock."""

    url: str
    child: str = ""
    device: str = ""
    at: datetime | None = None  # None: now


class Tried(msgspec.Struct, frozen=True):
    """`answer` has the shape of `kidgate check --json`."""

    answer: dict[str, Any]


@act("tester.try", Need.LOOK)
def try_(desk: Desk, actor: Actor, asked: TryWanted) -> Tried:
    """The same answer as the gateway's and `kidgate check`'s, with its trace."""
    url = asked.url.strip()
    if not url or len(url) > LONGEST:
        raise Invalid(f"write an address of at most {LONGEST} characters")
    child, device = _who(desk, actor, asked)
    at = asked.at or desk.now()
    if at.tzinfo is None:
        at = at.replace(tzinfo=desk.zone)
    if "://" not in url:
        url = f"https://{url}"
    known = desk.addresses(_host(url))
    minutes = minutes_of(desk.home, child, at)
    found = explain(
        desk.snapshot(), desk.home.feeds, url, at, child, device, known, minutes=minutes
    )
    return Tried(as_json(found))


def _who(desk: Desk, actor: Actor, asked: TryWanted) -> tuple[str | None, str | None]:
    devices = {row.key: row for row in desk.rows.devices}
    device = devices.get(asked.device)
    if asked.device and (device is None or not _may_use(desk, actor, device.of)):
        raise NotThere(f"no device is called `{asked.device}`")
    child = asked.child or (device.of if device else "")
    if child:
        desk.profile(actor, child)
    return child or None, asked.device or None


def _may_use(desk: Desk, actor: Actor, owner: str) -> bool:
    return actor.sees_all or any(row.key == owner for row in actor.seen(desk.rows.profiles))


def _host(url: str) -> str:
    try:
        return parse_url(url).host
    except InvalidName:
        return ""

"""Devices that asked and that nobody has named, until an adult says whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.devices import DeviceWritten
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import ask, change
from kidgate.policies.device_edits import assigned, free_name, place_of
from kidgate.policies.macs import is_made_up
from kidgate.policies.people import Need
from kidgate.store.inbox import Seen, all_seen

MOST = 100  # shown


class Stranger(msgspec.Struct, frozen=True):
    """An unknown device. `place`: what it would be known by; `name`: what it calls itself; `way`:
    in, as config.yaml calls it; `made_up`: its MAC address is random and will change."""

    place: str
    mac: str
    address: str
    name: str
    way: str
    made_up: bool
    first_at: datetime
    last_at: datetime


class Inbox(msgspec.Struct, frozen=True):
    """The ones seen last; `total` counts all. Until one is named it has the tier `tier`."""

    devices: tuple[Stranger, ...]
    total: int
    tier: str


class InboxCount(msgspec.Struct, frozen=True):
    waiting: int


class AssignAsked(msgspec.Struct, frozen=True):
    """`of` empty: it is shared. `key`: the device it is, or what to call the new one."""

    place: Annotated[str, Meta(max_length=60)]
    of: str = ""
    key: str = ""


class PlaceAsked(msgspec.Struct, frozen=True):
    place: Annotated[str, Meta(max_length=60)]


@act("inbox.list", Need.CHANGE)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> Inbox:
    """Devices nobody has named, the one seen last first."""
    found = _unnamed(desk)
    shown = tuple(_stranger(seen) for seen in found[:MOST])
    return Inbox(shown, len(found), desk.rows.settings.unknown_tier)


@act("inbox.count", Need.CHANGE)
def count(desk: Desk, actor: Actor, asked: Nothing) -> InboxCount:
    """How many devices wait for a name."""
    return InboxCount(len(_unnamed(desk)))


@act("inbox.assign", Need.CHANGE, changes=True)
def assign(desk: Desk, actor: Actor, asked: AssignAsked) -> DeviceWritten:
    """Say whose an unknown device is.

    It is known by its MAC address from now on, or by its IP address where the network shows no
    other."""
    place = place_of(asked.place)
    seen = next((one for one in _seen(desk) if place in (one.key, one.address)), None)
    known = seen.key if seen is not None else place
    key = asked.key or free_name(desk.rows, seen.name if seen is not None else "", asked.of)
    version = change(
        desk, actor, lambda rows: assigned(rows, key, asked.of, known), f"assign {known}"
    )
    if seen is not None:
        ask(desk, "inbox.drop", key=seen.key, by=actor.by)
    return DeviceWritten(key, version)


@act("inbox.forget", Need.CHANGE, changes=True)
def forget(desk: Desk, actor: Actor, asked: PlaceAsked) -> InboxCount:
    """Forget an unknown device, until it asks again."""
    place = place_of(asked.place)
    for seen in _seen(desk):
        if place in (seen.key, seen.address):
            ask(desk, "inbox.drop", key=seen.key, by=actor.by)
    return InboxCount(len(_unnamed(desk)))


def _seen(desk: Desk) -> list[Seen]:
    with desk.database.reading() as session:
        return all_seen(session)


def _unnamed(desk: Desk) -> list[Seen]:
    """Those that no device has been named after since."""
    places = {place for row in desk.rows.devices for place in (*row.macs, *row.addresses)}
    return [seen for seen in _seen(desk) if not places & {seen.key, seen.mac}]


def _stranger(seen: Seen) -> Stranger:
    return Stranger(
        place=seen.key,
        mac=seen.mac,
        address=seen.address,
        name=seen.name,
        way=seen.way,
        made_up=bool(seen.mac) and is_made_up(seen.mac),
        first_at=seen.first_at,
        last_at=seen.last_at,
    )

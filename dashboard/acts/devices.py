"""Devices: what is known by address or log-in, whose it is, its ways in from away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import ask, change
from kidgate.policies import device_edits, edits
from kidgate.policies.device_edits import free_tunnel, places, with_login
from kidgate.policies.macs import is_made_up
from kidgate.policies.people import Need
from kidgate.policies.rows import DeviceRow, PolicyRows
from kidgate.proxy import coverage
from kidgate.proxy.coverage import HOUR_SECONDS
from kidgate.proxy.who.sessions import BrokenFile, load

PAGE = 50
Address = Annotated[str, Meta(max_length=60)]


class DevicesAsked(msgspec.Struct, frozen=True):
    """`of`: a child's key; `text` is looked for in names and addresses; pages start at 1."""

    of: str = ""
    text: str = ""
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1


class DeviceAsked(msgspec.Struct, frozen=True):
    key: str


class Device(msgspec.Struct, frozen=True):
    """`of` empty: it is shared. `made_up`: one of its MAC addresses is random. `tunnel` 0: it has
    no WireGuard key. `signed_in`: the child on a shared device, until then. `seen_at`: the hour in
    which it was last seen, within a day."""

    key: str
    of: str
    addresses: tuple[str, ...]
    macs: tuple[str, ...]
    made_up: bool
    login: str
    trusts_ca: bool
    tunnel: int
    signed_in: str = ""
    signed_in_until: datetime | None = None
    seen_at: datetime | None = None


class DevicesFound(msgspec.Struct, frozen=True):
    devices: tuple[Device, ...]
    total: int
    page: int
    pages: int


class DeviceAdded(msgspec.Struct, frozen=True):
    """`places`: MAC and IP addresses; without a key one is made from whose it is."""

    of: str = ""
    key: str = ""
    places: tuple[Address, ...] = ()
    trusts_ca: bool = True


class DeviceChanged(msgspec.Struct, frozen=True):
    """What is left out stays."""

    key: str
    of: str | UnsetType = UNSET
    places: tuple[Address, ...] | UnsetType = UNSET
    trusts_ca: bool | UnsetType = UNSET


class DeviceWritten(msgspec.Struct, frozen=True):
    key: str
    version: int


class LoginAsked(msgspec.Struct, frozen=True):
    key: str
    revoke: bool = False


class LoginIssued(msgspec.Struct, frozen=True):
    """Shown this once: the gateway keeps a hash alone. Empty: it has none any more."""

    key: str
    user: str
    password: str


class WireguardAsked(msgspec.Struct, frozen=True):
    """`endpoint`: where the device finds this box, HOST or HOST:PORT; may be left out where the
    gateway listens at one address."""

    key: str
    endpoint: Annotated[str, Meta(max_length=260)] = ""
    revoke: bool = False


class WireguardIssued(msgspec.Struct, frozen=True):
    """`config` holds a private key and is shown this once; `port`: UDP, for the router."""

    key: str
    config: str
    port: int


@act("devices.list", Need.CHANGE)
def list_(desk: Desk, actor: Actor, asked: DevicesAsked) -> DevicesFound:
    """Devices by whose they are."""
    found = [row for row in desk.rows.devices if _matches(row, asked)]
    found.sort(key=lambda row: (row.of, row.key))
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    signed, seen = signed_in(desk), _seen(desk)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return DevicesFound(tuple(_device(row, signed, seen) for row in shown), len(found), page, pages)


@act("devices.show", Need.CHANGE)
def show(desk: Desk, actor: Actor, asked: DeviceAsked) -> Device:
    """One device."""
    return _device(edits.find(desk.rows, DeviceRow, asked.key), signed_in(desk), _seen(desk))


@act("devices.add", Need.CHANGE, changes=True)
def add(desk: Desk, actor: Actor, asked: DeviceAdded) -> DeviceWritten:
    """Add a device by its addresses."""
    if asked.of:
        desk.profile(actor, asked.of)
    key = asked.key or device_edits.free_name(desk.rows, "", asked.of)
    found = places(asked.places)
    row = DeviceRow(key, asked.of, found["addresses"], found["macs"], trusts_ca=asked.trusts_ca)
    version = change(desk, actor, lambda rows: edits.add(rows, row), f"add device {key}")
    return DeviceWritten(key, version)


@act("devices.change", Need.CHANGE, changes=True)
def change_(desk: Desk, actor: Actor, asked: DeviceChanged) -> DeviceWritten:
    """Change whose a device is, where it is found, whether it trusts our certificate."""
    given: dict[str, object] = {}
    if asked.of is not UNSET:
        if asked.of:
            desk.profile(actor, asked.of)
        given["of"] = asked.of
    if asked.trusts_ca is not UNSET:
        given["trusts_ca"] = asked.trusts_ca
    if asked.places is not UNSET:
        given |= places(asked.places)

    def edit(rows: PolicyRows) -> PolicyRows:
        return edits.change(rows, DeviceRow, asked.key, **given)

    return DeviceWritten(asked.key, change(desk, actor, edit, f"change device {asked.key}"))


@act("devices.remove", Need.CHANGE, changes=True)
def remove(desk: Desk, actor: Actor, asked: DeviceAsked) -> Removed:
    """Remove a device with its rules and pauses."""
    edit = lambda rows: edits.remove(rows, DeviceRow, asked.key)  # noqa: E731
    return Removed(change(desk, actor, edit, f"remove device {asked.key}"))


@act("devices.login", Need.CHANGE, changes=True)
def login(desk: Desk, actor: Actor, asked: LoginAsked) -> LoginIssued:
    """Issue a log-in for the proxy with a new random password, or take it away."""
    user = edits.find(desk.rows, DeviceRow, asked.key).login or asked.key
    password = "" if asked.revoke else secrets.token_urlsafe(device_edits.PASSWORD_BYTES)
    change(
        desk,
        actor,
        lambda rows: with_login(rows, asked.key, user, password),
        f"log-in of device {asked.key}",
    )
    return LoginIssued(asked.key, user if password else "", password)


@act("devices.wireguard", Need.CHANGE, changes=True)
def wireguard(desk: Desk, actor: Actor, asked: WireguardAsked) -> WireguardIssued:
    """Make a device's WireGuard key, or take it away; a key it had before opens nothing more."""
    if asked.revoke:
        _put_tunnel(desk, actor, asked.key, "", 0)
        return WireguardIssued(asked.key, "", 0)
    from kidgate.proxy.wireguard.peers import new_peer

    listener = next((one for one in desk.listen if one.way == "wireguard"), None)
    if listener is None:
        raise Invalid("nothing listens for WireGuard; add wireguard://0.0.0.0:51820 to `listen`")
    number = edits.find(desk.rows, DeviceRow, asked.key).tunnel or free_tunnel(desk.rows)
    try:
        peer = new_peer(desk.home, listener, asked.endpoint.strip(), number)
    except (ValueError, OSError) as fault:
        raise Invalid(str(fault)) from None
    _put_tunnel(desk, actor, asked.key, peer.public, number)
    return WireguardIssued(asked.key, peer.config, peer.own_port)


@act("devices.sign_out", Need.CHANGE, changes=True)
def sign_out(desk: Desk, actor: Actor, asked: DeviceAsked) -> DeviceWritten:
    """End the session of whoever signed in on a shared device."""
    edits.find(desk.rows, DeviceRow, asked.key)
    ask(desk, "pin.leave", device=asked.key, by=actor.by)
    return DeviceWritten(asked.key, desk.read()[1])


def _put_tunnel(desk: Desk, actor: Actor, key: str, public: str, number: int) -> None:
    said = f"WireGuard key of device {key}" if public else f"no WireGuard key for device {key}"
    change(
        desk,
        actor,
        lambda rows: edits.change(rows, DeviceRow, key, wireguard=public, tunnel=number),
        said,
    )


def _matches(row: DeviceRow, asked: DevicesAsked) -> bool:
    text = asked.text.strip().casefold()
    texts = (row.key, row.of, *row.addresses, *row.macs)
    return asked.of in ("", row.of) and (not text or any(text in one.casefold() for one in texts))


def signed_in(desk: Desk) -> dict[str, tuple[str, datetime]]:
    """Who is signed in on shared devices now."""
    try:
        found = load(desk.home.sessions.read_bytes()).sessions
    except (OSError, BrokenFile):
        return {}
    return {one.device: (one.child, one.until) for one in found if desk.now() < one.until}


def _seen(desk: Desk) -> dict[str, datetime]:
    """The last hour, of the last day, in which workers saw a device."""
    found: dict[str, int] = {}
    for path in desk.home.run.glob("coverage-*.json"):
        for hour, devices in coverage.read(path).items():
            for key in devices:
                found[key] = max(hour, found.get(key, 0))
    return {key: datetime.fromtimestamp(hour * HOUR_SECONDS, UTC) for key, hour in found.items()}


def _device(
    row: DeviceRow, signed: Mapping[str, tuple[str, datetime]], seen: Mapping[str, datetime]
) -> Device:
    child, until = signed.get(row.key, ("", None))
    return Device(
        key=row.key,
        of=row.of,
        addresses=row.addresses,
        macs=row.macs,
        made_up=any(map(is_made_up, row.macs)),
        login=row.login,
        trusts_ca=row.trusts_ca,
        tunnel=row.tunnel,
        signed_in=child,
        signed_in_until=until,
        seen_at=seen.get(row.key),
    )

"""`device inbox`, `assign`, `forget`: devices that asked and that nobody has named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.differences import answer_change
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import local, note, say, stamp, table
from kidgate.policies.device_edits import assigned, free_name, is_mac, place_of
from kidgate.policies.edits import EditFault
from kidgate.policies.macs import is_made_up

if TYPE_CHECKING:
    from kidgate.store.inbox import Seen

SHOWN = ("first", "last")  # to people; programs have first_at and last_at
ADVICE = {
    "en": """\
A made-up MAC address is forgotten when the device forgets the network, and a new one comes.
On that device, turn it off for this network alone:
  iPhone, iPad  Settings > Wi-Fi > (i) beside the network > Private Wi-Fi Address > Off or Fixed
  Android       Settings > Network & internet > Wi-Fi > the network > Privacy > Use device MAC
  Windows       Settings > Network & internet > Wi-Fi > the network > Random hardware addresses
  macOS         System Settings > Wi-Fi > Details beside the network > Private Wi-Fi address > Off
Then it shows up here once more, with its own.""",
    "vi": """\
Địa chỉ MAC ngẫu nhiên sẽ đổi khi máy quên mạng này. Trên máy đó, hãy tắt cho riêng mạng này:
  iPhone, iPad  Cài đặt > Wi-Fi > (i) cạnh tên mạng > Địa chỉ Wi-Fi riêng tư > Tắt hoặc Cố định
  Android       Cài đặt > Mạng và Internet > Wi-Fi > tên mạng > Quyền riêng tư > Dùng MAC thiết bị
  Windows       Cài đặt > Mạng và Internet > Wi-Fi > tên mạng > Địa chỉ phần cứng ngẫu nhiên > Tắt
  macOS         Cài đặt hệ thống > Wi-Fi > Chi tiết cạnh tên mạng > Địa chỉ Wi-Fi riêng tư > Tắt
Sau đó máy sẽ hiện lại ở đây với địa chỉ thật.""",
}


class PlaceType(click.ParamType[str]):
    """A MAC or an IP address, in its canonical spelling."""

    name = "mac or address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return place_of(str(value))
        except EditFault as fault:
            self.fail(str(fault), param, ctx)


@click.command("inbox", cls=Command)
@pass_app
def inbox(app: App) -> None:
    """Devices that asked for the internet and that nobody has named yet.

    Until one is assigned it has the strictest tier.
    """
    found = [_document(app, seen) for seen in _unnamed(app)]

    def people() -> None:
        if not found:
            say("Nobody unknown has asked.")
            return
        columns = ("mac", "address", "name", "way", "first", "last")
        table(columns, [[row[column] for column in columns] for row in found])
        say("Say whose one is: kidgate device assign MAC --of CHILD")
        if any(row["made_up"] for row in found):
            say("\n" + advice(app))

    app.answer([{k: v for k, v in row.items() if k not in SHOWN} for row in found], people)


@click.command("assign", cls=Command)
@click.argument("place", type=PlaceType(), metavar="MAC|ADDRESS")
@click.option("--of", "owner", default="", help="The profile it belongs to.")
@click.option("--shared", is_flag=True, help="It is nobody's own: children sign in with a PIN.")
@click.option("--name", default="", help="What to call it, or the device that it is.")
@pass_app
def assign(app: App, place: str, owner: str, shared: bool, name: str) -> None:
    """Say whose an unknown device is.

    It is known by its MAC address from now on, or by its IP address where the network shows no
    other.
    """
    if bool(owner) == shared:
        raise click.UsageError("name its child with --of, or say --shared")
    seen = next((s for s in _seen(app) if place in (s.key, s.address)), None)
    found = seen.key if seen is not None else place
    key = name or free_name(app.rows, seen.name if seen is not None else "", owner)
    changed = app.change(lambda rows: assigned(rows, key, owner, found), f"assign {found}")
    if seen is not None:
        app.do("inbox.drop", key=seen.key)
    answer_change(app, changed, device=key)
    if is_mac(found) and is_made_up(found):
        note(advice(app))


@click.command("forget", cls=Command)
@click.argument("place", type=PlaceType(), metavar="MAC|ADDRESS")
@pass_app
def forget(app: App, place: str) -> None:
    """Forget an unknown device, until it asks again."""
    keys = [seen.key for seen in _seen(app) if place in (seen.key, seen.address)]
    if not keys:
        raise Failure(f"`{place}` is not in the inbox; see kidgate device inbox", USAGE)
    for key in keys:
        app.do("inbox.drop", key=key)
    app.answer({"forgotten": keys}, lambda: say(f"Forgotten: {', '.join(keys)}"))


def advice(app: App) -> str:
    """What to do about made-up MAC addresses, in the language of the house."""
    return ADVICE[app.rows.settings.language if app.rows.settings.language in ADVICE else "en"]


def _seen(app: App) -> list[Seen]:
    from kidgate.store.inbox import all_seen

    with app.database.reading() as session:
        return all_seen(session)


def _unnamed(app: App) -> Iterable[Seen]:
    """Those that no device has been named after since."""
    places = {place for row in app.rows.devices for place in (*row.macs, *row.addresses)}
    return (seen for seen in _seen(app) if not places & {seen.key, seen.mac})


def _document(app: App, seen: Seen) -> dict[str, Any]:
    made_up = bool(seen.mac) and is_made_up(seen.mac)
    return {
        "mac": seen.mac,
        "made_up": made_up,
        "address": seen.address,
        "name": seen.name,
        "way": seen.way,
        "first": local(seen.first_at, app.zone),
        "last": local(seen.last_at, app.zone),
        "first_at": stamp(seen.first_at, app.zone),
        "last_at": stamp(seen.last_at, app.zone),
        "advice": advice(app) if made_up else "",
    }

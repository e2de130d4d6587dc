"""`device wireguard`: a device's own way in from away."""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import note, say

if TYPE_CHECKING:
    from kidgate.documents.config import Listener


@click.group(cls=Group)
def wireguard() -> None:
    """Devices that come through WireGuard, from home and from away."""


@wireguard.command("add")
@click.argument("key")
@click.option("--endpoint", default="", help="Where it finds this box: HOST or HOST:PORT.")
@click.option(
    "--png", type=click.Path(path_type=Path), help="Write the QR code to a picture as well."
)
@pass_app
def add(app: App, key: str, endpoint: str, png: Path | None) -> None:
    """Make a device's key and show it once, as text and QR code.

    Scan it with the WireGuard app. A key that the device had before opens nothing any more; the new
    private key is kept nowhere.
    """
    from kidgate.policies import edits
    from kidgate.policies.device_edits import free_tunnel
    from kidgate.policies.rows import DeviceRow
    from kidgate.proxy.wireguard.peers import new_peer

    listener = _listener(app)
    number = edits.find(app.rows, DeviceRow, key).tunnel or free_tunnel(app.rows)
    try:
        peer = new_peer(app.home, listener, endpoint, number)
    except (ValueError, OSError) as fault:
        hint = "" if endpoint else "; give --endpoint"
        raise Failure(f"{fault}{hint}", USAGE) from None
    picture = _picture(peer.config, png) if png is not None else ""
    fields = {"wireguard": peer.public, "tunnel": number}
    changed = app.change(
        lambda rows: edits.change(rows, DeviceRow, key, **fields), f"WireGuard key of device {key}"
    )
    answer_change(app, changed, config=peer.config, tunnel=number, port=peer.port, png=picture)
    if not app.json:
        _tell(peer.config, key, peer.own_port)


@wireguard.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Take a device's key away: it opens nothing within a second."""
    from kidgate.policies import edits
    from kidgate.policies.rows import DeviceRow

    changed = app.change(
        lambda rows: edits.change(rows, DeviceRow, key, wireguard="", tunnel=0),
        f"no WireGuard key for device {key}",
    )
    answer_change(app, changed)


def _listener(app: App) -> Listener:
    from kidgate.proxy.wireguard.peers import FIRST_PORT

    found = next((one for one in app.config.listen if one.way == "wireguard"), None)
    if found is None:
        place = f"wireguard://0.0.0.0:{FIRST_PORT}"
        raise Failure(f'nothing listens for WireGuard; add "{place}" to `listen`', USAGE)
    return found


def _picture(text: str, path: Path) -> str:
    """Write the QR code where nobody else can read it: it holds the private key."""
    import segno

    data = BytesIO()
    segno.make(text, micro=False).save(data, kind="png", scale=6)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise Failure(f"`{path}` cannot be written: {fault.strerror}", USAGE) from None
    with os.fdopen(fd, "wb") as file:
        file.write(data.getvalue())
    return str(path)


def _tell(text: str, key: str, port: int) -> None:
    say("")
    say(text)
    if sys.stdout.isatty():
        import segno

        drawn = StringIO()
        segno.make(text, micro=False).terminal(out=drawn, compact=True)
        click.echo(drawn.getvalue())
    note(
        f"Shown this once. On {key}: WireGuard app > + > scan the QR code. "
        f"From away it needs UDP port {port} forwarded from the router to this box."
    )

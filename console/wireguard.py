"""`device wireguard`: a device's own way in from away."""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import note, say

if TYPE_CHECKING:
    from kidgate.documents.config import Listener
    from kidgate.policies.rows import PolicyRows

FIRST_PORT = 51820
ANYWHERE = ("0.0.0.0", "::")
CONFIG = """\
[Interface]
PrivateKey = {private}
Address = {four}/32, {six}/128
DNS = {names}

[Peer]
PublicKey = {server}
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = {host}:{port}
"""


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
    from kidgate.policies.rows import DeviceRow
    from kidgate.policies.tunnel_keys import tunnel_port
    from kidgate.proxy.wireguard.keys import new_pair, public_of, server_key

    listener = _listener(app)
    host, first = _endpoint(endpoint, listener)
    number = edits.find(app.rows, DeviceRow, key).tunnel or _free_number(app.rows)
    try:
        port = tunnel_port(first, number)
        server = public_of(server_key(app.home.wireguard))
    except (ValueError, OSError) as fault:
        raise Failure(str(fault), USAGE) from None
    private, public = new_pair()
    text = _config(private, number, server, host, port)
    picture = _picture(text, png) if png is not None else ""
    fields = {"wireguard": public, "tunnel": number}
    changed = app.change(
        lambda rows: edits.change(rows, DeviceRow, key, **fields), f"WireGuard key of device {key}"
    )
    answer_change(app, changed, config=text, tunnel=number, port=port, png=picture)
    if not app.json:
        _tell(text, key, tunnel_port(listener.port, number))


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
    found = next((one for one in app.config.listen if one.way == "wireguard"), None)
    if found is None:
        place = f"wireguard://0.0.0.0:{FIRST_PORT}"
        raise Failure(f'nothing listens for WireGuard; add "{place}" to `listen`', USAGE)
    return found


def _endpoint(text: str, listener: Listener) -> tuple[str, int]:
    """Host and first port as a device writes them. Raises Failure."""
    from kidgate.policies.names import InvalidName, parse_authority

    if not text and listener.host in ANYWHERE:
        raise Failure("say where a device finds this box: --endpoint home.example", USAGE)
    try:
        host, port = parse_authority(text, listener.port) if text else (listener.host, 0)
    except InvalidName as fault:
        raise Failure(str(fault), USAGE) from None
    return (f"[{host}]" if ":" in host else host), port or listener.port


def _free_number(rows: PolicyRows) -> int:
    taken = {row.tunnel for row in rows.devices}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _config(private: str, number: int, server: str, host: str, port: int) -> str:
    from kidgate.policies.tunnel_keys import NAME_SERVER, tunnel_addresses

    four, six = tunnel_addresses(number)
    fields: dict[str, Any] = {"private": private, "server": server, "host": host, "port": port}
    return CONFIG.format(four=four, six=six, names=NAME_SERVER, **fields)


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

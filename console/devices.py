"""`device`: what is known by address or log-in, and whose it is."""

from __future__ import annotations

import secrets
from typing import Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import SECRET, answer_change
from kidgate.console.output import facts, say, table
from kidgate.policies.device_edits import PASSWORD_BYTES, with_login


class AddressType(click.ParamType[str]):
    """An IP address in its canonical spelling."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kidgate.policies.names import InvalidName, canonical_address

        try:
            return canonical_address(str(value))
        except InvalidName as fault:
            self.fail(str(fault), param, ctx)


class MacType(click.ParamType[str]):
    """A hardware address: lower case, with colons."""

    name = "mac"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kidgate.policies.macs import canonical_mac

        try:
            return canonical_mac(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


_owner = click.option("--of", help="The profile it belongs to; without one: the strictest tier.")
_addresses = click.option(
    "--address", "addresses", type=AddressType(), multiple=True, help="An IP address of it."
)
_macs = click.option("--mac", "macs", type=MacType(), multiple=True, help="A hardware address.")
_ca = click.option(
    "--ca/--no-ca",
    "trusts_ca",
    default=None,
    help="Whether our certificate is installed on it; without, it is judged by names alone.",
)


@click.group(cls=Group)
def device() -> None:
    """Tablets, phones, computers, and whose they are."""


@device.command("add")
@click.argument("key")
@_owner
@_addresses
@_macs
@_ca
@click.option("--login", is_flag=True, help="Issue a log-in for the proxy, shown once.")
@pass_app
def add(app: App, /, key: str, login: bool, **fields: Any) -> None:
    """Add a device. KEY is a short word such as tablet."""
    from kidgate.policies import edits
    from kidgate.policies.rows import DeviceRow

    password = secrets.token_urlsafe(PASSWORD_BYTES) if login else ""
    row = DeviceRow(key, **{name: value for name, value in fields.items() if value is not None})
    changed = app.change(
        lambda rows: with_login(edits.add(rows, row), key, key, password), f"add device {key}"
    )
    answer_change(app, changed, **_issued(key, password))
    _tell_login(app, key, password)


@device.command("set")
@click.argument("key")
@_owner
@_addresses
@_macs
@_ca
@pass_app
def set_(app: App, /, key: str, **fields: Any) -> None:
    """Change a device; addresses given replace those there are."""
    from kidgate.policies import edits
    from kidgate.policies.rows import DeviceRow

    given = {name: value for name, value in fields.items() if value not in (None, ())}
    if not given:
        raise click.UsageError("name what to change, for example --of mai")
    changed = app.change(
        lambda rows: edits.change(rows, DeviceRow, key, **given), f"change device {key}"
    )
    answer_change(app, changed)


@device.command("login")
@click.argument("key")
@click.option("--name", help="The user name; else the one it has, or KEY.")
@click.option("--revoke", is_flag=True, help="Take the log-in away.")
@pass_app
def login(app: App, key: str, name: str | None, revoke: bool) -> None:
    """Issue a new random password for the proxy.

    It is shown once and kept nowhere.
    """
    from kidgate.policies import edits
    from kidgate.policies.rows import DeviceRow

    user = "" if revoke else name or edits.find(app.rows, DeviceRow, key).login or key
    password = "" if revoke else secrets.token_urlsafe(PASSWORD_BYTES)
    changed = app.change(
        lambda rows: with_login(rows, key, user, password), f"log-in of device {key}"
    )
    answer_change(app, changed, **_issued(user, password))
    _tell_login(app, user, password)


@device.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Remove a device with its rules and pauses."""
    from kidgate.policies import edits
    from kidgate.policies.rows import DeviceRow

    answer_change(
        app, app.change(lambda rows: edits.remove(rows, DeviceRow, key), f"remove device {key}")
    )


@device.command("list")
@click.option("--of", "owner", help="Only this profile's.")
@pass_app
def list_(app: App, owner: str | None) -> None:
    """Every device."""
    found = [_document(row) for row in app.rows.devices if owner in (None, row.of)]

    def people() -> None:
        if not found:
            say("No devices; add one with kidgate device add KEY --of CHILD --address IP.")
            return
        columns = ("key", "of", "addresses", "macs", "login", "trusts_ca")
        table(columns, [[row[column] for column in columns] for row in found])

    app.answer(found, people)


@device.command("show")
@click.argument("key")
@pass_app
def show(app: App, key: str) -> None:
    """One device."""
    from kidgate.policies.edits import find
    from kidgate.policies.rows import DeviceRow

    document = _document(find(app.rows, DeviceRow, key))
    app.answer(document, lambda: facts(document.items()))


def _document(row: Any) -> dict[str, Any]:
    """A device without what its password could be guessed by."""
    from kidgate.policies.rows_json import to_json

    document = to_json(row)
    del document[SECRET]
    return document


def _issued(user: str, password: str) -> dict[str, str]:
    return {"login": user, "password": password} if password else {}


def _tell_login(app: App, user: str, password: str) -> None:
    if password and not app.json:
        say(f"Proxy log-in, shown this once: user {user}, password {password}")

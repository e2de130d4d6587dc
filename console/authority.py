"""`ca`: the gateway's own certificate, to be installed on the children's devices."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import UNREACHABLE, Failure
from kidgate.console.output import facts, local, say, stamp


@click.group(cls=Group)
def ca() -> None:
    """The certificate that devices must trust."""


@ca.command("show")
@pass_app
def show(app: App) -> None:
    """Where the certificate is, its fingerprint, how long it is good."""
    public = _public(app)
    name, fingerprint, ends = _read(public)
    document = {
        "path": str(public),
        "name": name,
        "sha256": fingerprint,
        "until": stamp(ends, app.zone),
    }
    app.answer(document, lambda: facts(document.items()))


@ca.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@pass_app
def export(app: App, path: Path) -> None:
    """Write the certificate to PATH, to install it on a device.

    Its private key stays where it is.
    """
    public = _public(app)
    name, fingerprint, ends = _read(public)
    if path.is_dir():
        path = path / public.name
    path.write_bytes(public.read_bytes())

    def people() -> None:
        say(f"{name} is in {path}, good until {local(ends, app.zone)}.")
        say(f"On the device, compare its SHA-256 fingerprint: {fingerprint}")

    app.answer({"file": str(path), "sha256": fingerprint}, people)


def _public(app: App) -> Path:
    from kidgate.proxy.ca import PUBLIC

    path = app.home.ca / PUBLIC
    if not path.is_file():
        raise Failure(f"there is no certificate `{path}`; run kidgate setup", UNREACHABLE)
    return path


def _read(public: Path) -> tuple[str, str, datetime]:
    """Name, fingerprint and end of a certificate."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    from kidgate.proxy.ca import fingerprint

    try:
        certificate = x509.load_pem_x509_certificate(public.read_bytes())
    except ValueError:
        raise Failure(f"`{public}` is damaged; restore a backup", UNREACHABLE) from None
    names: Any = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return names[0].value, fingerprint(public), certificate.not_valid_after_utc

"""`ca`: the gateway's own certificate, to be installed on the children's devices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import facts, local, say, stamp

if TYPE_CHECKING:
    from kidgate.proxy.public_certificate import PublicCertificate

PATH = "/install"


@click.group(cls=Group)
def ca() -> None:
    """The certificate that devices must trust."""


@ca.command("show")
@click.option("--qr", is_flag=True, help="Draw a code that leads a phone to the page that helps.")
@pass_app
def show(app: App, *, qr: bool) -> None:
    """Where the certificate is, its fingerprint, where devices get it."""
    public, certificate = _read(app)
    page = _page(app)
    document: dict[str, Any] = {
        "path": str(public),
        "name": certificate.name,
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "until": stamp(certificate.until, app.zone),
        "page": page,
    }

    def people() -> None:
        facts(document.items())
        if qr:
            _draw(page)

    app.answer(document, people)


@ca.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "ending",
    type=click.Choice(["pem", "der", "mobileconfig"]),
    help="Else as the ending of PATH says: .crt and .cer are der.",
)
@pass_app
def export(app: App, path: Path, ending: str | None) -> None:
    """Write the certificate to PATH, to install it on a device.

    Its private key stays where it is.
    """
    from kidgate.proxy.public_certificate import STEM, TYPES

    _, certificate = _read(app)
    form = {"der": "crt"}.get(ending or "", ending)
    if path.is_dir():
        form = form or "pem"
        path = path / f"{STEM}.{form}"
    form = form or path.suffix.lstrip(".").lower() or "pem"
    form = "crt" if form == "der" else form
    if form not in TYPES:
        raise Failure(
            f"`{path.name}` does not end in .pem, .crt, .cer or .mobileconfig; name the --format",
            USAGE,
        )
    path.write_bytes(certificate.form(form, purpose=_purpose(app)))

    def people() -> None:
        say(f"{certificate.name} is in {path}, good until {local(certificate.until, app.zone)}.")
        say(f"On the device, compare its SHA-256 fingerprint: {certificate.sha256}")

    app.answer({"file": str(path), "format": form, "sha256": certificate.sha256}, people)


def _read(app: App) -> tuple[Path, PublicCertificate]:
    """Where the certificate is, and itself. Raises Failure."""
    from kidgate.proxy.ca import PUBLIC
    from kidgate.proxy.public_certificate import NoCertificate, PublicCertificate

    path = app.home.ca / PUBLIC
    if not path.is_file():
        raise Failure(f"there is no certificate `{path}`; run kidgate setup", UNREACHABLE)
    try:
        found = PublicCertificate.of(path.read_bytes())
        _ = found.until
    except (NoCertificate, ValueError):
        raise Failure(f"`{path}` is damaged; restore a backup", UNREACHABLE) from None
    return path, found


def _page(app: App) -> str:
    """The address of the page that helps to install it: by address where devices may not know our
    name, by name else."""
    from kidgate.policies.destinations import is_private

    for listener in app.config.listen:
        is_here = listener.host.startswith("127.") or listener.host in ("::1", "::", "0.0.0.0")
        if listener.way == "explicit" and not is_here and is_private(listener.host):
            return f"http://{listener}{PATH}"
    names = app.rows.settings.own_names
    return f"http://{names[0]}{PATH}" if names else ""


def _purpose(app: App) -> str:
    from kidgate.proxy.pages.words import load_words

    return load_words(app.config.locale).texts["install/purpose"]


def _draw(url: str) -> None:
    import sys

    import segno

    segno.make(url, error="m", micro=False).terminal(out=sys.stdout, compact=True)

"""`setup`: everything a gateway needs before its first start. Doing it twice is doing it once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import note, say
from kidgate.console.profiles import LANGUAGES

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows

LOCALTIME = Path("/etc/localtime")
ZONES = "zoneinfo/"


@click.command(cls=Command)
@click.option("--zone", help="IANA time zone of the house, like Asia/Ho_Chi_Minh.")
@click.option("--language", type=LANGUAGES, help="Of pages, where nobody chose another.")
@click.option("--house", default="", help="Name of the house, for its certificate on devices.")
@click.option("--quiet", is_flag=True, help="Say only what was assumed or changed.")
@pass_app
def setup(app: App, zone: str | None, language: str | None, house: str, quiet: bool) -> None:
    """Make all that a gateway needs before its first start.

    That is the home, the database, the certificate, the first policy and an index of the best known
    sites; what is there already stays. Without --zone the system's time zone is taken, and said.
    """
    if zone is not None:
        _check_zone(zone)
    from kidgate.proxy.ca import PRIVATE, ensure_ca, fingerprint

    existing = _existing(app)
    is_new = existing is None
    if is_new and zone is None:
        zone = _guessed_zone()
        note(f"Time zone: {zone}, as this system has it. To change it: kidgate setup --zone ZONE")
    if is_new and language is None:
        language = _guessed_language()
        note(f"Language: {language}. To change it: kidgate setup --language vi or en")
    app.home.make()
    version = _write(app, existing, zone, language)
    if not app.home.index.exists():
        app.do("feed.starters" if existing is None or existing[1] == 0 else "index.rebuild")
    app.do("words.publish")  # workers start beside the keeper, and read them at once
    if house and (app.home.ca / PRIVATE).exists():
        note("The certificate is there already and keeps its name: devices trust that very one.")
    public = ensure_ca(app.home.ca, now=app.now(), house=house)
    document = {
        "home": str(app.home.root),
        "database": _place(app),
        "version": version,
        "certificate": str(public),
        "sha256": fingerprint(public),
    }
    app.answer(document, lambda: None if quiet else _tell(app, document))


def _existing(app: App) -> tuple[PolicyRows, int] | None:
    """The policy that is there, and its version; None where there is no database yet.

    A database that is there but cannot be read is no reason to make another: DatabaseFault.
    """
    from kidgate.store.database import open_database
    from kidgate.store.policy import head, read_policy

    path = app.config.home / app.config.database
    if "://" not in app.config.database and not path.exists():
        return None
    # Brings an older one up to date, as the keeper would at its start.
    database = open_database(app.config.database_url, create=True)
    try:
        with database.reading() as session:
            return read_policy(session), head(session)
    finally:
        database.close()


def _write(
    app: App, existing: tuple[PolicyRows, int] | None, zone: str | None, language: str | None
) -> int:
    """Write the settings that were given, and publish the snapshot; the version."""
    from kidgate.policies.rows import PolicyRows
    from kidgate.policies.rows_json import to_json

    rows, base = existing or (PolicyRows(), 0)
    given: dict[str, Any] = {"zone": zone} if zone else {}
    given |= {"language": language} if language else {}
    rows = replace(rows, settings=replace(rows.settings, **given))
    answer = app.do(
        "policy.write",
        create=True,
        rows=to_json(rows),
        base=base,
        author=app.author,
        comment="setup",
    )
    return int(answer["version"])


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise Failure(
            f"no time zone is called `{zone}`; write one like Asia/Ho_Chi_Minh", USAGE
        ) from None


def _guessed_zone() -> str:
    """The zone of this system. Raises Failure where it cannot be told: one is never assumed."""
    found = [os.environ.get("TZ", "").removeprefix(":")]
    if LOCALTIME.is_symlink():
        found.append(os.path.realpath(LOCALTIME).partition(ZONES)[2])
    known = available_timezones()
    for zone in found:
        if zone in known:
            return zone
    raise Failure(
        "this system does not say its time zone; give one: kidgate setup --zone Asia/Ho_Chi_Minh",
        USAGE,
    )


def _guessed_language() -> str:
    """Vietnamese, unless this system speaks English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith("en") else "vi"


def _place(app: App) -> str:
    """The database without the password of its URL."""
    from kidgate.store.database import open_database

    database = open_database(app.config.database_url, create=False)
    database.close()
    return database.place


def _tell(app: App, document: dict[str, Any]) -> None:
    from kidgate.documents.config import default_home

    usual = default_home(os.environ, root=os.geteuid() == 0)
    option = "" if app.home.root == usual else f"--home {app.home.root} "
    explicit = [listener for listener in app.config.listen if listener.way == "explicit"]
    device = f"set the device's proxy to {explicit[0]}" if explicit else "see docs/ways-in.md"
    say(f"Kidgate is set up in {document['home']} (policy version {document['version']}).")
    say(f"Fingerprint of its certificate: {document['sha256']}")
    say("Next:")
    for number, (what, command) in enumerate(
        (
            ("a child", "profile add mai --name 'Mai' --born 2016-05-01"),
            ("a device of theirs", "device add tablet --of mai --address 192.168.1.20"),
            ("a list of sites", "feed import PATH --category adult"),
            ("the certificate, for the device", "ca export kidgate-ca.pem"),
            (f"the gateway; then {device}", "up"),
        ),
        1,
    ):
        say(f"  {number}. kidgate {option}{command}    # {what}")

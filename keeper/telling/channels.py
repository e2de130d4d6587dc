"""What can be done with channels. Their URLs come in here and never leave, whole or in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kidgate.documents.digest.messages import trial_message
from kidgate.documents.sentences import LANGUAGES
from kidgate.keeper.telling.sender import Job, Send, send
from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import TOLD, Severity
from kidgate.policies.schedule import InvalidSchedule, parse_schedule
from kidgate.store.channels import (
    ChannelRow,
    all_channels,
    drop_channel,
    find_channel,
    note_fault,
    put_channel,
    readers,
)
from kidgate.store.policy import read_policy

LONGEST_NAME, LONGEST_URL, MOST_HOURLY = 64, 2000, 120
SETTINGS = frozenset({"severity", "kinds", "quiet", "language", "hourly", "enabled", "url"})
# They speak to the machine itself, not to a person who is elsewhere.
_OF_THE_MACHINE = ("dbus", "qt", "kde", "glib", "gnome", "macosx", "windows", "syslog", "memory")
TEST_SECONDS = 10.0


class BadChannel(ValueError):
    """The channel cannot be as it was stated; the message says what to write instead."""


def add(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Add a channel: `name`, `url`, `user` (empty: the house) and settings. Raises BadChannel."""
    name, url = str(args["name"]).strip(), str(args["url"]).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadChannel(f"a channel needs a name of 1 to {LONGEST_NAME} letters")
    given = {key: args[key] for key in SETTINGS - {"url"} if args.get(key) is not None}
    row = _checked(_set(ChannelRow(0, name, str(args.get("user") or ""), url), given))
    _check_url(url)
    with writer.database.writing() as session:
        if row.user and row.user not in readers(session):
            raise BadChannel(f"no user is called `{row.user}`; see kidgate user list")
        if find_channel(session, name) is not None:
            raise BadChannel(f"a channel `{name}` is there already; choose another name")
        number = put_channel(session, replace(row, created_at=writer.now()))
    return {"id": number, "name": name, "address": row.address}


def change(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Change settings of the channel `name` to those in `set`. Raises BadChannel."""
    if unknown := set(args["set"]) - SETTINGS:
        raise BadChannel(f"a channel has no setting {', '.join(sorted(unknown))}")
    if "url" in args["set"]:
        _check_url(str(args["set"]["url"]))
    old = _found(writer, str(args["name"]))
    row = _checked(_set(old, args["set"]))
    with writer.database.writing() as session:
        put_channel(session, row)
    return {"id": row.id, "name": row.name, "address": row.address}


def remove(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Remove the channel `name` and what waits for it. Raises BadChannel."""
    row = _found(writer, str(args["name"]))
    with writer.database.writing() as session:
        drop_channel(session, row.id)
    return {"id": row.id, "name": row.name}


def test(writer: Writer, args: Mapping[str, Any], sending: Send | None = None) -> dict[str, Any]:
    """Send a test to the channel `name` now; what went wrong, empty when it is out."""
    row = _found(writer, str(args["name"]))
    with writer.database.reading() as session:
        language = row.language or read_policy(session).settings.language
    made = trial_message(language)
    job = Job(0, row.id, row.url, made.title, made.text)
    faults = sending([job]) if sending else send([job], seconds=TEST_SECONDS)
    with writer.database.writing() as session:
        note_fault(session, row.id, faults[0], writer.now() if faults[0] else None)
    return {"name": row.name, "fault": faults[0]}


def _found(writer: Writer, name: str) -> ChannelRow:
    with writer.database.reading() as session:
        row = find_channel(session, name)
        known = [channel.name for channel in all_channels(session)]
    if row is None:
        there = ", ".join(known) or "none"
        raise BadChannel(f"no channel is called `{name}`; there are: {there}")
    return row


def _set(row: ChannelRow, given: Mapping[str, Any]) -> ChannelRow:
    values = dict(given)
    if "kinds" in values:
        values["kinds"] = tuple(map(str, values["kinds"]))
    return replace(row, **values)


def _checked(row: ChannelRow) -> ChannelRow:
    """Raises BadChannel."""
    if unknown := set(row.kinds) - TOLD:
        known = ", ".join(sorted(TOLD))
        raise BadChannel(f"nobody is told of `{', '.join(sorted(unknown))}`; kinds are {known}")
    if row.severity not in list(Severity):
        raise BadChannel(f"`{row.severity}` is no severity; write info, warning or urgent")
    if row.language not in ("", *LANGUAGES):
        raise BadChannel(f"`{row.language}` is no language of ours; write vi or en")
    if type(row.hourly) is not int or not 1 <= row.hourly <= MOST_HOURLY:
        raise BadChannel(f"messages an hour must be 1 to {MOST_HOURLY}")
    if type(row.enabled) is not bool:
        raise BadChannel("a channel is enabled or not")
    try:
        parse_schedule(row.quiet) if row.quiet else None
    except InvalidSchedule as fault:
        raise BadChannel(f"the quiet hours: {fault}") from None
    return row


def _check_url(url: str) -> None:
    """Ask the sending process whether the URL can be one. Raises BadChannel, without the URL."""
    scheme, slashes, _ = url.partition("://")
    if not slashes or len(url) > LONGEST_URL or not url.isprintable():
        raise BadChannel("the address is none: write it as Apprise does, like ntfy://SERVER/TOPIC")
    if scheme.lower() in _OF_THE_MACHINE:
        raise BadChannel(f"`{scheme}` stays on this machine; choose one that reaches a person")
    if fault := send([Job(0, 0, url, "", "")], seconds=TEST_SECONDS)[0]:
        raise BadChannel(f"{fault}; see https://appriseit.com for how to write one")

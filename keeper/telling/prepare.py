"""Alerts -> messages that wait in the outbox, for each channel whose adult is to know."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from kidgate.documents.digest.messages import alert_message
from kidgate.keeper import commands
from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import DIGEST, Severity, at_least
from kidgate.policies.people import Role, sees
from kidgate.policies.rows import PolicyRows, ProfileRow
from kidgate.store.alerts import AlertRow, mark_told, untold
from kidgate.store.channels import ChannelRow, Reader, all_channels, put_messages, readers
from kidgate.store.policy import read_policy

logger = logging.getLogger(__name__)
REQUEST = "request"


def prepare(writer: Writer, base: str) -> int:
    """Make a message of each alert for each channel that wants it; how many there were.

    `base`: where adults reach the dashboard; empty where they do not.
    """
    with writer.database.reading() as session:
        alerts = untold(session)
        if not alerts:
            return 0
        channels, people, rows = all_channels(session), readers(session), read_policy(session)
    profiles = {row.key: row for row in rows.profiles}
    pairs = [
        (alert, channel)
        for alert in alerts
        for channel in channels
        if wants(channel, alert.kind, alert.severity)
        and concerns(people, channel, profiles.get(str(alert.facts.get("child", ""))))
    ]
    # Links are made first: they are written down by a command of its own.
    messages = [_message(writer, rows, people, a, channel, base) for a, channel in pairs]
    with writer.database.writing() as session:
        put_messages(session, messages)
        mark_told(session, [alert.id for alert in alerts])
    return len(messages)


def wants(channel: ChannelRow, kind: str, severity: str) -> bool:
    """Whether a channel is told of a kind; of the digest, however light it is."""
    if not channel.enabled or (channel.kinds and kind not in channel.kinds):
        return False
    return kind == DIGEST or at_least(severity, channel.severity)


def concerns(people: Mapping[str, Reader], channel: ChannelRow, profile: ProfileRow | None) -> bool:
    """Whether the channel's adult may know of a child; None: of the house."""
    if not channel.user:
        return True
    reader = people.get(channel.user)
    if reader is None:  # removed, or may not sign in any more
        return False
    return sees(Role(reader.role), reader.groups, profile.groups if profile else ())


def language_of(channel: ChannelRow, people: Mapping[str, Reader], rows: PolicyRows) -> str:
    reader = people.get(channel.user)
    return channel.language or (reader.language if reader else "") or rows.settings.language


def _message(
    writer: Writer,
    rows: PolicyRows,
    people: Mapping[str, Reader],
    alert: AlertRow,
    channel: ChannelRow,
    base: str,
) -> dict[str, Any]:
    names = {row.key: row.name for row in rows.profiles if row.name}
    facts = {**alert.facts, "name": names.get(str(alert.facts.get("child", "")), "")}
    link = _link(writer, alert, channel, base)
    language = language_of(channel, people, rows)
    made = alert_message(alert.kind, alert.severity, facts, alert.count, language, link)
    return {
        "channel": channel.id,
        "key": f"alert:{alert.id}",
        "severity": Severity(alert.severity).value,
        "at": writer.now(),
        "title": made.title,
        "text": made.text,
        "html": made.html,
    }


def _link(writer: Writer, alert: AlertRow, channel: ChannelRow, base: str) -> str:
    """Where the adult looks, or answers with one tap; empty where no dashboard is reached."""
    if not base:
        return ""
    if alert.kind != REQUEST:
        return f"{base}/alerts"
    if channel.user:
        args = {"id": alert.facts["request"], "user": channel.user}
        try:
            token = commands.run(writer, "request.link", args)["token"]
        except (commands.UnknownCommand, ValueError, KeyError):
            logger.warning("no link could be made for request %s", alert.facts["request"])
        else:
            return f"{base}/answer/{token}"
    return f"{base}/requests"

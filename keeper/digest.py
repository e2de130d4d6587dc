"""The weekly digest: a message for each channel that wants it, on Sunday at six, once."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from kidgate.documents.digest.week import compose
from kidgate.keeper.telling.prepare import concerns, language_of, wants
from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import DIGEST, Severity
from kidgate.policies.people import Role
from kidgate.store import digests
from kidgate.store.channels import all_channels, is_told, put_messages, readers
from kidgate.store.policy import read_policy

LATE = timedelta(days=2)  # a box that was off tells of the week afterwards, but not for ever
YOU = {Role.TEACHER: "em"}  # how an adult calls a child in Vietnamese; others say `con`


def prepare_due(writer: Writer, base: str) -> int:
    """Let the digest of the last week wait for each channel that has not had it; how many."""
    now = writer.now()
    with writer.database.reading() as session:
        rows = read_policy(session)
        end = digests.last_end(now, ZoneInfo(rows.settings.zone))
        key = f"{DIGEST}:{digests.week_number(end)}"
        told = is_told(session, key)
        waiting = [
            channel
            for channel in all_channels(session)
            if channel.id not in told
            and wants(channel, DIGEST, Severity.INFO)
            and (channel.created_at or now) <= end
        ]
        if now - end > LATE or not waiting:
            return 0
        snapshot = writer.document().compile()
        messages = []
        for channel in waiting:
            people = readers(session)
            profiles = [p for p in digests.children(snapshot, end) if concerns(people, channel, p)]
            if not profiles:
                continue
            reader = people.get(channel.user)
            start, _ = digests.bounds(end)
            made = compose(
                digests.weeks(session, snapshot, profiles, end),
                start.date(),
                end.date(),
                language=language_of(channel, people, rows),
                you=YOU.get(Role(reader.role), "con") if reader else "con",
                link=base,
            )
            messages.append(
                {
                    "channel": channel.id,
                    "key": key,
                    "severity": Severity.INFO.value,
                    "at": now,
                    "title": made.title,
                    "text": made.text,
                    "html": made.html,
                }
            )
    with writer.database.writing() as session:
        put_messages(session, messages)
    return len(messages)

"""The outbox -> the sending process: quiet hours, how many an hour, another try after a fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kidgate.documents.digest.messages import summed_message
from kidgate.keeper.telling.prepare import language_of
from kidgate.keeper.telling.sender import Job, Send
from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import Severity, next_try, plan
from kidgate.policies.rows import PolicyRows
from kidgate.policies.schedule import Calendar, parse_schedule
from kidgate.store import channels as store
from kidgate.store.channels import ChannelRow, Message
from kidgate.store.policy import read_policy

LEASE = timedelta(minutes=5)  # longer than a round of sending
WAIT = timedelta(minutes=5)  # when the hour is full
SWITCHED_OFF = "the channel is switched off, or its adult is"
DIGEST = "digest:"  # how the keys of weekly digests begin: they come alone, however full the hour


@dataclass(frozen=True, slots=True)
class Sending:
    """One message on its way, and the messages of the outbox that it tells."""

    job: Job
    ids: tuple[int, ...]


def dispatch(writer: Writer, send: Send) -> int:
    """Send what is due; how many messages were tried."""
    now = writer.now()
    with writer.database.reading() as session:
        if not store.is_due(session, now):
            return 0
    with writer.database.writing() as session:
        claimed = store.claim(session, now, now + LEASE)
        lately = store.sent_lately(session, now)
        rows = read_policy(session)
        there = {channel.id: channel for channel in store.all_channels(session)}
        people = store.readers(session)
        going: list[Sending] = []
        for channel, messages in _by_channel(claimed, there):
            if not channel.enabled or (channel.user and channel.user not in people):
                for message in messages:
                    store.mark_tried(session, message.id, SWITCHED_OFF, None)
                continue
            open_now, later = _awake(channel, messages, rows, now)
            for until, ids in later.items():
                store.wait_until(session, ids, until)
            language = language_of(channel, people, rows)
            new = list(_sendings(channel, open_now, lately.get(channel.id, 0), language))
            going += new
            left = {m.id for m in open_now}.difference(*(sending.ids for sending in new))
            store.wait_until(session, left, now + WAIT)
    if going:
        _record(writer, going, send([sending.job for sending in going]), claimed)
    return len(going)


def _by_channel(
    messages: Iterable[Message], there: Mapping[int, ChannelRow]
) -> list[tuple[ChannelRow, list[Message]]]:
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.channel].append(message)
    return [(there[number], found[number]) for number in found if number in there]


def _awake(
    channel: ChannelRow, messages: Sequence[Message], rows: PolicyRows, now: datetime
) -> tuple[list[Message], dict[datetime, list[int]]]:
    """The messages that may go now, and until when the others wait: urgent ones always go."""
    if not channel.quiet:
        return list(messages), {}
    settings, quiet = rows.settings, parse_schedule(channel.quiet)
    terms = tuple((term.first, term.last) for term in settings.terms)
    days, zone = Calendar(frozenset(settings.holidays), terms), ZoneInfo(settings.zone)
    if not quiet.active(now, zone, days):
        return list(messages), {}
    until = quiet.next_change(now, zone, days) or now + timedelta(days=1)
    urgent = [m for m in messages if m.severity == Severity.URGENT]
    return urgent, {until: [m.id for m in messages if m.severity != Severity.URGENT]}


def _sendings(
    channel: ChannelRow, messages: Sequence[Message], sent: int, language: str
) -> Iterable[Sending]:
    by_id = {message.id: message for message in messages}
    counted = [(m.id, m.severity) for m in messages if not m.key.startswith(DIGEST)]
    chosen = plan(counted, sent, channel.hourly)
    alone = [m.id for m in messages if m.key.startswith(DIGEST)] + list(chosen.alone)
    for number in alone:
        message = by_id[number]
        job = Job(number, channel.id, channel.url, message.title, message.text, message.html)
        yield Sending(job, (number,))
    if chosen.summed:
        told = [(by_id[number].title, by_id[number].text) for number in chosen.summed]
        made = summed_message(told, language)
        first = chosen.summed[0]
        yield Sending(Job(first, channel.id, channel.url, made.title, made.text), chosen.summed)


def _record(
    writer: Writer,
    going: Sequence[Sending],
    faults: Mapping[int, str],
    claimed: Sequence[Message],
) -> None:
    """Write down what became of each message, and how each channel is."""
    now, tries = writer.now(), {message.id: message.tries for message in claimed}
    with writer.database.writing() as session:
        for sending in going:
            fault = faults.get(sending.job.id, "")
            store.note_fault(session, sending.job.channel, fault, now if fault else None)
            if fault:
                for number in sending.ids:
                    again = next_try(tries[number] + 1, now)
                    store.mark_tried(session, number, fault, again)
                continue
            store.mark_sent(session, sending.ids[:1], now)
            store.mark_sent(session, sending.ids[1:], now, state=store.SUMMED)

"""What the keeper does by itself: forget old journal lines, announce birthdays that move a tier."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from datetime import date, datetime, timedelta

from kidgate.keeper import requests, signed_in
from kidgate.keeper.writer import Writer
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.store import alerts, channels
from kidgate.store.alerts import put_alert
from kidgate.store.journal import purge
from kidgate.store.usage import purge as forget_usage

logger = logging.getLogger(__name__)
EVERY_SECONDS = 3600.0
WARN_DAYS = 7
MESSAGES_KEPT = timedelta(days=30)  # which were sent, and when; what they said is gone at once


async def run(writer: Writer) -> None:
    while True:
        try:
            await asyncio.to_thread(once, writer)
        except Exception as fault:  # whatever it was: tomorrow comes, and the work with it
            logger.error("the daily work waits: %s", fault)
        await asyncio.sleep(EVERY_SECONDS)


def once(writer: Writer) -> None:
    """Everything that is due now; doing it twice is doing it once."""
    snapshot, now = writer.document().compile(), writer.now()
    _sweep(writer)
    requests.expire(writer, now, snapshot.settings.retention_days)
    signed_in.sweep(writer)
    before = now - timedelta(days=snapshot.settings.retention_days)
    while True:
        with writer.database.writing() as session:
            if not purge(session, before):
                break
    with writer.database.writing() as session:
        alerts.drop_old(session, before)
        channels.drop_old(session, now - MESSAGES_KEPT)
    with writer.database.writing() as session:
        forget_usage(session, before.date())
    for child, day, old, new in moves(snapshot, now):
        facts = {"child": child, "old": old, "new": new, "day": day.isoformat()}
        with writer.database.writing() as session:
            put_alert(session, kind="birthday", facts=facts, at=now)


def _sweep(writer: Writer) -> None:
    """Imports and updates that were killed half-way leave what nobody will ever install."""
    long_ago = time.time() - 24 * 3600
    for path in (*writer.home.feeds.glob(".*.incoming*"), *writer.home.feeds.glob(".fetch-*")):
        if path.stat().st_mtime >= long_ago:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def moves(snapshot: PolicySnapshot, now: datetime) -> list[tuple[str, date, str, str]]:
    """Profiles whose tier changes by birthday within a week: child, day, old tier, new tier."""
    found = []
    for key, profile in snapshot.profiles.items():
        today = snapshot.tier_of(key, now).row.key
        soon = snapshot.tier_of(key, now + timedelta(days=WARN_DAYS)).row.key
        if soon == today:
            continue
        day = next(
            now + timedelta(days=n)
            for n in range(1, WARN_DAYS + 1)
            if snapshot.tier_of(key, now + timedelta(days=n)).row.key != today
        )
        found.append((key, day.astimezone(profile.zone).date(), today, soon))
    return found

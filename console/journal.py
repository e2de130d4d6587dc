"""`log`: what was stopped, and why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.output import emit, local, note, say, shown, stamp, table

if TYPE_CHECKING:
    from kidgate.store.journal import Line

FOLLOW_SECONDS = 1.0
FOLLOWED = 10_000  # lines
RECENT = timedelta(minutes=30)  # entries that were spooled arrive late


@click.command(cls=Command)
@click.option("--child", help="Only this child's.")
@click.option("--device", help="Only this device's.")
@click.option("--since", metavar="TIME", help="7d (ago), today, a date, 21:30, ISO.")
@click.option("--until", metavar="TIME", help="The same.")
@click.option("--verdict", help="block, warn, ask, allow.")
@click.option("--reason", help="category, rule, security, bedtime...")
@click.option("--text", help="Found in host, URL or source.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, help="The newest so many.")
@click.option("--follow", is_flag=True, help="Go on with what comes; end with Ctrl-C.")
@pass_app
def log(
    app: App, /, since: str | None, until: str | None, limit: int, follow: bool, **filters: Any
) -> None:
    """The journal, oldest first. With --json one object on each line."""
    from kidgate.console import times
    from kidgate.store.journal import query

    now, zone = app.now(), app.zone
    first = times.since(since, now, zone) if since else None
    last = times.since(until, now, zone) if until else None
    with app.database.reading() as session:
        found = query(session, since=first, until=last, limit=limit, **filters)
        # Seen in the same state of the database: nothing falls between the list and what follows.
        recent = query(session, since=now - RECENT, limit=FOLLOWED, **filters) if follow else []
    found.reverse()
    if app.json or follow:
        for line in found:
            _print(app, line, zone)
        if follow:
            _follow(app, {line.id: line.count for line in (*recent, *found)}, zone, filters)
        return
    if not found:
        say("Nothing is in the journal." if not any(filters.values()) else "Nothing matches.")
    else:
        _table(found, zone)
    note_spool(app)


def as_json(line: Line, zone: ZoneInfo) -> dict[str, Any]:
    """One attempt with its repeats; `time` is when it was last seen."""
    return {
        "time": stamp(line.last_at, zone),
        "child": line.child,
        "device": line.device,
        "tier": line.tier,
        "verdict": line.verdict,
        "reason": line.reason,
        "host": line.host,
        "url": line.url,
        "source": line.source,
        "count": line.count,
        "first": stamp(line.first_at, zone),
        "category": line.category,
        "kind": line.kind,
        "rule": line.rule_id,
        "policy": line.version,
        "address": line.address,
        "id": line.entry,
    }


def _table(found: list[Line], zone: ZoneInfo) -> None:
    names = ("child", "device", "verdict", "reason", "source", "count")
    rows = [
        [local(line.last_at, zone), line.url or line.host, *(getattr(line, name) for name in names)]
        for line in found
    ]
    table(("time", "where", *names), rows)


def _print(app: App, line: Line, zone: ZoneInfo) -> None:
    if app.json:
        emit(as_json(line, zone), line=True)
        return
    words = (local(line.last_at, zone), line.child or line.device, line.verdict, line.reason)
    click.echo("  ".join(map(shown, (*words, line.url or line.host, line.source))))


def _follow(app: App, seen: dict[int, int], zone: ZoneInfo, filters: dict[str, Any]) -> None:
    """Print what is new, and old lines that counted on, until interrupted."""
    try:
        for line in _new_lines(app, seen, filters):
            _print(app, line, zone)
    except KeyboardInterrupt:
        return


def _new_lines(app: App, seen: dict[int, int], filters: dict[str, Any]) -> Iterator[Line]:
    from kidgate.store.journal import query

    while True:
        time.sleep(FOLLOW_SECONDS)
        since = app.now() - RECENT
        with app.database.reading() as session:
            found = query(session, since=since, limit=FOLLOWED, newest_first=False, **filters)
        for line in found:
            if seen.get(line.id) != line.count:
                seen[line.id] = line.count
                yield line


def note_spool(app: App) -> None:
    """Say that there is more than is shown, where that is so for longer than a moment."""
    from kidgate.documents.spool import waiting
    from kidgate.proxy.health_file import read_health

    size = waiting(app.home.spool)
    if size and read_health(app.home.health) is None:
        note(
            f"Note: {size} bytes of entries wait in {app.home.spool} and are not shown yet; "
            "the keeper takes them in when it runs."
        )

"""Journal entries that are alerts, and alerts that an adult has handled.

Off the journal's commit: entries are handed over once they are committed, and written down here a
moment later. What a death in between would lose is found again in the journal at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import alert_of
from kidgate.policies.journal import Entry
from kidgate.policies.tier_edits import tiers_of
from kidgate.store import alerts
from kidgate.store.journal import Line, query
from kidgate.store.policy import head, read_policy

logger = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
KEPT = 10_000  # entries that wait here at most
LOOK_BACK = timedelta(hours=1)

_REASONS = frozenset({"security", "way_around", "personal_data", "message", "illegal_material"})


@dataclass(slots=True)
class Watch:
    """Takes committed entries, and makes alerts of those that are some."""

    writer: Writer
    _waiting: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    _notify: tuple[int, Mapping[str, frozenset[str]]] = (-1, {})

    def take(self, entries: Iterable[Entry]) -> None:
        """Called by the journal's thread after each commit: cheap, and never raises."""
        self._waiting.extend(entry for entry in entries if _may_be(entry))

    async def run(self) -> None:
        """For ever: what waits."""
        await self._safely(self.look_back)
        while True:
            await self._safely(self.once)
            await asyncio.sleep(EVERY_SECONDS)

    async def _safely(self, work: Any) -> None:
        try:
            await asyncio.to_thread(work)
        except Exception as fault:  # whatever it was: the next second comes, and the work with it
            logger.error("alerts wait: %s", fault)

    def once(self) -> None:
        """Write down what waits. On a fault it waits on."""
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            if taken:
                self._write(taken, again=False)
        except BaseException:
            self._waiting.extendleft(reversed(taken))
            raise

    def look_back(self) -> None:
        """Entries that were committed before this keeper began, and that no alert tells of."""
        since = self.writer.now() - LOOK_BACK
        with self.writer.database.reading() as session:
            lines = query(session, since=since, limit=KEPT, newest_first=False)
        found = [entry for entry in map(_entry_of, lines) if _may_be(entry)]
        if found:
            self._write(found, again=True)

    def _write(self, entries: Collection[Entry], *, again: bool) -> None:
        with self.writer.database.writing() as session:
            tiers = self._told(session)
            for entry in entries:
                made = alert_of(entry, tiers.get(entry.tier, frozenset()))
                if made is None:
                    continue
                kind, facts = made
                if again and alerts.was_put(session, kind=kind, facts=facts, at=entry.at):
                    continue
                alerts.put_alert(session, kind=kind, facts=facts, at=entry.at)

    def _told(self, session: Session) -> Mapping[str, frozenset[str]]:
        """What adults are told of at once, by tier."""
        version = head(session)
        if version != self._notify[0]:
            document = self.writer.document()
            tiers = tiers_of(read_policy(session), document.tiers)
            self._notify = version, {key: frozenset(row.notify) for key, row in tiers.items()}
        return self._notify[1]


def handled(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Mark the alerts `ids` (or one, `id`; neither: all of them) as handled; how many were not."""
    by = args.get("by") or {}
    chosen = args.get("ids") if "id" not in args else [args["id"]]
    ids = None if chosen is None else [int(number) for number in chosen]
    with writer.database.writing() as session:
        count = alerts.handle(session, ids, by=str(by.get("user", "")), at=writer.now())
    return {"handled": count}


def _may_be(entry: Entry) -> bool:
    """Whether an entry may be an alert in some tier; most are none."""
    if entry.kind not in ("visit", "alert"):
        return False
    if entry.reason in _REASONS or entry.category == "self_harm" or entry.kind == "alert":
        return True
    return entry.reason == "search_term" and entry.verdict == "allow"


def _entry_of(line: Line) -> Entry:
    names = "child device tier verdict reason category host url source rule_id version kind address"
    values = {name: getattr(line, name) for name in names.split()}
    return Entry(id=line.entry, at=line.last_at, **values)

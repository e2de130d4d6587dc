"""What is left of a child's minutes, by the file that the keeper writes; and what is to be told.

Minutes that are not known are not zero. The last sound file stands, and what this worker has seen
since and could not tell is added (`untold`); where there never was a sound file, every limit counts
as reached: else to break the file would be to be free of it. The keeper writes it before any policy
and mends it within seconds, so that is rare and short; help lines stay open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kidgate.documents.minutes import Minutes, load
from kidgate.documents.watched import Watched
from kidgate.policies.model import EMPTY, Visit
from kidgate.policies.quotas import UNKNOWN, Due, due, limits
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.times import QUOTA
from kidgate.policies.usage import counted_for, services_of
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.who.known import Keeper

ANSWER_SECONDS = 1.0  # a child waits


@dataclass(slots=True)
class Left:
    path: Path | None = None  # None: no limits are kept (tests)
    file: Watched[Minutes | None] = field(init=False)
    untold: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # child -> key -> minutes
    _held: Minutes | None = None  # the last sound file
    _told: set[tuple[str, datetime, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.file = Watched(self.path, load, None, "the minutes used today are not known")
        if self.path is None:
            self._held = {}
        self.look()

    def look(self) -> bool:
        """Read the file anew when it is another one; whether it is. Never raises."""
        if not self.file.look():
            return False
        if self.file.value is not None:
            self._held = self.file.value
        return True

    def of(self, child: str | None, at: datetime) -> Mapping[str, float]:
        """The minutes that a child has used on the day of a moment, for `Facts.minutes`."""
        if child is None:
            return EMPTY
        if self._held is None:
            return UNKNOWN
        today, more = self._held.get(child), self.untold.get(child)
        known = today.minutes if today is not None and today.holds(at) else EMPTY
        if more is None:
            return known
        return {key: known.get(key, 0) + more.get(key, 0) for key in {*known, *more}}

    def has(self, visit: Visit) -> bool:
        """Whether anything is known of the day of the child."""
        return bool(self._held) and visit.child in (self._held or {})

    def due(self, visit: Visit, snapshot: PolicySnapshot) -> Due | None:
        """What the child is to be told before the page that it opens; None: nothing new."""
        today = (self._held or {}).get(visit.child or "")
        keys = counted_for(visit, snapshot)
        if visit.child is None or today is None or not keys or not today.holds(visit.at):
            return None
        asker = snapshot.asker(visit.child, visit.device, int(visit.at.timestamp()) // 60)
        if asker.exception_at(QUOTA, visit.at):
            return None
        categories = [key.removeprefix("category:") for key in keys if key.startswith("category:")]
        minutes = self.of(visit.child, visit.at)
        found = limits(asker.times.quotas, minutes, services_of(visit, snapshot), categories)
        every = {key: n for key, n in asker.tier.row.notice_minutes.items() if key in keys}
        for one in due(found, every, minutes, today.bonus):
            known = (visit.child, today.begin, one.key, one.notice)
            if (one.key, one.notice) not in today.told and known not in self._told:
                return one
        return None

    async def is_first(self, keeper: Keeper, visit: Visit, one: Due) -> bool:
        """Whether it is told for the first time today, over all workers: the keeper knows. With the
        keeper away each worker tells it once."""
        today = (self._held or {}).get(visit.child or "")
        if visit.child is None or today is None:
            return False
        try:
            asked = {"child": visit.child, "key": one.key, "notice": one.notice}
            answer = await keeper.ask("usage.told", seconds=ANSWER_SECONDS, **asked)
        except KeeperAway:
            self._told.add((visit.child, today.begin, one.key, one.notice))
            return True
        return bool(answer.get("first"))

"""The file of minutes: what each child has used today, as the keeper counted it.

The keeper writes it whole when a number changes; workers and `kidgate check` read it. Its shape:

    {"minutes": {CHILD: {KEY: MINUTES}},        used today, less what a bonus gives
     "days": {CHILD: {"day": DATE, "from": TIME, "until": TIME}},   today, in the child's zone
     "bonus": {CHILD: {KEY: MINUTES}},          given for today
     "told": {CHILD: [[KEY, NOTICE]]}}          pages about time that were shown today

A child that is not in it has used nothing. Beyond `until` a new day has begun, and nothing of it is
used yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any


class BrokenFile(ValueError):
    """The file of minutes is none."""


@dataclass(frozen=True, slots=True)
class Today:
    """One child's day. Keys are those of quotas; see `policies.quotas`."""

    day: date
    begin: datetime  # aware; both by the clock on the wall
    until: datetime
    minutes: Mapping[str, int]
    bonus: Mapping[str, int]
    told: frozenset[tuple[str, str]] = frozenset()

    def holds(self, at: datetime) -> bool:
        return self.begin <= at < self.until


Minutes = Mapping[str, Today]  # child -> its day


def dump(minutes: Minutes) -> bytes:
    def each(what: Any) -> dict[str, Any]:
        return {child: what(today) for child, today in sorted(minutes.items())}

    document = {
        "minutes": each(lambda today: dict(today.minutes)),
        "days": each(
            lambda today: {
                "day": today.day.isoformat(),
                "from": today.begin.astimezone(UTC).isoformat(),
                "until": today.until.astimezone(UTC).isoformat(),
            }
        ),
        "bonus": each(lambda today: dict(today.bonus)),
        "told": each(lambda today: sorted(map(list, today.told))),
    }
    return json.dumps(document).encode()


def load(data: bytes) -> dict[str, Today]:
    """Raises BrokenFile."""
    try:
        document = json.loads(data)
        return {child: _today(document, child) for child in document["minutes"]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise BrokenFile(f"the file of minutes cannot be read: {fault!r}") from None


def _today(document: Any, child: str) -> Today:
    day = document["days"][child]
    begin, until = datetime.fromisoformat(day["from"]), datetime.fromisoformat(day["until"])
    if begin.tzinfo is None or until.tzinfo is None:
        raise ValueError("a time has no zone")
    return Today(
        day=date.fromisoformat(day["day"]),
        begin=begin,
        until=until,
        minutes={str(key): int(n) for key, n in document["minutes"][child].items()},
        bonus={str(key): int(n) for key, n in document["bonus"][child].items()},
        told=frozenset((str(key), str(notice)) for key, notice in document["told"][child]),
    )

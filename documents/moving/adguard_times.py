"""The weekly schedule of AdGuard Home's blocked services: the hours in which they are open.

    schedule: {time_zone: Local, mon: {start: 8h30m, end: 20h}}

Source: AdguardTeam/AdGuardHome `internal/schedule`; lengths of time as Go writes them.
"""

from __future__ import annotations

import re
from typing import Any

from kidgate.documents.moving.schedules import DAY, DAYS, Window
from kidgate.documents.strict_yaml import Mapping

_LENGTH = re.compile(r"(?:(?P<h>[0-9]{1,4})h)?(?:(?P<m>[0-9]{1,4})m)?(?:(?P<s>[0-9.]{1,9})s)?")


def pauses(schedule: Mapping) -> list[Window]:
    """The windows in which nothing is blocked; a day that cannot be read has none."""
    found: list[Window] = []
    for number, day in enumerate(DAYS):
        times = schedule.get(day)
        if isinstance(times, Mapping):
            start, end = _minutes(times.get("start")), _minutes(times.get("end"))
            if start is not None and end is not None and 0 <= start < end <= DAY:
                found.append((number, start, end))
    return found


def _minutes(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value // 60_000  # milliseconds, as its API says them
    found = _LENGTH.fullmatch(value) if isinstance(value, str) and value else None
    if found is None:
        return None
    return int(found["h"] or 0) * 60 + int(found["m"] or 0)

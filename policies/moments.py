"""Moments as people type them. The clock and the zone of the house are arguments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kidgate.policies.edits import EditFault

FOREVER = "forever"
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_SPAN = re.compile(r"(?:\d{1,5}[wdhm])+")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
LONGEST = timedelta(days=20 * 366)


class InvalidMoment(EditFault):
    """Nobody can tell which moment is meant, or it has passed; the message says what to write."""


def until(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of something: `+2h`, `21:30` and `today` in the house's zone, a date (its end), ISO
    with a zone, or `forever` (None). Raises InvalidMoment, also for the past."""
    if text == FOREVER:
        return None
    if text == "today":
        found = _midnight(_today(now, zone) + timedelta(days=1), zone)
    elif text.startswith("+"):
        found = _shifted(now, _span(text[1:], text)).replace(microsecond=0)
    elif day := _day(text):
        found = _midnight(day + timedelta(days=1), zone)
    else:
        found = _clock(text, now, zone) or _iso(text, now, zone)
    if found <= now:
        raise InvalidMoment(f"`{text}` has passed; it is {_said(now, zone)} now")
    return found


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A point in time, past or future: as `until`, and `now`. Raises InvalidMoment."""
    if text == "now":
        return now
    if text.startswith("+"):
        return _shifted(now, _span(text[1:], text))
    return _clock(text, now, zone) or _iso(text, now, zone)


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A beginning: `7d` (ago), `today`, a date, `21:30` today, ISO. Raises InvalidMoment."""
    if text == "today":
        return _midnight(_today(now, zone), zone)
    if _SPAN.fullmatch(text.lstrip("-")):
        return _shifted(now, -_span(text.lstrip("-"), text))
    if day := _day(text):
        return _midnight(day, zone)
    return _clock(text, now, zone) or _iso(text, now, zone)


def _shifted(now: datetime, span: timedelta) -> datetime:
    """By elapsed time: in UTC, for within one zone Python counts by the wall clock."""
    return now.astimezone(UTC) + span


def _span(text: str, whole: str) -> timedelta:
    if not _SPAN.fullmatch(text):
        raise InvalidMoment(f"`{whole}` is no span of time; write for example +2h or +1h30m")
    parts = {_UNITS[part[-1]]: 0 for part in re.findall(r"\d+[wdhm]", text)}
    for part in re.findall(r"\d+[wdhm]", text):
        parts[_UNITS[part[-1]]] += int(part[:-1])
    found = timedelta(**parts)
    if found > LONGEST:
        raise InvalidMoment(f"`{whole}` is longer than 20 years; write forever")
    return found


def _clock(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Today at a time of the house's clocks."""
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    return datetime.combine(_today(now, zone), time(int(found[1]), int(found[2])), zone)


def _iso(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        example = f"{now.astimezone(zone):%Y-%m-%dT%H:%M}{_offset(now, zone)}"
        raise InvalidMoment(
            f"`{text}` is no time; write +2h, 21:30, today or for example {example}"
        ) from None
    if found.tzinfo is None:
        example = f"{found:%Y-%m-%dT%H:%M}{_offset(found.replace(tzinfo=zone), zone)}"
        raise InvalidMoment(f"`{text}` has no time zone; write for example {example}")
    return found


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidMoment(f"`{text}` is no day of the calendar") from None


def _today(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _offset(at: datetime, zone: ZoneInfo) -> str:
    text = at.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _said(now: datetime, zone: ZoneInfo) -> str:
    return f"{now.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"

"""How values look in a template: times, names from outside, links with other filters."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kidgate.dashboard.web.words import Words
from kidgate.proxy.pages.quoting import shown, shown_host

LIMIT = 200


def outside(text: object, limit: int = LIMIT) -> Markup:
    """Text that came from outside (a name, a note, an address): visible, short, alone in its
    direction."""
    return Markup(f"<bdi>{shown(str(text), limit)}</bdi>")


def host(text: object, limit: int = 60) -> Markup:
    return Markup(f"<bdi>{shown_host(str(text), limit)}</bdi>")


def moment(at: datetime | None, zone: ZoneInfo, words: Words) -> Markup:
    """A time as people of the house read it, for machines in `datetime`."""
    if at is None:
        return Markup("")
    local = at.astimezone(zone)
    said = f"{local:%H:%M} {day(local.date(), words)}"
    return Markup(f'<time datetime="{local.isoformat()}">{said}</time>')


def day(found: date, words: Words) -> str:
    weekday = words(f"frame.weekdays.{found.weekday()}")
    return f"{weekday} {found.day}/{found.month}/{found.year}"


def clock(at: datetime, zone: ZoneInfo) -> Markup:
    """The time of a day that is known."""
    local = at.astimezone(zone)
    return Markup(f'<time datetime="{local.isoformat()}">{local:%H:%M}</time>')


def minutes(number: float, words: Words) -> str:
    """`1 h 20 min`."""
    hours, rest = divmod(int(number), 60)
    if not hours:
        return words("frame.minutes", minutes=rest)
    if not rest:
        return words("frame.whole_hours", hours=hours)
    return words("frame.hours", hours=hours, minutes=rest)


def link(path: str, **query: object) -> str:
    """An address with those of the values that say something."""
    kept = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{path}?{urlencode(kept)}" if kept else path

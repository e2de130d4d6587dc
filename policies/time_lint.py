"""What is odd about times: lessons and exceptions that do nothing, nights without a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from kidgate.policies.rows import PolicyRows
from kidgate.policies.schedule import Schedule, parse_schedule
from kidgate.policies.times import NONE
from kidgate.policies.week import DAYS, SLOTS, grid_of


def time_findings(rows: PolicyRows, now: datetime) -> Iterator[str]:
    """Everything odd, one sentence each. The rows must compile."""
    yield from _over(rows, now)
    yield from _never_on(rows)
    yield from _terms(rows, now)


def _over(rows: PolicyRows, now: datetime) -> Iterator[str]:
    for lesson in rows.lessons:
        if lesson.until <= now:
            yield f"lesson {lesson.id} is over since {lesson.until.isoformat()}; remove it"
        elif not lesson.targets:
            yield f"lesson {lesson.id} opens nothing to {lesson.scope}; a pause says so better"
    for found in rows.exceptions:
        if found.until <= now:
            yield f"exception {found.id} is over since {found.until.isoformat()}; remove it"


def _never_on(rows: PolicyRows) -> Iterator[str]:
    places = [(f"tier {row.key}", row.bedtime, row.hours) for row in rows.tiers]
    places += [(f"profile {row.key}", row.bedtime, row.hours) for row in rows.profiles]
    for place, bedtime, hours in places:
        asleep, opened = _schedule(bedtime), _schedule(hours)
        if asleep is not None and not _is_ever_on(asleep, opened):
            said = "bedtime leaves" if opened is None else "bedtime and hours leave"
            yield f"{place}: {said} no half hour of the week; the internet is never on"


def _schedule(text: str) -> Schedule | None:
    return parse_schedule(text) if text.strip() not in ("", NONE) else None


def _is_ever_on(asleep: Schedule, opened: Schedule | None) -> bool:
    """Whether a half hour is left in a week without holidays, by what holds in every such week."""
    always = tuple(p for p in asleep.parts if not (p.term or p.first or p.last))
    if not always:
        return True
    off = grid_of(Schedule(always))
    on = grid_of(opened) if opened is not None else grid_of(Schedule())
    return any(on[day][slot] and not off[day][slot] for day in range(DAYS) for slot in range(SLOTS))


def _terms(rows: PolicyRows, now: datetime) -> Iterator[str]:
    terms = rows.settings.terms
    last = max((term.last for term in terms), default=None)
    today = now.astimezone(ZoneInfo(rows.settings.zone)).date()
    if last is not None and last < today and any(map(_needs_terms, _texts(rows))):
        yield f"the last school term ended on {last}; add the next one with kidgate term add"


def _texts(rows: PolicyRows) -> Iterator[str]:
    for tier in rows.tiers:
        yield from (tier.bedtime, tier.hours)
    for profile in rows.profiles:
        yield from (profile.bedtime, profile.hours)
    for rule in rows.rules:
        yield rule.when


def _needs_terms(text: str) -> bool:
    found = _schedule(text)
    return found is not None and found.needs_terms

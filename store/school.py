"""The facts of a school's report: what the tables say of a span of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kidgate.documents.reports.pack import Found
from kidgate.documents.reports.school import Asked, Checked, School
from kidgate.store import reporting
from kidgate.store.policy import head


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, the first and the last one included, on the clocks of the house."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)


def school_facts(
    session: Session,
    span: Span,
    *,
    made_at: datetime,
    made_by: str,
    children: Collection[str] | None = None,
    called: Callable[[str], str] | None = None,
) -> School:
    """Everything the report tells. `children`: of these alone (a teacher's classes); `called`: how
    a pupil is named instead of by its key."""
    name = called or str
    rows = reporting.stopped(session, span.since, span.until, children)
    days = reporting.by_day(session, span.since, span.until, span.zone, children)
    asked = reporting.requests_within(session, span.since, span.until, children)
    return School(
        first=span.first,
        last=span.last,
        zone=span.zone,
        made_at=made_at,
        made_by=made_by,
        version=version("kidgate"),
        policy=str(head(session)),
        by_day=[(day, days.get(day, 0)) for day in _days(span)],
        categories=_counted((row.category, row.times) for row in rows),
        reasons=_counted((row.reason, row.times) for row in rows),
        tiers=_counted((row.tier, row.times) for row in rows),
        pupils=_counted((name(row.child), row.times) for row in rows if row.child),
        requests=[
            Asked(row.at, name(row.profile), row.target, row.state, row.answered_by)
            for row in asked
        ],
        checks=[
            Checked(
                row.run,
                row.at,
                row.by,
                row.tier,
                row.what,
                row.url,
                row.expected,
                f"{row.verdict} {row.reason}".strip(),
                row.passed,
            )
            for row in reporting.checks(session, span.since, span.until)
        ],
        pseudonymous=called is not None,
    )


def found_entries(session: Session, wanted: Collection[str]) -> list[Found]:
    """Journal entries for a pack, by the number on the block page; unknown ones are left out."""
    names = [spec.name for spec in fields(Found)]
    return [
        Found(**{name: row[name] for name in names}) for row in reporting.entries(session, wanted)
    ]


def _days(span: Span) -> list[date]:
    return [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]


def _counted(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Counts by name, the most first; nameless ones are left out."""
    counts: Counter[str] = Counter()
    for name, count in pairs:
        counts[name] += count if name else 0
    return sorted((pair for pair in counts.items() if pair[1]), key=lambda p: (-p[1], p[0]))

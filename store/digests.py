"""The facts of a weekly digest: what the tables say of each child in seven days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kidgate.documents.digest.week import Week
from kidgate.policies.alerts import Facts
from kidgate.policies.ledger import Span, whole_minutes
from kidgate.policies.rows import ProfileRow
from kidgate.policies.snapshot import PolicySnapshot, age_on
from kidgate.store import reporting, usage
from kidgate.store.alerts import AlertRow, alerts

HOUR = 18  # of Sunday, on the clocks of the house: when a week ends and is told
WEEK, MONTH = timedelta(days=7), timedelta(days=28)
STREAK = timedelta(days=60)  # the longest that is looked for
ADULT = "adult"


def end_of_week(number: str, zone: ZoneInfo) -> datetime:
    """When the digest of a week like `2026-W47` ends. Raises ValueError."""
    year, mark, week = number.partition("-W")
    if not mark or not (year.isdigit() and week.isdigit()):
        raise ValueError(f"`{number}` is no week; write it like 2026-W47")
    sunday = date.fromisocalendar(int(year), int(week), 7)
    return datetime.combine(sunday, time(HOUR), zone)


def last_end(now: datetime, zone: ZoneInfo) -> datetime:
    """The end of the last whole week."""
    today = now.astimezone(zone).date()
    end = datetime.combine(today - timedelta(days=(today.weekday() + 1) % 7), time(HOUR), zone)
    return end if end <= now else _a_week_before(end)


def week_number(end: datetime) -> str:
    """The week that ends then, like `2026-W47`."""
    found = end.date().isocalendar()
    return f"{found.year}-W{found.week:02}"


def bounds(end: datetime) -> tuple[datetime, datetime]:
    """When a week begins and ends; by the clocks, also where they change."""
    return _a_week_before(end), end


def children(snapshot: PolicySnapshot, at: datetime) -> list[ProfileRow]:
    """Those whom a digest tells of."""
    every = snapshot.profiles.items()
    return [row.row for key, row in every if snapshot.tier_of(key, at).row.key != ADULT]


def weeks(
    session: Session, snapshot: PolicySnapshot, profiles: Sequence[ProfileRow], end: datetime
) -> list[Week]:
    """The week that ends then, for each of some profiles, in their order."""
    start, _ = bounds(end)
    counted = _Counted(
        now=_by_child(reporting.stopped(session, start, end)),
        before=_by_child(reporting.stopped(session, _a_week_before(start), start)),
        month=_by_child(reporting.stopped(session, start - MONTH, start)),
    )
    caught = reporting.lookalikes(session, start, end)
    calm = reporting.calm_since(session, end - STREAK, end)
    asked = reporting.requests_by(session, start, end)
    told: defaultdict[str, list[AlertRow]] = defaultdict(list)
    for row in alerts(session, handled=None, since=start):
        told[str(row.facts.get("child", ""))].append(row)
    found = []
    for profile in profiles:
        key, zone = profile.key, snapshot.profiles[profile.key].zone
        count, hosts = caught.get(key, (0, []))
        states = {state: number for (child, state), number in asked.items() if child == key}
        week = replace(
            _stopped(counted, profile),
            age=age_on(profile.born, end.astimezone(zone).date()) if profile.born else None,
            lookalikes=count,
            lookalike_hosts=hosts,
            minutes=_minutes(session, key, start, end, zone),
            asked=sum(states.values()),
            approved=states.get("approved", 0),
            denied=states.get("denied", 0),
            still_open=states.get("open", 0),
            streak=(end - calm[key]).days if key in calm else 0,
            alerts=_told(told[key], profile, end),
        )
        found.append(week)
    return found


type _Rows = defaultdict[str, list[reporting.Stopped]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was stopped, by child: in the week, in the one before, in the four before."""

    now: _Rows
    before: _Rows
    month: _Rows


def _stopped(counted: _Counted, profile: ProfileRow) -> Week:
    """What the journal says of a child."""
    key = profile.key
    rows, month = counted.now[key], counted.month[key]
    categories = _sums((row.category, row.times) for row in rows)
    known = {row.category for row in month}
    return Week(
        child=key,
        name=profile.name,
        total=sum(row.times for row in rows),
        before=sum(row.times for row in counted.before[key]) if month else None,
        categories=categories,
        reasons=_sums((row.reason, row.times) for row in rows if not row.category),
        new=[pair for pair in categories if known and pair[0] not in known],
    )


def _told(
    rows: Iterable[AlertRow], profile: ProfileRow, end: datetime
) -> list[tuple[str, Facts, int]]:
    """Alerts of the week, the child by its name; requests are told beside them."""
    return [
        (row.kind, {**row.facts, "name": profile.name}, row.count)
        for row in rows
        if row.kind != "request" and row.first_at < end
    ]


def _by_child(rows: Iterable[reporting.Stopped]) -> defaultdict[str, list[reporting.Stopped]]:
    found: defaultdict[str, list[reporting.Stopped]] = defaultdict(list)
    for row in rows:
        found[row.child].append(row)
    return found


def _sums(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Counts by name, the most first; nameless ones are left out."""
    counts: Counter[str] = Counter()
    for name, count in pairs:
        counts[name] += count if name else 0
    return sorted((pair for pair in counts.items() if pair[1]), key=lambda p: (-p[1], p[0]))


def _minutes(
    session: Session, key: str, start: datetime, end: datetime, zone: ZoneInfo
) -> list[tuple[str, int]]:
    """Minutes by service and category and in all, of the days of the week."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    spans: defaultdict[tuple[str, date], list[Span]] = defaultdict(list)
    for used in usage.spans(session, [key], days):
        spans[used.key, used.span.day].append(used.span)
    counts = _sums((name, whole_minutes(parts)) for (name, _), parts in spans.items())
    return sorted(counts, key=lambda pair: pair[0] != "all")


def _a_week_before(end: datetime) -> datetime:
    return datetime.combine(end.date() - WEEK, end.time(), end.tzinfo)

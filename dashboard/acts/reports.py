"""Numbers over a time: how often something was stopped, for whom, why, where."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import act
from kidgate.dashboard.tallies import OF_ALL, midnight
from kidgate.documents.reports.csv_file import safe_cell
from kidgate.policies.people import Need
from kidgate.store.journal_pages import BY, top_hosts

LONGEST = 120  # days
HOSTS = 100
ANEW = timedelta(minutes=1)  # after which sites are counted again


class NumbersWanted(msgspec.Struct, frozen=True):
    """Days in the zone of the house, both in it. `days`: so many up to today, where no day is
    given. `child`, `group`: theirs alone."""

    first: date | None = None
    last: date | None = None
    days: int = 7
    child: str = ""
    group: str = ""


class Numbers(msgspec.Struct, frozen=True):
    """Attempts, repeats included; each list has the most first."""

    first: date
    last: date
    total: int
    days: tuple[tuple[date, int], ...]
    children: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    hosts: tuple[tuple[str, int], ...]


@act("reports.numbers", Need.LOOK)
def numbers(desk: Desk, actor: Actor, asked: NumbersWanted) -> Numbers:
    """What was stopped, counted, of the children whom the asker sees."""
    first, last = _period(desk, asked)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    children = _children(desk, actor, asked)
    totals: dict[date, int] = dict.fromkeys(days, 0)
    by_child: Counter[str] = Counter()
    by_category: Counter[str] = Counter()
    by_reason: Counter[str] = Counter()
    when = (desk.database, days, desk.zone, desk.now())
    found = desk.tallies.days(*when, by=OF_ALL if children is None else BY)
    for day, counts in found.items():
        for one in counts:
            if children is None or one.child in children:
                totals[day] += one.count
                by_child[one.child] += one.count
                by_category[one.category] += one.count
                by_reason[one.reason] += one.count
    if children is None:
        for counts in desk.tallies.days(*when, by=("child",)).values():
            by_child.update({one.child: one.count for one in counts})
    del by_child[""], by_category[""]
    return Numbers(
        first=first,
        last=last,
        total=sum(totals.values()),
        days=tuple(totals.items()),
        children=tuple(by_child.most_common()),
        categories=tuple(by_category.most_common()),
        reasons=tuple(by_reason.most_common()),
        hosts=_hosts(desk, first, last, children),
    )


def _period(desk: Desk, asked: NumbersWanted) -> tuple[date, date]:
    today = desk.now().astimezone(desk.zone).date()
    last = min(asked.last or today, today)
    first = asked.first or last - timedelta(days=max(asked.days, 1) - 1)
    if not 0 <= (last - first).days < LONGEST:
        raise Invalid(f"a report is about 1 to {LONGEST} days, and ends after it begins")
    return first, last


def _children(desk: Desk, actor: Actor, asked: NumbersWanted) -> frozenset[str] | None:
    """None: everybody, and what nobody is known of."""
    if asked.child:
        return frozenset((desk.profile(actor, asked.child).key,))
    seen = actor.seen(desk.rows.profiles)
    if asked.group:
        return frozenset(row.key for row in seen if asked.group in row.groups)
    return None if actor.sees_all else frozenset(row.key for row in seen)


def _hosts(
    desk: Desk, first: date, last: date, children: frozenset[str] | None
) -> tuple[tuple[str, int], ...]:
    since = midnight(first, desk.zone)
    until = midnight(last + timedelta(days=1), desk.zone)

    def count() -> tuple[tuple[str, int], ...]:
        with desk.database.reading() as session:
            return tuple(top_hosts(session, since, until, children=children, limit=HOSTS))

    return desk.tallies.kept(("hosts", since, until, children), count, desk.now(), ANEW)


class Sheet(msgspec.Struct, frozen=True):
    text: str  # CSV, RFC 4180


@act("reports.csv", Need.LOOK)
def as_csv(desk: Desk, actor: Actor, asked: NumbersWanted) -> Sheet:
    """The same numbers as a table: what, name, attempts."""
    found = numbers.run(desk, actor, asked)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("what", "name", "attempts"))
    for what, counts in (
        ("day", [(day.isoformat(), count) for day, count in found.days]),
        ("child", found.children),
        ("category", found.categories),
        ("reason", found.reasons),
        ("host", found.hosts),
    ):
        writer.writerows((what, safe_cell(name), count) for name, count in counts)
    return Sheet(file.getvalue())

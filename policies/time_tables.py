"""The rows about time, checked and made ready: lessons, exceptions, terms, a child's own times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kidgate.policies.model import Action
from kidgate.policies.quotas import is_key
from kidgate.policies.rows import ExceptionRow, LessonRow, ProfileRow, ServiceRow, TierRow
from kidgate.policies.schedule import Calendar, Schedule
from kidgate.policies.service_tables import check_rules, known_service
from kidgate.policies.tables import Lesson, Rule, TimeException, targets_of
from kidgate.policies.targets import Kind, Target, parse_target
from kidgate.policies.times import BEDTIME, HOURS, LIMITS, NONE, OwnTimes, Times

if TYPE_CHECKING:
    from kidgate.policies.compile import Compiler, Scopes

ALL = "all"
# What a page turns out to be, or what is typed into one, is known too late to open it.
_NO_PLACE = (Kind.TYPE, Kind.TERM)

type Services = Mapping[str, ServiceRow]
type Narrowed = Callable[[Target], Target]


def calendar_of(c: Compiler) -> Calendar:
    settings = c.rows.settings
    for key, count in Counter(term.key for term in settings.terms).items():
        if count > 1:
            c.fault("settings: terms", f"the term `{key}` stands twice; remove one")
    for term in settings.terms:
        if term.last < term.first:
            c.fault("settings: terms", f"the term `{term.key}` ends before it begins")
    terms = tuple((term.first, term.last) for term in settings.terms)
    return Calendar(frozenset(settings.holidays), terms)


def lesson_of(
    c: Compiler, row: LessonRow, scopes: Scopes, services: Services, narrowed: Narrowed
) -> Lesson:
    place = f"lesson {row.id}"
    if row.scope.partition(":")[0] in ("group", "child"):
        scopes.check(c, f"{place}: scope", row.scope)
    else:
        c.fault(f"{place}: scope", f"`{row.scope}` is no class; write group:8A or child:mai")
    c.aware(place, row.until)
    read = (c.read(f"{place}: targets", _lesson_target, text) for text in row.targets)
    rules = [
        Rule(id=row.id, scope=row.scope, target=narrowed(target), action=Action.ALLOW)
        for target in read
        if target is not None
    ]
    check_rules(c, "lesson", rules, services)
    return Lesson(row.id, row.scope, row.until, targets_of(rules), row.title)


def _lesson_target(text: str) -> Target:
    target = parse_target(text)
    if target.kind in _NO_PLACE:
        raise ValueError(f"`{text}` opens no page; name a site, service:K or category:K")
    return target


def exception_of(c: Compiler, row: ExceptionRow, scopes: Scopes) -> TimeException:
    place = f"exception {row.id}"
    scopes.check(c, f"{place}: scope", row.scope)
    c.aware(place, row.start)
    c.aware(place, row.until)
    if row.start.tzinfo and row.until.tzinfo and row.until <= row.start:
        c.fault(f"{place}: until", "it ends before it begins")
    for name in row.lifts:
        if name not in (*LIMITS, ALL):
            c.fault(f"{place}: lifts", f"`{name}` is none of {', '.join(LIMITS)}, {ALL}")
    if not row.lifts:
        c.fault(f"{place}: lifts", f"it lifts nothing; name some of {', '.join(LIMITS)}, or {ALL}")
    lifts = frozenset(LIMITS if ALL in row.lifts else row.lifts)
    return TimeException(row.id, row.scope, row.start, row.until, lifts)


def tier_times(c: Compiler, row: TierRow) -> Times:
    place = f"tier {row.key}"
    named = {BEDTIME: row.bedtime, HOURS: row.hours}
    found = {name: c.schedule(f"{place}: {name}", text) for name, text in named.items()}
    schedules = {name: schedule for name, schedule in found.items() if schedule is not None}
    return Times(row.key, "", schedules, row.quotas)


def own_times(c: Compiler, row: ProfileRow, services: Services) -> OwnTimes:
    """The child's own, where the row has some; `none` takes the tier's away."""
    place = f"profile {row.key}"
    schedules: dict[str, Schedule | None] = {}
    for name, text in ((BEDTIME, row.bedtime), (HOURS, row.hours)):
        if text.strip() == NONE:
            schedules[name] = None
        elif text.strip():
            schedules[name] = c.schedule(f"{place}: {name}", text)
    check_quotas(c, place, row.quotas, services)
    return OwnTimes(schedules, row.quotas)


def check_quotas(c: Compiler, place: str, quotas: Mapping[str, int], services: Services) -> None:
    """A key that nothing can ever match is a mistake, not a limit."""
    _check_minutes(c, f"{place}: quotas", quotas, services, each=True)


def check_notices(c: Compiler, place: str, every: Mapping[str, int], services: Services) -> None:
    _check_minutes(c, f"{place}: notice_minutes", every, services, each=False)


def _check_minutes(
    c: Compiler, place: str, minutes: Mapping[str, int], services: Services, *, each: bool
) -> None:
    for key in minutes:
        kind, _, name = key.partition(":")
        if not is_key(key, each=each):
            known = "all, service:NAME, category:NAME" + (", each:CATEGORY" if each else "")
            c.fault(place, f"`{key}` is none of {known}")
        elif kind == "service":
            known_service(c, place, name, services)

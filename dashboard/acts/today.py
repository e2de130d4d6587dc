"""Today at a glance: each child, then the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.alerts import shown
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.tallies import OF_ALL
from kidgate.documents.minutes import BrokenFile, Today, load
from kidgate.policies.decide import decide
from kidgate.policies.model import Reason, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.people import Need
from kidgate.policies.rows import ProfileRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.store.alerts import AlertRow, alerts
from kidgate.store.journal_pages import BY, Counted
from kidgate.store.requests import all_requests

CARDS = 24  # children on a page
DAYS = 7  # of the chart
_ANYWHERE = parse_url("https://example.com/")  # asked about to learn what holds everywhere
_RESTS = (Reason.PAUSED, Reason.BEDTIME, Reason.LESSON)


class HouseWanted(msgspec.Struct, frozen=True):
    """`group`: its children alone; `page`: from 1; `language`: vi or en, empty: the asker's."""

    group: str = ""
    page: int = 1
    language: str = ""


class UsedTime(msgspec.Struct, frozen=True):
    """Minutes of today. `key`: all, service:K, category:K, each:K."""

    key: str
    used: int
    limit: int | None  # None: none is set


class LastAlert(msgspec.Struct, frozen=True):
    id: int
    kind: str
    severity: str
    at: datetime
    what: str  # in the asker's language


class Card(msgspec.Struct, frozen=True):
    """One child now and today."""

    child: str
    name: str
    tier: str
    state: str  # open | paused | bedtime | lesson | lost: the lists are, and nothing opens
    until: datetime | None  # when that ends
    own_pause: bool  # a pause for this child alone, which can be ended here
    stopped: int  # attempts
    reasons: tuple[tuple[str, int], ...]  # the most first
    requests: int  # that wait for an answer
    minutes: tuple[UsedTime, ...]
    alert: LastAlert | None  # the last one that nobody handled


class HouseToday(msgspec.Struct, frozen=True):
    """Children with something to look at come first."""

    cards: tuple[Card, ...]
    children: int  # in all
    page: int
    pages: int
    requests: int
    alerts: int
    stopped: int


@act("today.house", Need.LOOK)
def house(desk: Desk, actor: Actor, asked: HouseWanted) -> HouseToday:
    """Each child that the asker sees, now and today."""
    now, found = desk.now(), actor.seen(desk.rows.profiles)
    if asked.group:
        found = tuple(row for row in found if asked.group in row.groups)
    seen = {row.key for row in found}
    today = _by_child(desk.tallies.day(desk.database, _today(desk), desk.zone, now), seen)
    waiting, warned = _waiting(desk, seen), _alerts(desk, seen)
    last: dict[str, AlertRow] = {}
    for alert in warned:
        last.setdefault(str(alert.facts.get("child", "")), alert)

    def urgency(row: ProfileRow) -> tuple[bool, bool, int]:
        key = row.key
        return key not in waiting, key not in last, -today.get(key, Counter()).total()

    ordered = sorted(found, key=urgency) if len(found) > CARDS else found
    pages = max(1, -(-len(ordered) // CARDS))
    page = min(max(asked.page, 1), pages)
    here = ordered[(page - 1) * CARDS : page * CARDS]
    snapshot, minutes = desk.snapshot(), _minutes(desk)
    cards = tuple(
        _card(
            desk,
            snapshot,
            row,
            stopped=today.get(row.key, Counter()),
            requests=waiting[row.key],
            minutes=minutes.get(row.key),
            alert=_alert(actor, last.get(row.key), row, asked.language or actor.language),
        )
        for row in here
        if row.key in snapshot.profiles
    )
    stopped = sum(count.total() for count in today.values())
    return HouseToday(cards, len(found), page, pages, waiting.total(), len(warned), stopped)


def _today(desk: Desk) -> date:
    return desk.now().astimezone(desk.zone).date()


def _by_child(counts: Iterable[Counted], seen: set[str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one in counts:
        if one.child in seen:
            found.setdefault(one.child, Counter())[one.reason] += one.count
    return found


def _waiting(desk: Desk, seen: set[str]) -> Counter[str]:
    with desk.database.reading() as session:
        found = all_requests(session, state="open", limit=1000)
    return Counter(one.profile for one in found if one.profile in seen)


def _alerts(desk: Desk, seen: set[str]) -> list[AlertRow]:
    """Those that nobody handled, about these children; requests are counted by themselves."""
    with desk.database.reading() as session:
        found = alerts(session, children=seen)
    return [row for row in found if row.kind != "request"]


def _minutes(desk: Desk) -> Mapping[str, Today]:
    """What the workers judge by; nothing where nobody has used any, or where it cannot be read."""
    try:
        return load(desk.home.minutes.read_bytes())
    except (OSError, BrokenFile):
        return {}


def _card(
    desk: Desk,
    snapshot: PolicySnapshot,
    row: ProfileRow,
    *,
    stopped: Counter[str],
    requests: int,
    minutes: Today | None,
    alert: LastAlert | None,
) -> Card:
    now = desk.now()
    state, until = _state(snapshot, row.key, now)
    scope = f"child:{row.key}"
    paused = [pause for pause in snapshot.pauses if now < pause.until]
    return Card(
        child=row.key,
        name=row.name or row.key,
        tier=snapshot.tier_of(row.key, now).row.key,
        state=state,
        until=until,
        own_pause=any(pause.scope == scope for pause in paused),
        stopped=stopped.total(),
        reasons=tuple(stopped.most_common()),
        requests=requests,
        minutes=_used(snapshot, row.key, minutes, now),
        alert=alert,
    )


def _state(snapshot: PolicySnapshot, child: str, now: datetime) -> tuple[str, datetime | None]:
    """What `decide` says of a page that nothing else is known of."""
    decision = decide(Visit(_ANYWHERE, now, child), snapshot)
    if decision.reason is Reason.INTERNAL_ERROR:
        return "lost", None
    if not decision.stops or decision.reason not in _RESTS:
        return "open", None
    return decision.reason.value, decision.until


def _used(
    snapshot: PolicySnapshot, child: str, today: Today | None, now: datetime
) -> tuple[UsedTime, ...]:
    """The whole time, and what some of it was used for."""
    limits = snapshot.asker(child, None, int(now.timestamp()) // 60).times.quotas
    counted = today.minutes if today is not None and today.holds(now) else {}
    given = today.bonus if today is not None and today.holds(now) else {}
    keys = [key for key in limits if key != "all" and counted.get(key)]
    if "all" in limits or counted.get("all"):
        keys.insert(0, "all")
    return tuple(
        UsedTime(
            key,
            max(counted.get(key, 0) + given.get(key, 0), 0),
            limits[key] + given.get(key, 0) if key in limits else None,
        )
        for key in keys
        if not key.startswith("each:")
    )


def _alert(
    actor: Actor, row: AlertRow | None, child: ProfileRow, language: str
) -> LastAlert | None:
    if row is None:
        return None
    what = shown(actor, row, {child.key: child.name}, language).what
    return LastAlert(row.id, row.kind, row.severity, row.last_at, what)


# --- the week ---


class WeekPast(msgspec.Struct, frozen=True):
    """Attempts by day, the oldest first; and of the whole week by category and by reason."""

    days: tuple[tuple[date, int], ...]
    categories: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


@act("today.week", Need.LOOK)
def week(desk: Desk, actor: Actor, asked: Nothing) -> WeekPast:
    """What was stopped in the last seven days, of the children whom the asker sees."""
    today = _today(desk)
    days = [today - timedelta(days=back) for back in range(DAYS)][::-1]
    seen = None if actor.sees_all else {row.key for row in actor.seen(desk.rows.profiles)}
    found = desk.tallies.days(
        desk.database, days, desk.zone, desk.now(), by=BY if seen is not None else OF_ALL
    )
    totals: dict[date, int] = dict.fromkeys(days, 0)
    categories: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for day, counts in found.items():
        for one in counts:
            if seen is None or one.child in seen:
                totals[day] += one.count
                reasons[one.reason] += one.count
                if one.category:
                    categories[one.category] += one.count
    return WeekPast(
        tuple(totals.items()), tuple(categories.most_common(8)), tuple(reasons.most_common(8))
    )


class TimesToday(msgspec.Struct, frozen=True):
    """Whole minutes of today by service:K, of all children together, the most first."""

    services: tuple[tuple[str, int], ...]


@act("today.times", Need.LOOK)
def times(desk: Desk, actor: Actor, asked: Nothing) -> TimesToday:
    """What the children whom the asker sees have used their time for today."""
    now, minutes = desk.now(), _minutes(desk)
    services: Counter[str] = Counter()
    for row in actor.seen(desk.rows.profiles):
        today = minutes.get(row.key)
        if today is None or not today.holds(now):
            continue
        for key, counted in today.minutes.items():
            # Minutes that were given are taken off what is counted; they were used all the same.
            if key.startswith("service:") and (used := counted + today.bonus.get(key, 0)) > 0:
                services[key] += used
    return TimesToday(tuple(services.most_common(8)))

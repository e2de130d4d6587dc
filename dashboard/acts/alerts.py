"""Alerts: what an adult should look at, what to do, and that it is done."""

from __future__ import annotations

from datetime import datetime

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import ask
from kidgate.documents.digest.alerts import said
from kidgate.policies.people import LANGUAGES, Need
from kidgate.store.alerts import AlertRow, alerts

MOST = 200


class AlertsWanted(msgspec.Struct, frozen=True):
    """`state`: open, handled or all; `language`: vi or en, empty: the asker's."""

    state: str = "open"
    language: str = ""
    limit: int = 100


class AlertShown(msgspec.Struct, frozen=True):
    id: int
    kind: str
    severity: str  # info | warning | urgent
    child: str
    device: str
    first_at: datetime
    last_at: datetime
    count: int
    title: str
    what: str
    advice: str  # what to do
    handled: bool
    handled_by: str
    handled_at: datetime | None
    may_handle: bool


class AlertsFound(msgspec.Struct, frozen=True):
    alerts: tuple[AlertShown, ...]  # the latest first


_STATES = {"open": False, "handled": True, "all": None}


@act("alerts.list", Need.LOOK)
def list_(desk: Desk, actor: Actor, asked: AlertsWanted) -> AlertsFound:
    """Alerts about the children whom the asker sees; who sees the house, also about it."""
    if asked.state not in _STATES:
        raise Invalid(f"`{asked.state}` is no state; there are {', '.join(_STATES)}")
    if not 1 <= asked.limit <= MOST:
        raise Invalid(f"a page has 1 to {MOST} alerts")
    language = asked.language if asked.language in LANGUAGES else actor.language
    with desk.database.reading() as session:
        found = alerts(
            session,
            handled=_STATES[asked.state],
            children=_seen(desk, actor),
            limit=asked.limit if actor.sees_all else MOST,
        )
    names = {row.key: row.name for row in desk.rows.profiles}
    every = (shown(actor, row, names, language) for row in found[: asked.limit])
    return AlertsFound(tuple(every))


def _seen(desk: Desk, actor: Actor) -> set[str] | None:
    return None if actor.sees_all else {row.key for row in actor.seen(desk.rows.profiles)}


def shown(actor: Actor, row: AlertRow, names: dict[str, str], language: str) -> AlertShown:
    """An alert in words; `names` of children by key."""
    facts = {**row.facts}
    child = str(facts.get("child") or "")
    if names.get(child):
        facts["name"] = names[child]
    words = said(row.kind, facts, row.count, language)
    return AlertShown(
        id=row.id,
        kind=row.kind,
        severity=row.severity,
        child=child,
        device=str(facts.get("device") or ""),
        first_at=row.first_at,
        last_at=row.last_at,
        count=row.count,
        title=words.title,
        what=words.what if row.facts else row.text,
        advice=words.advice,
        handled=row.handled,
        handled_by=row.handled_by,
        handled_at=row.handled_at,
        may_handle=not row.handled and actor.may(Need.ANSWER) and actor.writes,
    )


class HandledWanted(msgspec.Struct, frozen=True):
    id: int


class Handled(msgspec.Struct, frozen=True):
    handled: int  # 0: it was already


@act("alerts.handled", Need.ANSWER, changes=True)
def handled(desk: Desk, actor: Actor, asked: HandledWanted) -> Handled:
    """Mark an alert as handled."""
    with desk.database.reading() as session:
        there = alerts(session, handled=None, children=_seen(desk, actor), limit=2000)
    if not any(row.id == asked.id for row in there):
        raise NotThere(f"there is no alert `{asked.id}`")
    return Handled(int(ask(desk, "alert.handled", id=asked.id, by=actor.by)["handled"]))

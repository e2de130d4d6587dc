"""The internet off, for whom and until when, and on again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import change, scope_within, seen_rows
from kidgate.policies import edits
from kidgate.policies.people import Need
from kidgate.policies.rows import PauseRow, ProfileRow

MORNING = time(6)  # when a pause until tomorrow ends


class PauseAsked(msgspec.Struct, frozen=True):
    """`minutes` 0: until six tomorrow morning, by the child's clock. Help lines stay open."""

    scope: str
    minutes: Annotated[int, Meta(ge=0, le=14 * 24 * 60)]
    reason: Annotated[str, Meta(max_length=300)] = ""


class ScopeAsked(msgspec.Struct, frozen=True):
    scope: str


class Paused(msgspec.Struct, frozen=True):
    until: datetime
    version: int


class Resumed(msgspec.Struct, frozen=True):
    version: int


@act("pauses.start", Need.LESSON, changes=True)
def start(desk: Desk, actor: Actor, asked: PauseAsked) -> Paused:
    """Turn the internet off for a child, a device, a class or everyone."""
    scope = _scope(desk, actor, asked.scope)
    now = desk.now().astimezone(UTC).replace(microsecond=0)
    until = now + timedelta(minutes=asked.minutes) if asked.minutes else _morning(desk, scope, now)
    row = PauseRow(0, scope, until, actor.name, asked.reason.strip())
    comment = f"pause {scope} until {until.isoformat()}"
    return Paused(until, change(desk, actor, lambda rows: edits.put_pause(rows, row), comment))


@act("pauses.end", Need.LESSON, changes=True)
def end(desk: Desk, actor: Actor, asked: ScopeAsked) -> Resumed:
    """Turn the internet on again."""
    scope, now = _scope(desk, actor, asked.scope), desk.now()
    edits.resume(seen_rows(desk, actor), scope, now)
    edit = lambda rows: edits.resume(rows, scope, now)  # noqa: E731
    return Resumed(change(desk, actor, edit, f"resume {scope}"))


def _scope(desk: Desk, actor: Actor, text: str) -> str:
    return scope_within(desk, actor, text, lambda rows: edits.scope_of(rows, desk.tiers, text))


def _morning(desk: Desk, scope: str, now: datetime) -> datetime:
    zone = desk.zone_of(_child(desk, scope))
    day = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _child(desk: Desk, scope: str) -> ProfileRow | None:
    """Whose clock counts; None: the house's."""
    kind, _, key = scope.partition(":")
    return next((row for row in desk.rows.profiles if kind == "child" and row.key == key), None)

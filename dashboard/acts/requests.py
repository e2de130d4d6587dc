"""What children ask for, and the answer. What an answer may open, the keeper works out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.policies.people import Need
from kidgate.policies.requests import Duration, Scope, Whom, is_lent, lent, offers
from kidgate.policies.snapshot import NoFeeds
from kidgate.store import requests as rows
from kidgate.store.requests import Asked

MOST_OPEN = 50  # shown at once
Count = Annotated[int, Meta(ge=1, le=100)]
Words = Annotated[str, Meta(max_length=300)]


class Way(msgspec.Struct, frozen=True):
    """One thing that may be opened, for whom, and for how long. `confirm`: it is dangerous."""

    scope: Scope
    target: str
    whom: Whom
    durations: tuple[Duration, ...]
    confirm: bool


class Request(msgspec.Struct, frozen=True):
    """A request as it stands; texts that are not known are empty. `state`: open, approved, denied,
    expired; `at` is that of its last repeat."""

    id: int
    at: datetime
    child: str
    name: str
    device: str
    site: str
    url: str
    note: str
    reason: str
    service: str
    category: str
    state: str
    answered_by: str
    answered_at: datetime | None
    answer: str
    target: str
    scope: str
    duration: str
    whom: str
    until: datetime | None
    ways: tuple[Way, ...] = ()


class ListAsked(msgspec.Struct, frozen=True):
    """Open ones, or those answered: from `before` a number on."""

    open: bool = True
    before: int | None = None
    limit: Count = 20


class Listed(msgspec.Struct, frozen=True):
    requests: tuple[Request, ...]
    more: bool


class One(msgspec.Struct, frozen=True):
    id: int


class AnswerAsked(msgspec.Struct, frozen=True):
    """`scope`, `duration` and `whom` go with a yes; `confirmed`: the adult was warned of a danger
    and says yes again; `text` is told to the child."""

    id: int
    yes: bool
    scope: Scope = Scope.SITE
    duration: Duration = Duration.HOUR
    whom: Whom = Whom.CHILD
    text: Words = ""
    confirmed: bool = False


class Answered(msgspec.Struct, frozen=True):
    state: str
    until: datetime | None


class Waiting(msgspec.Struct, frozen=True):
    waiting: int


@act("requests.count", Need.ANSWER)
def count(desk: Desk, actor: Actor, asked: Nothing) -> Waiting:
    """How many requests wait for an answer."""
    with desk.database.reading() as session:
        return Waiting(rows.count_open(session, _children(desk, actor)))


@act("requests.list", Need.ANSWER)
def list_(desk: Desk, actor: Actor, asked: ListAsked) -> Listed:
    """Requests, newest first."""
    children = _children(desk, actor)
    with desk.database.reading() as session:
        if asked.open:
            most = MOST_OPEN + 1
            found = rows.all_requests(session, state="open", profiles=children, limit=most)
        else:
            most = asked.limit + 1
            found = rows.past_requests(session, before=asked.before, profiles=children, limit=most)
    names = {row.key: row.name or row.key for row in desk.rows.profiles}
    shown = tuple(_request(one, names.get(one.profile, one.profile)) for one in found[: most - 1])
    return Listed(shown, len(found) == most)


@act("requests.one", Need.ANSWER)
def one(desk: Desk, actor: Actor, asked: One) -> Request:
    """A request, and every way to say yes to it."""
    found, name = _seen(desk, actor, asked.id)
    return _request(found, name, tuple(_ways(desk, actor, found)))


@act("requests.answer", Need.ANSWER, changes=True)
def answer(desk: Desk, actor: Actor, asked: AnswerAsked) -> Answered:
    """Say no, or yes to one of the ways."""
    _seen(desk, actor, asked.id)
    only = is_lent(asked.whom, asked.duration, confirmed=asked.confirmed)
    if asked.yes and actor.lends_only and not only:
        raise Forbidden("you open something for one child, for a day at most, nothing dangerous")
    args: dict[str, Any] = msgspec.to_builtins(asked)
    try:
        said = desk.do("request.answer", by=actor.by, **args)
    except ValueError as fault:
        raise Invalid(str(fault)) from fault
    until = said.get("until")
    return Answered(said["state"], datetime.fromisoformat(until) if until else None)


def _children(desk: Desk, actor: Actor) -> list[str] | None:
    """Those that this person sees; None: everybody, removed ones too."""
    if actor.sees_all:
        return None
    return [row.key for row in actor.seen(desk.rows.profiles)]


def _seen(desk: Desk, actor: Actor, number: int) -> tuple[Asked, str]:
    """A request and the name of its child. Raises NotThere for what this person may not see."""
    with desk.database.reading() as session:
        found = rows.find_request(session, number)
    if found is None or not found.reason:
        raise NotThere(f"there is no request `{number}`")
    profile = next((row for row in desk.rows.profiles if row.key == found.profile), None)
    if profile is None:
        if not actor.sees_all:
            raise NotThere(f"there is no request `{number}`")
        return found, found.profile
    if not actor.sees(profile):
        raise NotThere(f"there is no request `{number}`")
    return found, profile.name or profile.key


def _ways(desk: Desk, actor: Actor, found: Asked) -> Iterator[Way]:
    """Every way to say yes that this person has, worked out as the keeper does: without lists."""
    snapshot = desk.snapshot().with_index(NoFeeds())
    if found.state != "open" or found.profile not in snapshot.profiles:
        return
    every = offers(rows.ask_of(found), snapshot, desk.now())
    for way in lent(every) if actor.lends_only else every:
        yield Way(way.scope, way.target, way.whom, way.durations, way.confirm)


def _request(found: Asked, name: str, ways: tuple[Way, ...] = ()) -> Request:
    return Request(
        id=found.id,
        at=found.at,
        child=found.profile,
        name=name,
        device=found.device,
        site=found.site or found.target,
        url=found.url,
        note=found.note,
        reason=found.reason,
        service=found.service,
        category=found.category,
        state=found.state,
        answered_by=found.answered_by,
        answered_at=found.answered_at,
        answer=found.answer,
        target=found.target,
        scope=found.scope,
        duration=found.duration,
        whom=found.whom,
        until=found.until,
        ways=ways,
    )

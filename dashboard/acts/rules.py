"""Rules and grants: what is there, one more, one less; and the pauses that are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.acts.rule_lines import (
    GrantLine,
    PauseLine,
    RuleLine,
    grant_lines,
    pause_lines,
    rule_line,
)
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.until import end_of
from kidgate.dashboard.writing import change, seen_rows
from kidgate.documents.target_names import category_keys, known_target
from kidgate.policies import edits
from kidgate.policies.model import Action
from kidgate.policies.opened import companions_left, still_house
from kidgate.policies.people import Need, reaches
from kidgate.policies.rows import DeviceRow, GrantRow, PolicyRows, RuleRow
from kidgate.policies.schedule import parse_schedule
from kidgate.policies.targets import PLACES, Kind, parse_target
from kidgate.proxy.explaining import explain
from kidgate.store.feeds import all_feeds

PAGE = 50
LENT_MOST = timedelta(days=1)  # what an adult opens who may not change the policy
Reason = Annotated[str, Meta(max_length=300)]
Until = Annotated[str, Meta(max_length=40)]
OPENS = (Action.ALLOW, Action.PASS)

type Edit = Callable[[PolicyRows], PolicyRows]


class RulesAsked(msgspec.Struct, frozen=True):
    """`scope` as in rules; `text` is looked for in targets and reasons; pages start at 1."""

    scope: str = ""
    action: Literal["", "allow", "block", "warn", "ask", "pass", "watch"] = ""
    text: str = ""
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1


class RulesFound(msgspec.Struct, frozen=True):
    """The newest rules first; grants and pauses are those in force for all that one may see."""

    rules: tuple[RuleLine, ...]
    total: int
    page: int
    pages: int
    grants: tuple[GrantLine, ...]
    pauses: tuple[PauseLine, ...]


class TargetAsked(msgspec.Struct, frozen=True):
    target: Annotated[str, Meta(max_length=2000)]


class TargetFound(msgspec.Struct, frozen=True):
    """A target in its one spelling. `kind`: site, host, url, service, category, type, term,
    network."""

    target: str
    kind: str
    value: str


class RuleAdded(msgspec.Struct, frozen=True):
    """`until`: +2h, today, a day, a time; empty or forever: it stays. `when`: schedule text."""

    scope: str
    target: Annotated[str, Meta(max_length=2000)]
    action: Action
    when: Annotated[str, Meta(max_length=500)] = ""
    until: Until = ""
    reason: Reason = ""
    safe_search: bool = True


class RuleWritten(msgspec.Struct, frozen=True):
    """`stopped`: why what was allowed does not open all the same; empty: it does. `companions`:
    services of the same habit that go on; `needs`: what a service needs besides its own hosts."""

    version: int
    target: str
    stopped: str = ""
    companions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class RowAsked(msgspec.Struct, frozen=True):
    id: int


class GrantAdded(msgspec.Struct, frozen=True):
    """`security` lifts lists of dangerous sites too: only when an adult was warned and says yes
    again."""

    child: str
    target: Annotated[str, Meta(max_length=2000)]
    until: Until
    security: bool = False
    reason: Reason = ""


@act("rules.list", Need.LOOK)
def list_(desk: Desk, actor: Actor, asked: RulesAsked) -> RulesFound:
    """Rules that match everything given, and what is granted and paused now."""
    rows, now = desk.rows, desk.now()
    found = [row for row in reversed(_seen(actor, rows)) if _matches(row, asked)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    children = {row.key for row in actor.seen(rows.profiles)}
    return RulesFound(
        rules=tuple(rule_line(row, now) for row in shown),
        total=len(found),
        page=page,
        pages=pages,
        grants=grant_lines((one for one in rows.grants if one.child in children), now),
        pauses=paused(desk, actor, now),
    )


@act("rules.target", Need.CHANGE)
def target(desk: Desk, actor: Actor, asked: TargetAsked) -> TargetFound:
    """How a target is understood."""
    text = _known(desk, asked.target)
    found = parse_target(text)
    return TargetFound(text, found.kind.value, found.value + found.path)


@act("rules.add", Need.CHANGE, changes=True)
def add(desk: Desk, actor: Actor, asked: RuleAdded) -> RuleWritten:
    """Add a rule; it takes the place of one about the same target for the same scope."""
    parse_schedule_or_refuse(asked.when)
    row = RuleRow(
        id=0,
        scope=edits.scope_of(desk.rows, desk.tiers, asked.scope),
        target=_known(desk, asked.target),
        action=asked.action,
        when=asked.when.strip(),
        until=end_of(desk, asked.until),
        safe_search=asked.safe_search,
        author=actor.name,
        reason=asked.reason.strip(),
    )
    comment = f"{row.action} {row.target} for {row.scope}"
    version = change(desk, actor, lambda rows: edits.put_rule(rows, row), comment)
    return _written(desk, row, version)


@act("rules.remove", Need.CHANGE, changes=True)
def remove(desk: Desk, actor: Actor, asked: RowAsked) -> Removed:
    """Remove a rule."""
    edit = _without(RuleRow, asked.id)
    return Removed(change(desk, actor, edit, f"remove rule {asked.id}"))


@act("rules.grant", Need.ANSWER, changes=True)
def grant(desk: Desk, actor: Actor, asked: GrantAdded) -> RuleWritten:
    """Let one child open something until then."""
    desk.profile(actor, asked.child)
    until = end_of(desk, asked.until)
    if until is None:
        raise Invalid("this must end; for good, add a rule")
    if actor.lends_only and (asked.security or until > desk.now() + LENT_MOST):
        raise Forbidden("you open something for a day at most, and nothing that is dangerous")
    row = GrantRow(
        id=0,
        child=asked.child,
        target=_known(desk, asked.target),
        until=until,
        confirmed_twice=asked.security,
        author=actor.name,
        reason=asked.reason.strip(),
    )
    comment = f"grant {row.target} to {row.child} until {until.isoformat()}"
    version = change(desk, actor, lambda rows: edits.add(rows, row), comment)
    stopped = _stopped(desk, row.target, f"child:{row.child}")
    return RuleWritten(version, row.target, stopped)


@act("rules.revoke", Need.ANSWER, changes=True)
def revoke(desk: Desk, actor: Actor, asked: RowAsked) -> Removed:
    """End a grant now."""
    if all(row.id != asked.id for row in seen_rows(desk, actor).grants):
        raise NotThere(f"there is no grant `{asked.id}`")
    edit = _without(GrantRow, asked.id)
    return Removed(change(desk, actor, edit, f"revoke grant {asked.id}"))


def parse_schedule_or_refuse(text: str) -> None:
    """Raises Invalid for schedule text that cannot be read."""
    try:
        parse_schedule(text)
    except ValueError as fault:
        raise Invalid(str(fault)) from None


def paused(desk: Desk, actor: Actor, now: datetime) -> tuple[PauseLine, ...]:
    """Pauses in force of whom this person sees."""
    rows = desk.rows
    mine = (row for row in rows.pauses if reaches(actor.role, actor.groups, row.scope, rows))
    return pause_lines(mine, now)


def _seen(actor: Actor, rows: PolicyRows) -> tuple[RuleRow, ...]:
    """A teacher sees what is about the own classes alone."""
    if actor.sees_all:
        return rows.rules
    return tuple(r for r in rows.rules if reaches(actor.role, actor.groups, r.scope, rows))


def _matches(row: RuleRow, asked: RulesAsked) -> bool:
    text = asked.text.strip().casefold()
    return (
        asked.scope in ("", row.scope)
        and asked.action in ("", row.action.value)
        and (not text or text in f"{row.target} {row.reason} {row.author}".casefold())
    )


def _known(desk: Desk, text: str) -> str:
    with desk.database.reading() as session:
        categories = category_keys(row.category for row in all_feeds(session))
    return known_target(desk.rows, categories, text)


def _without(kind: type[RuleRow] | type[GrantRow], number: int) -> Edit:
    return lambda rows: edits.remove(rows, kind, number)


def _written(desk: Desk, row: RuleRow, version: int) -> RuleWritten:
    kind, _, key = row.target.partition(":")
    if kind != "service":
        stopped = _stopped(desk, row.target, row.scope) if row.action in OPENS else ""
        return RuleWritten(version, row.target, stopped)
    if row.action in OPENS:
        return RuleWritten(version, row.target, needs=desk.services[key].dependencies)
    tiers, _, builtin = desk.builtin
    house = still_house(desk.rows, builtin, tiers, desk.services, desk.now())
    left = companions_left(house, desk.rows, key, row.scope)
    return RuleWritten(version, row.target, companions=tuple(one.service.title for one in left))


def _stopped(desk: Desk, target: str, scope: str) -> str:
    """The reason for which a place that was just allowed does not open for a child or a device all
    the same; empty: it opens, or it depends."""
    parsed = parse_target(target)
    kind, _, key = scope.partition(":")
    if parsed.kind not in PLACES or parsed.kind is Kind.NETWORK or kind not in ("child", "device"):
        return ""
    device = key if kind == "device" else None
    child = edits.find(desk.rows, DeviceRow, key).of if kind == "device" else key
    host = f"[{parsed.value}]" if ":" in parsed.value else parsed.value
    url = f"https://{host}{parsed.path}"
    known = desk.addresses(parsed.value)
    snapshot, feeds = desk.snapshot(), desk.home.feeds
    found = explain(snapshot, feeds, url, desk.now(), child or None, device, known)
    return found.decision.reason.value if found.decision.stops else ""

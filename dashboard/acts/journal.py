"""The journal: what was stopped and why, and to open it from there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import change, must_reach
from kidgate.policies.edits import EVERYONE
from kidgate.policies.model import Action, Reason, Verdict
from kidgate.policies.names import InvalidName, parse_url
from kidgate.policies.people import Need
from kidgate.policies.requests import (
    ASKABLE,
    LATE,
    Answer,
    Ask,
    CannotAnswer,
    Duration,
    Scope,
    answered,
    ask_target,
    put,
)
from kidgate.policies.rows import GrantRow, RuleRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.explaining import as_json, explain
from kidgate.store.journal import Line
from kidgate.store.journal_pages import Wanted, find_line, read_page

MOST = 200  # lines of a page
How = Literal["today", "always", "everyone"]
HOW: tuple[How, ...] = ("today", "always", "everyone")
# What was decided by more than the address, which the journal does not keep.
SEEN_THEN = LATE | {
    Reason.QUOTA,
    Reason.PAUSED,
    Reason.LESSON,
    Reason.PERSONAL_DATA,
    Reason.MESSAGE,
    Reason.MALFORMED,
    Reason.NAMES_DISAGREE,
    Reason.UNKNOWN_DEVICE,
    Reason.TOO_MANY,
    Reason.BAD_CERTIFICATE,
    Reason.UNREACHABLE,
    Reason.INTERNAL_ERROR,
}


class LinesWanted(msgspec.Struct, frozen=True):
    """Empty: any. `days` back from now (0: no end), `after`: the key that the last page gave."""

    child: str = ""
    device: str = ""
    verdict: str = ""
    reason: str = ""
    category: str = ""
    text: str = ""  # in host, address or source
    days: int = 0
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class JournalLine(Line):
    """One attempt and its repeats, as the store has it; empty where nothing is kept."""

    allow: tuple[How, ...] = ()  # how this person may open it from here


class LinesFound(msgspec.Struct, frozen=True):
    lines: tuple[JournalLine, ...]  # the latest first
    next: str  # `after` of the next page; empty: there is none
    looked_to: datetime | None = None  # a search that stopped there; the next page goes on


@act("journal.lines", Need.LOOK)
def lines(desk: Desk, actor: Actor, asked: LinesWanted) -> LinesFound:
    """What was journaled, page by page, of the children whom the asker sees."""
    if not 1 <= asked.limit <= MOST or asked.days < 0:
        raise Invalid(f"a page has 1 to {MOST} lines, and `days` is no less than 0")
    since = desk.now() - timedelta(days=asked.days) if asked.days else None
    wanted = Wanted(
        child=asked.child,
        device=asked.device,
        verdict=asked.verdict,
        reason=asked.reason,
        category=asked.category,
        text=asked.text.strip(),
        since=since,
        children=_seen(desk, actor),
    )
    try:
        with desk.database.reading() as session:
            page = read_page(session, wanted, after=asked.after, limit=asked.limit)
    except (ValueError, OverflowError):
        raise Invalid("`after` is no key of a page; begin anew without it") from None
    found = tuple(_shown(actor, line) for line in page.lines)
    return LinesFound(found, page.next, page.looked_to)


# --- why ---


class LineWanted(msgspec.Struct, frozen=True):
    id: int


class Why(msgspec.Struct, frozen=True):
    """A line, and what would come of the same visit, then, under the policy of now."""

    line: JournalLine
    now: dict[str, Any] | None  # as of `tester.try`; None: no address is kept
    changed: bool  # the policy has a newer version
    differs: bool  # and decides otherwise
    seen_then: bool  # what decided lay in the page or the connection, and is not kept
    danger: bool  # to open it an adult has to confirm


@act("journal.line", Need.LOOK)
def line(desk: Desk, actor: Actor, asked: LineWanted) -> Why:
    """One line with the reason, decided anew step by step."""
    found = _line(desk, actor, asked.id)
    snapshot = desk.snapshot()
    again = _again(desk, _without_now(snapshot), found, found.last_at)
    shown = _shown(actor, found)
    seen_then = found.reason in SEEN_THEN
    differs = again is not None and not seen_then and _word(again) != (found.verdict, found.reason)
    return Why(
        line=shown,
        now=again,
        changed=found.version != snapshot.id,
        differs=differs,
        seen_then=seen_then,
        danger=found.reason == Reason.SECURITY,
    )


def _without_now(snapshot: PolicySnapshot) -> PolicySnapshot:
    """Pauses and lessons say when they end, not when they began: they say nothing of then."""
    if not (snapshot.pauses or snapshot.lessons):
        return snapshot
    return replace(snapshot, pauses=(), lessons=())


def _again(
    desk: Desk, snapshot: PolicySnapshot, found: Line, at: datetime
) -> dict[str, Any] | None:
    url = _url(found)
    if not url:
        return None
    child = found.child if found.child in snapshot.profiles else None
    device = found.device if found.device in snapshot.devices else None
    addresses = desk.addresses(found.host)
    return as_json(explain(snapshot, desk.home.feeds, url, at, child, device, addresses))


def _word(again: dict[str, Any]) -> tuple[str, str]:
    return again["verdict"], again["reason"]


def _url(found: Line) -> str:
    if found.url or not found.host:
        return found.url
    return f"https://{f'[{found.host}]' if ':' in found.host else found.host}/"


# --- to open it ---


class AllowWanted(msgspec.Struct, frozen=True):
    """`today` and `always`: for the child of the line; `everyone`: for the whole house, for good.
    `confirmed`: the adult was warned of a danger and said yes again."""

    id: int
    how: How
    confirmed: bool = False


class Allowed(msgspec.Struct, frozen=True):
    target: str
    version: int  # of the policy
    until: datetime | None
    still: str = ""  # the reason why it does not open all the same; empty: it opens


@act("journal.allow", Need.ANSWER, changes=True)
def allow(desk: Desk, actor: Actor, asked: AllowWanted) -> Allowed:
    """Open the site of a line: for its child today or for good, or for everyone.

    A dangerous site opens for one child today alone, and only `confirmed`. What no adult can open
    (illegal material, the gateway's own) is refused.
    """
    found = _line(desk, actor, asked.id)
    if asked.how not in _ways(actor, found):
        raise Invalid("this cannot be opened from here, or not so")
    scope = EVERYONE if asked.how == "everyone" else f"child:{found.child}"
    must_reach(desk, actor, scope)
    row = _row(desk, actor, found, asked)
    comment = f"journal {found.id}: allow {row.target} for {scope}, {asked.how}"
    version = change(desk, actor, lambda rows: put(rows, row), comment)
    again = _again(desk, desk.snapshot(), found, desk.now()) or {}
    still = "" if again.get("verdict") in (Verdict.ALLOW, Verdict.WARN) else again.get("reason", "")
    return Allowed(row.target, version, row.until, still)


def _row(desk: Desk, actor: Actor, found: Line, asked: AllowWanted) -> GrantRow | RuleRow:
    snapshot, reason = desk.snapshot(), f"journal {found.id}"
    ask = _ask(found, snapshot)
    if asked.how == "everyone":
        target = ask_target(ask, Scope.SITE, snapshot)
        return RuleRow(0, EVERYONE, target, Action.ALLOW, author=actor.name, reason=reason)
    duration = Duration.TODAY if asked.how == "today" else Duration.ALWAYS
    answer = Answer(Scope.SITE, duration, confirmed=asked.confirmed)
    try:
        return answered(ask, answer, snapshot, desk.now(), author=actor.name, reason=reason)
    except CannotAnswer as fault:
        raise Invalid(str(fault)) from fault


def _ask(found: Line, snapshot: PolicySnapshot) -> Ask:
    try:
        url = parse_url(_url(found))
    except InvalidName as fault:
        raise Invalid(str(fault)) from fault
    if found.child not in snapshot.profiles:
        raise Invalid(f"no profile is called `{found.child}` any more")
    reason = Reason(found.reason)
    return Ask(found.child, found.device, url, reason, category=found.category)


# --- whose, and what may be done ---


def _seen(desk: Desk, actor: Actor) -> tuple[str, ...] | None:
    """The children whose lines are shown; None: everybody's, and those of nobody."""
    if actor.sees_all:
        return None
    return tuple(row.key for row in actor.seen(desk.rows.profiles))


def _line(desk: Desk, actor: Actor, number: int) -> Line:
    with desk.database.reading() as session:
        found = find_line(session, number) if 0 < number < 2**63 else None
    seen = _seen(desk, actor)
    if found is None or (seen is not None and found.child not in seen):
        raise NotThere(f"the journal has no line `{number}`")
    return found


def _shown(actor: Actor, found: Line) -> JournalLine:
    return JournalLine(**asdict(found), allow=_ways(actor, found))


def _ways(actor: Actor, found: Line) -> tuple[How, ...]:
    """How this person may open what was stopped. Never orders 0 and 1; danger for a day alone."""
    stopped = found.verdict in (Verdict.BLOCK, Verdict.ASK) and found.kind == "visit"
    if not (stopped and found.child and found.host and found.reason in ASKABLE):
        return ()
    if not (actor.may(Need.ANSWER) and actor.writes):
        return ()
    if found.reason == Reason.SECURITY:
        return () if actor.lends_only else ("today",)
    return ("today",) if actor.lends_only else HOW

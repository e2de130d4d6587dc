"""What a child's request is about, and the grant or rule that an adult's answer makes. Pure.

Whether something opens is never worked out here: `decide` is asked, with the grant or rule in
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from kidgate.policies.decide import decide
from kidgate.policies.edits import add, put_rule
from kidgate.policies.model import Action, Decision, Reason, Verdict, Visit
from kidgate.policies.names import Url, is_address, parents
from kidgate.policies.rows import GrantRow, PolicyRows, RuleRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tables import Rule, targets_of
from kidgate.policies.targets import Kind, Target, parse_target

# Orders 6 to 15, and the tier's default. Even of these `decide` has the last word: a translator is
# not opened by a grant, nor is a proxy.
ASKABLE = frozenset(
    {
        Reason.SECURITY,
        Reason.WAY_AROUND,
        Reason.RULE,
        Reason.CATEGORY,
        Reason.SERVICE,
        Reason.CONTENT_TYPE,
        Reason.QUOTA,
        Reason.NOT_ON_ALLOW_LIST,
        Reason.SEARCH_TERM,
        Reason.PAGE_TEXT,
        Reason.IMAGE,
        Reason.VIDEO,
        Reason.UNJUDGED,
        Reason.TIER_DEFAULT,
    }
)
# What only the answer of a site shows: its request passes, whatever an adult says.
LATE = frozenset(
    {Reason.CONTENT_TYPE, Reason.PAGE_TEXT, Reason.IMAGE, Reason.VIDEO, Reason.UNJUDGED}
)
BY_SERVICE = ASKABLE - {Reason.SECURITY, Reason.WAY_AROUND}
BY_CATEGORY = frozenset({Reason.CATEGORY, Reason.SERVICE})
# Pass by themselves: what an adult opens at night opens in the morning.
RESTS = (Reason.PAUSED, Reason.BEDTIME, Reason.LESSON)
OF_MACHINES = ("www", "m", "mobile")  # labels that part no site from itself


class CannotAnswer(ValueError):
    """A request cannot be answered so; the message says how it can."""


class Scope(StrEnum):
    PAGE = "page"
    SITE = "site"
    SERVICE = "service"
    CATEGORY = "category"


class Duration(StrEnum):
    QUARTER = "15m"
    HOUR = "1h"
    TODAY = "today"
    ALWAYS = "always"


class Whom(StrEnum):
    CHILD = "child"
    TIER = "tier"


TIMED = (Duration.QUARTER, Duration.HOUR, Duration.TODAY)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `service` and `category` are empty where the block page knew none."""

    child: str
    device: str
    url: Url
    reason: Reason
    service: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes. `confirmed`: the adult was warned of a danger and said yes again."""

    scope: Scope
    duration: Duration
    whom: Whom = Whom.CHILD
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be opened for somebody, and for how long."""

    scope: Scope
    target: str
    whom: Whom
    durations: tuple[Duration, ...]
    confirm: bool  # the adult must be warned, and say yes again


# --- may it be asked for ---


def may_ask(visit: Visit, decision: Decision, snapshot: PolicySnapshot) -> bool:
    """Whether an adult could open for this child what was stopped."""
    if visit.child not in snapshot.profiles or decision.reason not in ASKABLE:
        return False
    if decision.verdict not in (Verdict.BLOCK, Verdict.ASK):
        return False
    ask = ask_of(visit, decision, snapshot)
    grant = _rule(ask, ask_target(ask, Scope.SITE, snapshot), Answer(Scope.SITE, Duration.HOUR))
    return not decide(visit, _with_grant(snapshot, grant)).stops


def ask_of(visit: Visit, decision: Decision, snapshot: PolicySnapshot) -> Ask:
    """What a child asks for who was stopped at a page."""
    kind, _, key = decision.source.entry.partition(":")
    services = snapshot.services.of(visit.url.host, visit.url.target)
    named = key if kind == "service" and decision.source.kind == "tier" else ""
    return Ask(
        child=visit.child or "",
        device=visit.device or "",
        url=visit.url,
        reason=decision.reason,
        service=named or (services[0].key if services else ""),
        category=decision.category,
    )


# --- what may be answered ---


def site_of(url: Url, snapshot: PolicySnapshot) -> str:
    """The host whose pages a person takes for one site: the registrable name, but no wider than a
    service of its own (`mail.` of a portal), and never hosting that strangers share."""
    host = url.host
    if is_address(host):
        return host
    widest, services = snapshot.suffixes.site_of(host), snapshot.services.of(host, "")
    found, shared = host, snapshot.site(host).shared_host
    for name in parents(host):
        if name == shared or snapshot.suffixes.is_suffix(name):
            break
        if (
            snapshot.services.of(name, "") != services
            and found.partition(".")[0] not in OF_MACHINES
        ):
            break
        found = name
        if name == widest:
            break
    return found


def ask_target(ask: Ask, scope: Scope, snapshot: PolicySnapshot) -> str:
    """A scope as a target of rules and grants."""
    match scope:
        case Scope.PAGE:
            return str(Target(Kind.URL, ask.url.host, ask.url.target))
        case Scope.SITE:
            site = site_of(ask.url, snapshot)
            if snapshot.suffixes.is_suffix(site):
                return str(Target(Kind.HOST, site))
            return str(parse_target(site))
        case _:
            return f"{scope}:{ask.service if scope is Scope.SERVICE else ask.category}"


def scopes(ask: Ask, snapshot: PolicySnapshot) -> tuple[Scope, ...]:
    """What could be opened, the narrowest first."""
    found = [Scope.PAGE] if ask.url.target != "/" else []
    found.append(Scope.SITE)
    if ask.service in snapshot.service_titles and ask.reason in BY_SERVICE:
        found.append(Scope.SERVICE)
    never = (*snapshot.security, *snapshot.illegal)
    if ask.category and ask.category not in never and ask.reason in BY_CATEGORY:
        found.append(Scope.CATEGORY)
    return tuple(found)


def offers(ask: Ask, snapshot: PolicySnapshot, at: datetime) -> tuple[Offer, ...]:
    """Every way to say yes that opens the page for the child. What is dangerous is opened for one
    child alone, for a time, and by an adult who was warned."""
    return tuple(_offers(ask, snapshot, at))


def _offers(ask: Ask, snapshot: PolicySnapshot, at: datetime) -> Iterator[Offer]:
    danger = ask.reason is Reason.SECURITY
    for scope in scopes(ask, snapshot):
        target = ask_target(ask, scope, snapshot)
        for whom in (Whom.CHILD,) if danger else Whom:
            durations = tuple(
                duration
                for duration in (TIMED if danger else Duration)
                if _opens(ask, target, Answer(scope, duration, whom, danger), snapshot, at)
            )
            if durations:
                yield Offer(scope, target, whom, durations, danger)


def answered(
    ask: Ask, answer: Answer, snapshot: PolicySnapshot, at: datetime, *, author: str, reason: str
) -> GrantRow | RuleRow:
    """The row that an answer makes, numbered 0. Raises CannotAnswer.

    For a while and the child alone it is a grant; else an allow rule, which keeps safe search.
    """
    every = offers(ask, snapshot, at)
    fits = [o for o in every if o.scope is answer.scope and o.whom is answer.whom]
    found = next((o for o in fits if answer.duration in o.durations), None)
    if found is None:
        said = "; ".join(f"{o.scope} for {o.whom}: {', '.join(o.durations)}" for o in every)
        raise CannotAnswer(
            f"`{answer.scope}` for `{answer.whom}`, `{answer.duration}` would not open it; "
            + (f"what would: {said}" if said else "nothing would: see kidgate check")
        )
    if found.confirm and not answer.confirmed:
        raise CannotAnswer(
            "the site is on a list of dangerous ones; say yes again (confirm) to open it all the "
            "same, for this child and a while"
        )
    until = end_of(answer.duration, at, ask.child, snapshot)
    if _is_grant(answer):
        assert until is not None
        return GrantRow(
            0, ask.child, found.target, until, found.confirm, author=author, reason=reason
        )
    scope = _scope_of(ask, answer, snapshot, at)
    return RuleRow(0, scope, found.target, Action.ALLOW, until=until, author=author, reason=reason)


def put(rows: PolicyRows, row: GrantRow | RuleRow) -> PolicyRows:
    """The policy with what an answer made; its number stays. What ends takes no rule's place: the
    rule would not come back."""
    if isinstance(row, GrantRow) or row.until is not None:
        return add(rows, row)
    rows = put_rule(rows, row)
    return replace(rows, rules=(*rows.rules[:-1], row))


def end_of(
    duration: Duration, at: datetime, child: str, snapshot: PolicySnapshot
) -> datetime | None:
    """When an answer given now ends, in UTC: today is the child's day; None: never."""
    match duration:
        case Duration.QUARTER:
            return (at + timedelta(minutes=15)).astimezone(UTC)
        case Duration.HOUR:
            return (at + timedelta(hours=1)).astimezone(UTC)
        case Duration.TODAY:
            zone = snapshot.profiles[child].zone
            tomorrow = at.astimezone(zone).date() + timedelta(days=1)
            return datetime.combine(tomorrow, time(), zone).astimezone(UTC)
        case Duration.ALWAYS:
            return None


# --- a policy with the answer in place ---


def _is_grant(answer: Answer) -> bool:
    return answer.whom is Whom.CHILD and answer.duration is not Duration.ALWAYS


def _scope_of(ask: Ask, answer: Answer, snapshot: PolicySnapshot, at: datetime) -> str:
    if answer.whom is Whom.CHILD:
        return f"child:{ask.child}"
    return f"tier:{snapshot.tier_of(ask.child, at).row.key}"


def _rule(ask: Ask, target: str, answer: Answer, scope: str = "") -> Rule:
    return Rule(
        id=0,
        scope=scope or f"child:{ask.child}",
        target=parse_target(target),
        action=Action.ALLOW,
        confirmed_twice=answer.confirmed or ask.reason is Reason.SECURITY,
    )


def _opens(ask: Ask, target: str, answer: Answer, snapshot: PolicySnapshot, at: datetime) -> bool:
    """Whether the page would open; a pause or the night are no reason to refuse an answer."""
    if _is_grant(answer):
        other = _with_grant(snapshot, _rule(ask, target, answer))
    else:
        scope = _scope_of(ask, answer, snapshot, at)
        instead = answer.duration is Duration.ALWAYS
        other = _with_rule(snapshot, _rule(ask, target, answer, scope), instead=instead)
    visit = Visit(ask.url, at, child=ask.child, device=ask.device or None)
    decision = decide(visit, other)
    return not decision.stops or decision.reason in RESTS


def _with_grant(snapshot: PolicySnapshot, grant: Rule) -> PolicySnapshot:
    held = snapshot.grants.get(grant.scope)
    grants = targets_of([*(held.rules if held else ()), grant])
    return _kept(snapshot, replace(snapshot, grants={**snapshot.grants, grant.scope: grants}))


def _with_rule(snapshot: PolicySnapshot, rule: Rule, *, instead: bool) -> PolicySnapshot:
    """As `put` does: beside the others, or `instead` of the one about the same."""
    held = snapshot.rules.get(rule.scope)
    others = list(held.rules) if held else []
    if instead:
        others = [r for r in others if r.schedule or r.target != rule.target]
    rules = targets_of([*others, rule])
    return _kept(snapshot, replace(snapshot, rules={**snapshot.rules, rule.scope: rules}))


def _kept(snapshot: PolicySnapshot, other: PolicySnapshot) -> PolicySnapshot:
    """With what is known of hosts and hours, which no grant changes."""
    for name in ("known_hosts", "site", "services_at", "off", "times"):
        vars(other)[name] = getattr(snapshot, name)
    return other


def is_lent(whom: Whom, duration: Duration, *, confirmed: bool) -> bool:
    """Whether an answer closes again by itself, opens for one child, and nothing dangerous: all
    that an adult says who may not change the policy, such as a teacher."""
    return whom is Whom.CHILD and duration is not Duration.ALWAYS and not confirmed


def lent(found: Iterable[Offer]) -> Iterator[Offer]:
    """What of some offers such an adult has."""
    for offer in found:
        durations = tuple(
            duration
            for duration in offer.durations
            if is_lent(offer.whom, duration, confirmed=offer.confirm)
        )
        if durations:
            yield replace(offer, durations=durations)

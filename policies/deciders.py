"""One short function per check: a `Ruling`, or None to pass. `decide.py` has their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kidgate.policies.case import Case, Ruling
from kidgate.policies.destinations import ends_of, is_private, within
from kidgate.policies.front_ends import Found
from kidgate.policies.ledger import next_midnight
from kidgate.policies.likeness import THREAT as LOOKALIKE
from kidgate.policies.likeness import Likeness
from kidgate.policies.matching import OPENS, term_matches, type_matches
from kidgate.policies.model import Action, Facts, Reason, Source, Stage, Verdict
from kidgate.policies.names import parents
from kidgate.policies.pinning import may_stay_closed
from kidgate.policies.quotas import limits
from kidgate.policies.tables import Rule
from kidgate.policies.targets import PLACES
from kidgate.policies.times import QUOTA
from kidgate.policies.tunnels import UNASKED

GRANT_LIFTS = (8, 9, 10, 11, 12, 13, 14, 15)
RULE_LIFTS = (10, 11, 12, 14, 15)
SAFE_SEARCH = 13
SECURITY = 6
CRISIS = "self_harm"  # the category of a child in need
# Analysers' threat scores; a list entry needs no score.
THREAT_BLOCKS = 80.0
THREAT_WARNS = 50.0
STRICT = {Verdict.UNDECIDED: 0, Verdict.WARN: 1, Verdict.ASK: 2, Verdict.BLOCK: 3}


def block(reason: Reason, source: Source, category: str = "") -> Ruling:
    """A block that no path, rule or later stage can change."""
    return Ruling(Verdict.BLOCK, reason, source, category, depends_on_url=False)


def act(case: Case, action: Action, reason: Reason, source: Source, category: str) -> Ruling | None:
    """What an action means for this visit; None: it passes this check."""
    match action:
        case Action.BLOCK:
            return Ruling(Verdict.BLOCK, reason, source, category)
        case Action.ASK:
            return Ruling(Verdict.ASK, reason, source, category)
        case Action.WARN if not case.visit.facts.warned:
            return Ruling(Verdict.WARN, reason, source, category)
        case Action.PASS:
            case.passes_closed = True
        case Action.WATCH | Action.WARN:
            case.watch = True
    return None


def strictest(rulings: Iterable[Ruling | None]) -> Ruling | None:
    """The first of the strictest; None when all pass."""
    found = [ruling for ruling in rulings if ruling is not None]
    return max(found, key=lambda ruling: STRICT[ruling.verdict], default=None)


def malformed(case: Case) -> Ruling | None:
    fault = case.visit.facts.malformed
    return block(Reason.MALFORMED, Source("gateway", "rfc9112", fault)) if fault else None


def destination(case: Case) -> Ruling | None:
    if case.site.is_own:
        return None
    for address in case.addresses:
        for end in ends_of(address):
            if within(end, case.snapshot.own_networks):
                return block(Reason.PRIVATE_DESTINATION, Source("gateway", "own_address", end))
            if not is_private(end):
                continue
            # Asked by the gateway itself, the dashboard could not tell a child from its owner.
            if case.visit.url.port in case.snapshot.web_ports:
                return block(Reason.PRIVATE_DESTINATION, Source("gateway", "dashboard", end))
            if not within(end, case.snapshot.private_allowed):
                return block(Reason.PRIVATE_DESTINATION, Source("gateway", "private", end))
    if case.site.is_local:
        return block(Reason.PRIVATE_DESTINATION, Source("gateway", "private", case.host))
    return None


def port(case: Case) -> Ruling | None:
    number = case.visit.url.port
    if number in case.snapshot.ports or case.site.is_own:
        return None
    return block(Reason.PORT, Source("setting", "ports", str(number)))


def illegal(case: Case) -> Ruling | None:
    if case.visit.facts.illegal:
        return block(Reason.ILLEGAL_MATERIAL, Source("analyser", "hash"), "illegal")
    for hit in case.hits:
        if hit.category in case.snapshot.illegal:
            source = Source("feed", hit.feed, hit.entry)
            return block(Reason.ILLEGAL_MATERIAL, source, hit.category)
    return None


def safe_harbour(case: Case) -> Ruling | None:
    if not case.site.harbour:
        return None
    source = Source("builtin", "safe_harbour", case.site.harbour)
    return Ruling(Verdict.ALLOW, Reason.SAFE_HARBOUR, source, depends_on_url=False)


def own_page(case: Case) -> Ruling | None:
    if not case.site.is_own:
        return None
    source = Source("gateway", "own_page", case.host)
    return Ruling(Verdict.ALLOW, Reason.OWN_PAGE, source, depends_on_url=False)


def index(case: Case) -> Ruling | None:
    if case.snapshot.index is not None:
        return None
    return block(Reason.INTERNAL_ERROR, Source("gateway", "index", "missing"))


def pause(case: Case) -> Ruling | None:
    """Of several pauses the one that ends last: the child is told when the internet is back."""
    if not case.snapshot.pauses:
        return None
    scopes, at = case.scopes, case.visit.at
    on = [row for row in case.snapshot.pauses if row.scope in scopes and at < row.until]
    if not on:
        return None
    last = max(on, key=lambda row: row.until)
    source = Source("pause", str(last.id), last.scope)
    return Ruling(Verdict.BLOCK, Reason.PAUSED, source, until=last.until, depends_on_url=False)


def bedtime(case: Case) -> Ruling | None:
    """Bedtime, or outside the hours; an exception for one of them leaves the other."""
    times, snapshot = case.times, case.snapshot
    if not times.schedules:
        return None
    off = snapshot.off(times, case.zone, case.minute)
    name = next((name for name in off if not case.excuses(name)), None)
    if name is None:
        return None
    at, schedule = case.visit.at, times.schedules[name]
    ends = (
        schedule.next_change(at, case.zone, snapshot.calendar),
        case.asker.lifted_from(name, at),
    )
    return Ruling(
        Verdict.BLOCK,
        Reason.BEDTIME,
        times.source(name, f"{name} {schedule}"),
        until=min((end for end in ends if end is not None), default=None),
        depends_on_url=False,
    )


def lesson(case: Case) -> Ruling | None:
    """In class its targets are open as by an allow rule, and nothing else is."""
    lesson, open_here = case.lesson, case.lesson_target
    if lesson is None:
        return None
    if open_here is None:
        source = Source("lesson", str(lesson.id), lesson.title or lesson.scope)
        return Ruling(Verdict.BLOCK, Reason.LESSON, source, until=lesson.until)
    source = Source("lesson", str(lesson.id), str(open_here.target))
    case.lift(RULE_LIFTS, source)
    case.allowed_by = Ruling(Verdict.ALLOW, Reason.LESSON, source, until=lesson.until)
    return None


def grant(case: Case) -> Ruling | None:
    if not case.grants:
        return None
    best = case.grants[0]
    source = Source("grant", str(best.id), str(best.target))
    orders = (SECURITY, *GRANT_LIFTS) if best.confirmed_twice else GRANT_LIFTS
    case.lift(orders, source)
    case.exception_rule_id = best.id
    case.allowed_by = Ruling(Verdict.ALLOW, Reason.GRANT, source, rule_id=best.id, until=best.until)
    return None


def security(case: Case) -> Ruling | None:
    likeness = _met(case)
    for hit in case.hits:
        if hit.category in case.snapshot.security:
            source = Source("feed", hit.feed, hit.entry)
            return Ruling(
                Verdict.BLOCK, Reason.SECURITY, source, hit.category, likeness=_shown(likeness)
            )
    threats = case.visit.facts.threats
    worst = max(threats, key=lambda k: threats[k], default="")
    score = threats.get(worst, 0.0)
    if likeness is not None and likeness.score >= score:
        source = Source("analyser", LOOKALIKE, f"{likeness.site} {likeness.score:.0f}")
        ruling = _threat(case, likeness.score, source)
        return ruling._replace(likeness=likeness) if ruling else None
    return _threat(case, score, Source("analyser", worst, f"{score:.0f}")) if worst else None


def _met(case: Case) -> Likeness | None:
    """What the site looks like. One worth a warning that is new to the house has no benefit of the
    doubt; below that, being new says nothing: every site was once."""
    likeness = case.site.likeness
    if likeness is None or likeness.score < THREAT_WARNS:
        return likeness
    site = case.snapshot.suffixes.site_of(case.host)
    if not case.snapshot.new_here(site, case.visit.at):
        return likeness
    case.new_here = site
    return likeness.first_seen()


def _threat(case: Case, score: float, source: Source) -> Ruling | None:
    """What an analyser's score means; the source bears the threat's name."""
    if score < THREAT_WARNS:
        return None
    action = Action.BLOCK if score >= THREAT_BLOCKS else Action.WARN
    return act(case, action, Reason.SECURITY, source, source.name)


def _shown(likeness: Likeness | None) -> Likeness | None:
    """The likeness worth telling about a site that a list names."""
    return likeness if likeness is not None and likeness.score >= THREAT_WARNS else None


def way_around(case: Case) -> Ruling | None:
    """Proxies, VPNs, DoH, tunnels; pages that a front end fetches; hosting nobody has rated."""
    settings = case.tier.row.ways_around
    rulings = [
        act(case, settings[category], Reason.WAY_AROUND, source, category)
        for category, source in (_ways(case) if settings else ())
        if category in settings
    ]
    if case.site.is_front_end:
        rulings.insert(0, _inner_page(case))
    return strictest(rulings) if rulings else None


def _ways(case: Case) -> list[tuple[str, Source]]:
    ways = list(case.categories)
    if not (ways or case.visit.facts.tunnel or case.site.is_literal or case.shared_host):
        return ways
    unrated: list[tuple[str, Source]] = []
    if tunnel := case.visit.facts.tunnel:
        found = (tunnel, Source("gateway", "tunnel", tunnel))
        (unrated if tunnel == UNASKED else ways).insert(0, found)
    if case.site.is_literal:
        unrated.append(("address_literal", Source("builtin", "address_literal", case.host)))
    if host := case.shared_host:
        unrated.append(("shared_hosting", Source("builtin", "shared_hosting", host)))
    if unrated and not _rated(case):
        return ways + unrated
    return [way for way in ways if way[0] != "shared_hosting"]


def _rated(case: Case) -> bool:
    """Whether an adult, a lesson, or a category the tier allows, names this very site: it is not
    unknown."""
    winner = _winner(case)
    named = [*case.grants, winner] if winner is not None and winner.action in OPENS else case.grants
    if any(rule.target.kind in PLACES for rule in named):
        return True
    if case.lesson_target is not None and case.lesson_target.target.kind in PLACES:
        return True
    settings = case.tier.row.categories
    return any(settings.get(h.category) is Action.ALLOW for h in case.hits if case.vouches(h.entry))


def _inner_page(case: Case) -> Ruling | None:
    """A translator, cache or archive is judged by the page it would fetch."""
    early, front_ends = case.visit.stage < Stage.REQUEST, case.snapshot.front_ends
    found = front_ends.of_host(case.host) if early else front_ends.find(case.visit.url)
    if found is None:
        return None
    if found.inner is None:
        return _unread_page(case, found, early=early)
    facts = Facts(minutes=case.visit.facts.minutes, warned=case.visit.facts.warned)
    decision = case.judge(replace(case.visit, url=found.inner, other_names=(), facts=facts))
    case.watch |= decision.watch
    if not decision.stops:
        return None
    return Ruling(
        decision.verdict,
        decision.reason,
        decision.source,
        decision.category,
        decision.rule_id,
        decision.until,
        decision.likeness,
    )


def _unread_page(case: Case, found: Found, *, early: bool) -> Ruling | None:
    action = case.tier.row.ways_around.get(found.category)
    if action is None:
        return None
    source = Source("builtin", "front_end", found.name)
    ruling = act(case, action, Reason.WAY_AROUND, source, found.category)
    # The address may still show a page that is allowed.
    return ruling._replace(verdict=Verdict.UNDECIDED) if ruling and early else ruling


def deny_rule(case: Case) -> Ruling | None:
    winner = _winner(case)
    if winner is None or winner.action in OPENS:
        return None
    source = Source("rule", str(winner.id), str(winner.target))
    if ruling := act(case, winner.action, Reason.RULE, source, ""):
        return ruling._replace(rule_id=winner.id, until=winner.until)
    return None


def allow_rule(case: Case) -> Ruling | None:
    winner = _winner(case)
    if winner is None or winner.action not in OPENS:
        return None
    source = Source("rule", str(winner.id), str(winner.target))
    case.passes_closed = winner.action is Action.PASS
    case.exception_rule_id = winner.id
    case.lift(RULE_LIFTS if winner.safe_search else (*RULE_LIFTS, SAFE_SEARCH), source)
    case.allowed_by = Ruling(Verdict.ALLOW, Reason.RULE, source, rule_id=winner.id)
    return None


def _winner(case: Case) -> Rule | None:
    if not case.rules:
        return None
    return next((rule for rule in case.rules if rule.action is not Action.WATCH), None)


def service(case: Case) -> Ruling | None:
    """The strictest of the tier's settings for the services of the visit."""
    settings, tier = case.tier.row.services, case.tier.row.key
    if not settings or not case.services:
        return None
    named = [found for found in case.services if found.key in settings]
    case.listed |= bool(named)
    return strictest(
        act(
            case,
            settings[found.key],
            Reason.SERVICE,
            Source("tier", tier, f"service:{found.key}"),
            _first(found.categories),
        )
        for found in named
    )


def category(case: Case) -> Ruling | None:
    """The strictest of the tier's settings for the categories of the visit.

    A service that the tier allows by name is not stopped by its own category.
    """
    settings = case.tier.row.categories
    if not settings or not case.categories:
        return None
    named = {c for s in case.services if s.key in case.tier.row.services for c in s.categories}
    rulings = []
    for key, source in case.categories:
        if key in settings and key not in named:
            rulings.append(act(case, settings[key], Reason.CATEGORY, source, key))
            case.listed |= source.kind != "feed" or case.vouches(source.entry)
    return strictest(rulings)


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def content_type(case: Case) -> Ruling | None:
    have = case.visit.facts.content_type
    for pattern, action in case.tier.types if have else ():
        if type_matches(pattern, have):
            source = Source("tier", case.tier.row.key, f"type:{pattern}")
            return act(case, action, Reason.CONTENT_TYPE, source, "")
    return None


def quota(case: Case) -> Ruling | None:
    quotas = case.times.quotas
    if not quotas:
        return None
    categories = (key for key, _ in case.categories)
    for limit in limits(quotas, case.visit.facts.minutes, case.services, categories):
        if limit.left <= 0 and not case.excuses(QUOTA):
            text = f"quota {limit.key} {limit.minutes} min"
            if math.isinf(limit.used):
                text += "; the minutes used are not known"
            source = case.times.source(limit.key, text)
            until = next_midnight(case.visit.at, case.zone)
            return Ruling(Verdict.BLOCK, Reason.QUOTA, source, until=until)
    return None


def allow_list(case: Case) -> Ruling | None:
    if case.tier.row.mode != "allow_list" or case.listed:
        return None
    source = Source("tier", case.tier.row.key, "mode allow_list")
    return Ruling(Verdict.BLOCK, Reason.NOT_ON_ALLOW_LIST, source)


def safe_search(case: Case) -> Ruling | None:
    row, engines = case.tier.row, case.snapshot.safe_search
    if case.site.is_engine and (row.safe_search or row.youtube != "off"):
        if case.visit.stage >= Stage.REQUEST:
            case.rewrite = engines.rewrite(
                case.visit.url, search=row.safe_search, youtube=row.youtube
            )
        else:
            case.resolve_as = engines.name_for(
                case.host, search=row.safe_search, youtube=row.youtube
            )
    return None


def search_term(case: Case) -> Ruling | None:
    """Words that stop a search, then those that show where help is, then those told an adult."""
    if not case.search_terms:
        return None
    tier = case.tier
    if source := _searched(case, tier.terms, "term"):
        return Ruling(Verdict.BLOCK, Reason.SEARCH_TERM, source)
    if source := _searched(case, tier.help_terms, "help"):
        case.tell(Reason.SEARCH_TERM, source, CRISIS)
        return act(case, Action.WARN, Reason.SEARCH_TERM, source, CRISIS)
    if source := _searched(case, tier.alert_terms, "alert"):
        case.tell(Reason.SEARCH_TERM, source)
    return None


def _searched(case: Case, terms: Iterable[str], kind: str) -> Source | None:
    for term in terms:
        if any(term_matches(term, said) for said in case.search_terms):
            return Source("tier", case.tier.row.key, f"{kind}:{term}")
    return None


def video(case: Case) -> Ruling | None:
    """Where a tier names what may be watched, nothing else is."""
    shown, allowed = case.visit.facts.video, case.tier.row.videos
    if not shown or not allowed or any(key in allowed for key in shown):
        return None
    return Ruling(Verdict.BLOCK, Reason.VIDEO, Source("tier", case.tier.row.key, "videos"))


def page(case: Case) -> Ruling | None:
    row, facts = case.tier.row, case.visit.facts
    return _over(case, facts.text, row.text_limits, Reason.PAGE_TEXT) or _over(
        case, facts.images, row.image_limits, Reason.IMAGE
    )


def unjudged(case: Case) -> Ruling | None:
    """What the tier wants judged and nobody could read."""
    why = case.visit.facts.unjudged
    if not why or case.tier.row.unjudged is Action.ALLOW:
        return None
    source = Source("analyser", "unjudged", why)
    if ruling := act(case, case.tier.row.unjudged, Reason.UNJUDGED, source, ""):
        return ruling
    case.tell(Reason.UNJUDGED, source)
    return None


def going_out(case: Case) -> Ruling | None:
    row, facts = case.tier.row, case.visit.facts
    if facts.personal_data and row.personal_data is not Action.ALLOW and not _may_be_told(case):
        source = Source("tier", row.key, "personal_data " + ",".join(facts.personal_data))
        if ruling := act(case, row.personal_data, Reason.PERSONAL_DATA, source, ""):
            return ruling
        case.tell(Reason.PERSONAL_DATA, source)
    return _over(case, facts.messages, row.message_limits, Reason.MESSAGE)


def _may_be_told(case: Case) -> bool:
    """Whether a site may know who the child is: an adult trusts it, or the child has an account
    with a service that everyone knows by name and logs in there."""
    if any(name in case.snapshot.trusted for name in parents(case.host)):
        return True
    return case.visit.facts.logging_in and bool(case.services)


def _over(
    case: Case, scores: Mapping[str, float], limits: Mapping[str, float], reason: Reason
) -> Ruling | None:
    """The first category, by name, whose score reaches its limit. A child in need is shown where
    help is, and may go on: that is no offence."""
    if not scores or not limits:
        return None
    over = [key for key in sorted(scores) if key in limits and scores[key] >= limits[key]]
    for key in over:
        source = Source("tier", case.tier.row.key, f"{reason}:{key}")
        if key != CRISIS:
            return Ruling(Verdict.BLOCK, reason, source, key)
    if CRISIS in over:
        source = Source("tier", case.tier.row.key, f"{reason}:{CRISIS}")
        case.tell(reason, source, CRISIS)
        return act(case, Action.WARN, reason, source, CRISIS)
    return None


def tier_default(case: Case) -> Ruling:
    """What holds when no check answered: the grant or rule in force, or the tier's default."""
    if case.rules:
        case.watch |= any(rule.action is Action.WATCH for rule in case.rules)
    if case.allowed_by is not None:
        return case.allowed_by
    row = case.tier.row
    source = Source("tier", row.key, "default")
    if not case.listed and (ruling := act(case, row.default, Reason.TIER_DEFAULT, source, "")):
        return ruling
    return Ruling(Verdict.ALLOW, Reason.TIER_DEFAULT, source)


def stays_closed(case: Case) -> bool:
    """Whether an allowed TLS connection is relayed unopened."""
    if case.visit.url.scheme != "https" or case.site.is_own:
        return False
    if case.passes_closed or (case.device is not None and not case.device.trusts_ca):
        return True
    if case.site.never_decrypt or (case.visit.facts.pinned and may_stay_closed(case)):
        return True
    private = case.snapshot.settings.never_decrypt
    return any(key in private for key, _ in case.categories)

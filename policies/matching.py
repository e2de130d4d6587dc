"""Which rules and grants match a visit, and which of them wins.

Device over child over group over tier over everyone; at one level the more specific target wins,
and the stricter action wins a tie (DESIGN 4, orders 8 and 9).
"""

from __future__ import annotations

import ipaddress
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from kidgate.policies.destinations import ends_of
from kidgate.policies.model import Action
from kidgate.policies.tables import Network, Rule, Targets
from kidgate.policies.targets import Kind, covers

if TYPE_CHECKING:
    from kidgate.policies.case import Case

LEVELS = {"device": 5, "child": 4, "group": 3, "tier": 2, "everyone": 1}
SEVERITY = {
    Action.BLOCK: 5,
    Action.ASK: 4,
    Action.WARN: 3,
    Action.ALLOW: 2,
    Action.PASS: 1,
    Action.WATCH: 0,
}
OPENS = (Action.ALLOW, Action.PASS)


def matching_rules(case: Case) -> list[Rule]:
    if case.rule_table is None:
        return []
    found = _in_force(case, case.rule_table)
    if len(found) > 1:
        found.sort(key=_rank, reverse=True)
    return found


def matching_grants(case: Case) -> list[Rule]:
    """Grants of this child in force, those that lift more first."""
    if case.grant_table is None:
        return []
    found = _in_force(case, case.grant_table)
    found.sort(key=lambda g: (g.confirmed_twice, g.target.specificity, -g.id), reverse=True)
    return found


def lesson_target(case: Case) -> Rule | None:
    """The target of the lesson in force that this visit is to, the most specific one."""
    if case.lesson is None:
        return None
    found = _in_force(case, case.lesson.targets)
    return max(found, key=lambda rule: rule.target.specificity, default=None)


def url_may_matter(case: Case) -> bool:
    """Whether a service, or a rule or grant for this visit, waits for the path."""
    if case.site.has_service_urls:
        return True
    at, zone, calendar = case.visit.at, case.zone, case.snapshot.calendar
    tables = (case.rule_table, case.grant_table, case.lesson.targets if case.lesson else None)
    return any(
        rule.target.kind is Kind.URL and rule.in_force(at, zone, calendar)
        for table in tables
        if table is not None
        for rule in table.places.get(case.host, ())
    )


def _rank(rule: Rule) -> tuple[int, int, int, int]:
    """The number last, so that every process names the same one of two equal rules."""
    level = LEVELS[rule.scope.partition(":")[0]]
    return level, rule.target.specificity, SEVERITY[rule.action], -rule.id


def _in_force(case: Case, table: Targets) -> list[Rule]:
    at, zone, calendar = case.visit.at, case.zone, case.snapshot.calendar
    return [rule for rule in _matches(case, table) if rule.in_force(at, zone, calendar)]


def _matches(case: Case, table: Targets) -> list[Rule]:
    found = [
        rule
        for rule in table.places_of(case.site.parents)
        if rule.target.kind is not Kind.URL
        or (case.target and covers(rule.target.path, case.target))
    ]
    if table.keyed:
        for category in dict.fromkeys(key for key, _ in case.categories):
            found += table.keyed.get((Kind.CATEGORY, category), ())
        for service in case.services:
            found += table.keyed.get((Kind.SERVICE, service.key), ())
    if table.types and (have := case.visit.facts.content_type):
        found += [rule for rule in table.types if type_matches(rule.target.value, have)]
    if table.terms and (said := case.search_terms):
        found += [r for r in table.terms if any(term_matches(r.target.value, s) for s in said)]
    found += [rule for network, rule in table.networks if _leads_into(case, network, rule)]
    return found


def _leads_into(case: Case, network: Network, rule: Rule) -> bool:
    """One address suffices to stop a visit; to open it all must lie inside, for whoever owns the
    name chooses what it answers."""
    inside = [
        any(ipaddress.ip_address(end) in network for end in ends_of(address))
        for address in case.addresses
    ]
    return any(inside) and (all(inside) or rule.action not in OPENS)


def type_matches(pattern: str, content_type: str) -> bool:
    """`video/*` and `*/*` match by their halves."""
    if not content_type:
        return False
    kind, _, rest = pattern.partition("/")
    have_kind, _, have_rest = content_type.partition("/")
    return kind in ("*", have_kind) and rest in ("*", have_rest)


def term_matches(term: str, said: str) -> bool:
    """Whole words: `lon` is not in `lonely`. Signs hide no word: `"lon"` and `lon.` are `lon`."""
    if f" {term} " in f" {said} ":
        return True
    bare = _words(term)
    whole = bare[:1] == term[:1] and bare[-1:] == term[-1:]  # `c++` is not `c`
    return whole and f" {bare} " in f" {_words(said)} "


@lru_cache(1024)
def _words(text: str) -> str:
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return " ".join("".join(kept).split())

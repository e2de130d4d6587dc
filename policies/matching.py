"""Which rules and grants match a visit, and which of them wins.

Device over child over group over tier over everyone; at one level the more specific target wins,
and the stricter action wins a tie (DESIGN 4, orders 8 and 9).
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from kidgate.policies.destinations import ends_of
from kidgate.policies.model import Action
from kidgate.policies.names import parents
from kidgate.policies.snapshot import Network, Rule, Targets
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
    found = [rule for scope in case.scopes for rule in _in_scope(case, case.snapshot.rules, scope)]
    found.sort(key=_rank, reverse=True)
    return found


def matching_grants(case: Case) -> list[Rule]:
    """Grants of this child in force, those that lift more first."""
    if not case.visit.child:
        return []
    found = list(_in_scope(case, case.snapshot.grants, f"child:{case.visit.child}"))
    found.sort(key=lambda g: (g.confirmed_twice, g.target.specificity, -g.id), reverse=True)
    return found


def url_may_matter(case: Case) -> bool:
    """Whether a service, or a rule or grant for this visit, waits for the path."""
    snapshot, at = case.snapshot, case.visit.at
    if any(name in snapshot.services.by_url for name in parents(case.host)):
        return True
    return any(
        rule.target.kind is Kind.URL and rule.in_force(at, case.zone, snapshot.holidays)
        for tables in (snapshot.rules, snapshot.grants)
        for scope in case.scopes
        if (table := tables.get(scope)) is not None
        for rule in table.places.get(case.host, ())
    )


def _rank(rule: Rule) -> tuple[int, int, int, int]:
    """The number last, so that every process names the same one of two equal rules."""
    level = LEVELS[rule.scope.partition(":")[0]]
    return level, rule.target.specificity, SEVERITY[rule.action], -rule.id


def _in_scope(case: Case, tables: Mapping[str, Targets], scope: str) -> Iterator[Rule]:
    table = tables.get(scope)
    if table is None:
        return
    for rule in _matches(case, table):
        if rule.in_force(case.visit.at, case.zone, case.snapshot.holidays):
            yield rule


def _matches(case: Case, table: Targets) -> Iterator[Rule]:
    for rule in table.places_of(case.host):
        if rule.target.kind is not Kind.URL or (
            case.target and covers(rule.target.path, case.target)
        ):
            yield rule
    if table.keyed:
        for category in dict.fromkeys(key for key, _ in case.categories):
            yield from table.keyed.get((Kind.CATEGORY, category), ())
        for service in case.services:
            yield from table.keyed.get((Kind.SERVICE, service.key), ())
    for rule in table.types:
        if type_matches(rule.target.value, case.visit.facts.content_type):
            yield rule
    for rule in table.terms:
        if any(term_matches(rule.target.value, said) for said in case.search_terms):
            yield rule
    for network, rule in table.networks:
        if _leads_into(case, network, rule):
            yield rule


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

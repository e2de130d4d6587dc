"""Refuses what would stop next to everything, or cost every visit: rules that say too little."""

from __future__ import annotations

from kidgate.lists.report import Skip
from kidgate.lists.rules.keys import host_of, tells
from kidgate.lists.rules.literals import SHORTEST
from kidgate.lists.rules.matching import Matcher, Question
from kidgate.lists.rules.ordinary import MOST, PLACES
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.text import REGEXES, Rule
from kidgate.policies.model import ASKED

_QUESTIONS = [Question(host, target, ASKED) for host, target in PLACES]


def check(rule: Rule) -> None:
    """Raise RuleRefused for a rule that holds for many sites that have nothing in common.

    One that holds only on pages of named sites (`domain=`) may match everything there.
    """
    if rule.conditions.initiators or host_of(rule):
        return
    says_something = len(rule.body) >= SHORTEST if rule.kind in REGEXES else tells(rule)
    bare = Matcher(Rule(rule.kind, rule.body))
    matched = sum(bare.needle in q.lower and bare.holds(q) for q in _QUESTIONS)
    if not says_something or matched > MOST:
        message = f"`{str(rule)[:60]}` would stop next to everything"
        raise RuleRefused(Skip.TOO_GENERAL, message)

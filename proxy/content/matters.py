"""Whether it matters what a body says: asked of `decide` itself, so that no rule stands twice.

A site that an adult allowed, a help line, a tier without limits: there the worst that could be
found changes nothing, and nobody has to look.
"""

from __future__ import annotations

from dataclasses import replace

from kidgate.content.video import is_telling
from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Facts, Visit
from kidgate.policies.rows import TierRow
from kidgate.policies.snapshot import PolicySnapshot

WORST = 100.0


def text_matters(visit: Visit, snapshot: PolicySnapshot) -> bool:
    """Whether the words of a page may stop it."""
    limits = _tier(visit, snapshot).text_limits
    worst = replace(visit.facts, text=dict.fromkeys(limits, WORST))
    return bool(limits) and _changes(visit, worst, snapshot)


def pictures_matter(visit: Visit, snapshot: PolicySnapshot) -> bool:
    """Whether what a picture shows may stop it; what is illegal always may."""
    limits = _tier(visit, snapshot).image_limits
    worst = replace(visit.facts, images=dict.fromkeys(limits, WORST))
    return bool(limits) and _changes(visit, worst, snapshot)


def video_matters(visit: Visit, snapshot: PolicySnapshot) -> bool:
    """Whether it matters which video an answer shows."""
    if not _tier(visit, snapshot).videos or not is_telling(visit.url):
        return False
    return _changes(visit, replace(visit.facts, video=("video:?",)), snapshot)


def messages_matter(visit: Visit, snapshot: PolicySnapshot) -> bool:
    """Whether what is said in a chat may stop it."""
    limits = _tier(visit, snapshot).message_limits
    worst = replace(visit.facts, messages=dict.fromkeys(limits, WORST))
    return bool(limits) and _changes(visit, worst, snapshot)


def personal_data_matters(visit: Visit, snapshot: PolicySnapshot) -> bool:
    """Whether it matters that a child tells about itself, other than to log in."""
    if _tier(visit, snapshot).personal_data is Action.ALLOW:
        return False
    return _changes(visit, replace(visit.facts, personal_data=("name",)), snapshot)


def _tier(visit: Visit, snapshot: PolicySnapshot) -> TierRow:
    return snapshot.tier_of(visit.child, visit.at).row


def _changes(visit: Visit, worst: Facts, snapshot: PolicySnapshot) -> bool:
    """Whether facts stop a visit, or are told to an adult."""
    decision = decide(replace(visit, facts=worst), snapshot)
    return decision.stops or decision.notice is not None

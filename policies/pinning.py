"""Apps that accept no certificate but their own: whether the site of one may stay unopened.

Whatever an app refuses, a child could make refuse. So only a site passes that would also be read
through without a word, that somebody has rated, and whose pages nobody has to judge one by one.
"""

from __future__ import annotations

from kidgate.policies.case import Case
from kidgate.policies.model import Action

QUIET = (Action.ALLOW, Action.PASS)
# A tier that forbids one of these must know what a site is: behind an unknown name lies a tunnel.
TUNNELS = ("vpn", "proxy", "tor")


def may_stay_closed(case: Case) -> bool:
    """Whether an allowed visit may be relayed unopened because its app accepts no certificate."""
    site, tier = case.site, case.tier.row
    if case.watch or case.visit.facts.tunnel or not case.addresses:
        return False
    if site.is_literal or site.is_engine or site.is_front_end or site.has_service_urls:
        return False
    if site.likeness is not None or case.may_depend_on_url or case.feeds_wait_for_url:
        return False
    settings = [tier.services.get(service.key, Action.ALLOW) for service in case.services]
    for key, _ in case.categories:
        settings += [tier.categories.get(key, Action.ALLOW)]
        settings += [tier.ways_around.get(key, Action.ALLOW)]
    if not all(setting in QUIET for setting in settings):
        return False
    return _is_rated(case) or all(
        tier.ways_around.get(key, Action.ALLOW) in QUIET for key in TUNNELS
    )


def _is_rated(case: Case) -> bool:
    """Whether an adult, a list, a service or we ourselves name this very site."""
    if case.allowed_by is not None or case.services:
        return True
    if any(case.vouches(hit.entry) for hit in case.hits):
        return True
    known = case.snapshot.genuine
    return not case.shared_host and any(name in known for name in case.site.parents)

"""A page about time comes once before the page that a child opens: see `policies.quotas.due`.

Only ever in place of a page that a person opens with GET; never of a part of one, nor of a form
that is sent: what was typed would be lost.
"""

from __future__ import annotations

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.policies.quotas import Due
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages.facts import TimeFacts
from kidgate.proxy.pages.languages import choose_language


async def page_of(
    gateway: Gateway, visit: Visit, one: Due, request: http.Request
) -> http.Response | None:
    """The page, if the child was not told yet."""
    if not await gateway.usage.left.is_first(gateway.who.keeper, visit, one):
        return None
    snapshot = gateway.snapshot
    profile = snapshot.profiles.get(visit.child or "")
    kind, _, name = one.key.partition(":")
    service = snapshot.service_titles.get(name, name) if kind == "service" else ""
    facts = TimeFacts(
        kind=one.notice.partition(":")[0],
        minutes=one.minutes,
        subject="" if service else name or kind,
        service=service,
        age=snapshot.tier_of(visit.child, visit.at).row.min_age,
    )
    accepted = request.headers.get("accept-language", "")
    spoken = profile.row.language if profile is not None else ""
    language = choose_language(spoken, accepted, snapshot.settings.language)
    headers = HEADERS | {
        "Kidgate-Reason": "time_notice",
        "Content-Type": "text/html; charset=utf-8",
    }
    return http.Response.make(200, gateway.pages.time_notice(facts, language), headers)

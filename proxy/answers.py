"""From a Decision to what the client gets: a page, a word, or a closed door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Verdict, Visit
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.pages import PageFacts, Pages

STATUS = {
    Reason.MALFORMED: 400,
    Reason.NAMES_DISAGREE: 421,  # RFC 9110 15.5.20: the browser asks again on its own connection
    Reason.TOO_MANY: 429,
    Reason.BAD_CERTIFICATE: 502,
    Reason.UNREACHABLE: 502,
    Reason.INTERNAL_ERROR: 503,
}
# Parts of a page that would show a whole block page inside itself get one line instead.
PARTS = frozenset(
    [
        "audio",
        "audioworklet",
        "empty",
        "font",
        "image",
        "manifest",
        "paintworklet",
        "report",
        "script",
        "serviceworker",
        "sharedworker",
        "style",
        "track",
        "video",
        "worker",
        "xslt",
    ]
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


Ask = Callable[[Decision, str], str]  # the decision and the journal's entry


def no_ask(decision: Decision, entry_id: str) -> str:
    return ""


def block_response(
    pages: Pages,
    snapshot: PolicySnapshot,
    visit: Visit,
    decision: Decision,
    entry_id: str,
    request: http.Request | None,
    ask: Ask = no_ask,
) -> http.Response:
    """The answer to a stopped request. Nothing of it is taken from the request unescaped. `ask`
    makes what its form carries that asks an adult."""
    headers = HEADERS | {"Kidgate-Reason": decision.reason.value}
    status = STATUS.get(decision.reason, 403)
    if request is not None and request.headers.get("sec-fetch-dest", "") in PARTS:
        text = f"Kidgate: {decision.reason.value}\n"
        return http.Response.make(status, text, headers | {"Content-Type": "text/plain"})
    facts = replace(facts_of(snapshot, visit, decision, entry_id), ask=ask(decision, entry_id))
    page = pages.block(facts, _languages(request))
    return http.Response.make(status, page, headers | {"Content-Type": "text/html; charset=utf-8"})


def facts_of(
    snapshot: PolicySnapshot, visit: Visit, decision: Decision, entry_id: str
) -> PageFacts:
    profile = snapshot.profiles.get(visit.child) if visit.child else None
    tier = snapshot.tiers.get(decision.tier)
    zone = profile.zone if profile else snapshot.zone
    return PageFacts(
        verdict=decision.verdict,
        reason=decision.reason,
        category=decision.category,
        site=visit.url.host,
        source=str(decision.source),
        until=_local(decision.until, zone),
        name=profile.row.name or profile.row.key if profile else "",
        age=tier.row.min_age if tier else 0,
        language=profile.row.language if profile and profile.row.language else "",
        house_language=snapshot.settings.language,
        entry_id=entry_id,
        may_continue=decision.verdict is Verdict.WARN,
        own_name=snapshot.settings.own_names[0] if snapshot.settings.own_names else "",
        likeness=decision.likeness,
        personal=visit.facts.personal_data,
        known=profile is not None,
    )


def _local(moment: datetime | None, zone: object) -> datetime | None:
    return moment.astimezone(zone) if moment else None  # type: ignore[arg-type]


def _languages(request: http.Request | None) -> str:
    return request.headers.get("accept-language", "") if request is not None else ""


def login_response() -> http.Response:
    """RFC 9110 section 15.5.8."""
    return http.Response.make(
        407,
        "Kidgate: log in to the proxy with the name and password of this device\n",
        {"Proxy-Authenticate": 'Basic realm="Kidgate", charset="UTF-8"', "Connection": "close"},
    )

"""The gateway's own host: who am I, does it work, how a device is set up. Answers reads alone.

Nothing here changes anything, and nothing tells of another child than the one who asks.
"""

from __future__ import annotations

import json

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.proxy import onboarding
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages import OwnFacts
from kidgate.proxy.pages.languages import choose_language
from kidgate.proxy.peers import Peer

HTML = "text/html; charset=utf-8"
METHODS = ("GET", "HEAD")


def answer(
    gateway: Gateway, visit: Visit, request: http.Request, peer: Peer | None = None
) -> http.Response:
    """The response to a request for one of `own_names`; 404 for an unknown path, 405 for a write.

    A certificate that is not there is an unknown path.
    """
    if request.method not in METHODS:
        return _response(
            request, 405, "text/plain", b"Kidgate: GET and HEAD only\n", Allow="GET, HEAD"
        )
    match visit.url.path:
        case "/" if peer is None or not peer.by_address:
            page = gateway.pages.own(
                _facts(gateway, visit, request), _language(gateway, visit, request)
            )
            return _response(request, 200, HTML, page.encode())
        case "/check":
            return _response(request, 200, "application/json", _check(gateway, visit))
    found = onboarding.find(gateway, visit, request, peer)
    if found is not None:
        return _response(request, 200, found.kind, found.body, **found.headers)
    tier = gateway.snapshot.tier_of(visit.child, visit.at)
    page = gateway.pages.missing(tier.row.min_age, _language(gateway, visit, request))
    return _response(request, 404, HTML, page.encode())


def _facts(gateway: Gateway, visit: Visit, request: http.Request) -> OwnFacts:
    snapshot = gateway.snapshot
    tier = snapshot.tier_of(visit.child, visit.at).row
    profile = snapshot.profiles.get(visit.child) if visit.child else None
    title = tier.title.vi if _language(gateway, visit, request) == "vi" else tier.title.en
    return OwnFacts(
        name=profile.row.name or profile.row.key if profile else "",
        device=visit.device or "",
        tier=title or tier.key,
        age=tier.min_age,
        level=tier.journal,
        retention_days=snapshot.settings.retention_days,
        shared=_is_shared(gateway, visit),
    )


def _is_shared(gateway: Gateway, visit: Visit) -> bool:
    device = gateway.snapshot.devices.get(visit.device) if visit.device else None
    return device is not None and not device.of


def _language(gateway: Gateway, visit: Visit, request: http.Request) -> str:
    profile = gateway.snapshot.profiles.get(visit.child) if visit.child else None
    return choose_language(
        profile.row.language if profile else "",
        request.headers.get("accept-language", ""),
        gateway.snapshot.settings.language,
    )


def _check(gateway: Gateway, visit: Visit) -> bytes:
    """What a set-up page or a script asks: am I behind the gateway, and as whom."""
    tier = gateway.snapshot.tier_of(visit.child, visit.at).row.key
    return json.dumps({"kidgate": True, "child": visit.child, "tier": tier}).encode()


def _response(
    request: http.Request, status: int, kind: str, body: bytes, **more: str
) -> http.Response:
    """With our headers. A HEAD gets the same ones and no body (RFC 9110 section 9.3.2)."""
    headers = HEADERS | more | {"Content-Type": kind}
    headers = {name: value for name, value in headers.items() if value}
    response = http.Response.make(status, b"" if request.method == "HEAD" else body, headers)
    response.headers["content-length"] = str(len(body))
    return response

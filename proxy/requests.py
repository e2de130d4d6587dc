"""Stage 4, request: the whole address is known; nothing has been sent anywhere yet."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Rewrite, Verdict, Visit
from kidgate.policies.safe_search import with_query
from kidgate.proxy import own_pages
from kidgate.proxy.answers import block_response, login_response
from kidgate.proxy.arrival import log_in
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.passes import PATH, set_cookie, split_cookie
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import resolved, visit_of

# Hop by hop, or about this network: no origin's business.
DROPPED = frozenset(
    (b"available-dictionary", b"x-forwarded-for", b"forwarded", b"x-real-ip", b"alt-used")
)
OLD_UPGRADE = frozenset((b"upgrade", b"connection", b"http2-settings"))
# What the analysers can open, in the order of browsers: theirs need not be written anew.
CODINGS = ("gzip", "deflate", "br", "zstd")


def request_head(gateway: Gateway, flow: http.HTTPFlow) -> Awaitable[None] | None:
    """Judge a request head; waits only for a name's address or for the journal."""
    if flow.error is not None:
        return None  # mitmproxy has refused it already
    peer, request = gateway.peers.by_id[flow.client_conn.id], flow.request
    if request.scheme == "http" and not log_in(gateway, peer, request):
        flow.response = login_response()
        return None
    device = gateway.device_of(peer)
    visit = visit_of(
        request,
        peer,
        device,
        gateway.now(),
        url_bytes=gateway.limits.url_bytes,
        known=gateway.resolver.known,
    )
    visit = _with_pass(gateway, visit, request)
    facts = visit.facts
    if facts.addresses or facts.malformed or visit.url.host in gateway.snapshot.own_names:
        return _answer(gateway, flow, peer, visit, gateway.judge(visit))
    return _later(gateway, flow, peer, visit)


async def _later(gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit) -> None:
    """Blocked by its name alone, a host is not even looked up."""
    decision = gateway.judge(visit)
    if decision.verdict is not Verdict.BLOCK:
        addresses = await gateway.resolver.resolve(visit.url.host)
        visit = resolved(visit, addresses)
        decision = gateway.judge(visit)
    waiting = _answer(gateway, flow, peer, visit, decision)
    if waiting is not None:
        await waiting


def _answer(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> Awaitable[None] | None:
    if decision.reason is Reason.OWN_PAGE:
        flow.response = own_pages.answer(gateway, visit, flow.request)
        return None
    if decision.stops:
        return _stop(gateway, flow, peer, visit, decision)
    _let_through(flow.request, decision.rewrite)
    gateway.open_visits[flow.id] = (peer, visit)
    return gateway.write(visit, decision, peer) if decision.watch else None


async def _stop(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> None:
    if decision.verdict is Verdict.WARN and visit.url.path == PATH and visit.method == "POST":
        flow.response = _continue(gateway, visit)
        return
    decision, entry_id = await gateway.stop(visit, decision, peer)
    flow.request.headers.pop("expect", None)  # or mitmproxy asks for the upload first
    flow.request.stream = False
    flow.response = block_response(
        gateway.pages, gateway.snapshot, visit, decision, entry_id, flow.request
    )


def _let_through(request: http.Request, rewrite: Rewrite | None) -> None:
    request.stream = True
    drop(request.headers, DROPPED)
    accepted = request.headers.get("accept-encoding")
    if accepted:
        names = [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
        known = ", ".join([coding for coding in CODINGS if coding in names]) or "identity"
        if known != accepted:
            request.headers["accept-encoding"] = known
    if request.headers.get("upgrade", "").lower() == "h2c":
        drop(request.headers, OLD_UPGRADE)
    if rewrite is not None:
        _rewrite(request, rewrite)


def _rewrite(request: http.Request, rewrite: Rewrite) -> None:
    if rewrite.query:
        path, _, query = request.path.partition("?")
        request.path = f"{path}?{with_query(query, rewrite.query)}"
    for name, value in rewrite.headers.items():
        request.headers[name] = value
    if rewrite.cookies:
        kept = [
            part.strip()
            for part in request.headers.get("cookie", "").split(";")
            if part.strip() and part.partition("=")[0].strip() not in rewrite.cookies
        ]
        kept += [f"{name}={value}" for name, value in rewrite.cookies.items()]
        request.headers["cookie"] = "; ".join(kept)


def _with_pass(gateway: Gateway, visit: Visit, request: http.Request) -> Visit:
    """Take our cookie off the request, and note whether it proves that a warning was read."""
    header = request.headers.get("cookie", "")
    if "kidgate-pass" not in header:
        return visit
    value, rest = split_cookie(header)
    if rest:
        request.headers["cookie"] = rest
    else:
        request.headers.pop("cookie", None)
    now = visit.at.timestamp()
    if not gateway.passes.valid(value, _who(visit), visit.url.host, now):
        return visit
    return replace(visit, facts=replace(visit.facts, warned=True))


def _continue(gateway: Gateway, visit: Visit) -> http.Response:
    value = gateway.passes.issue(_who(visit), visit.url.host, visit.at.timestamp())
    secure = visit.url.scheme == "https"
    return http.Response.make(
        303, b"", {"Location": "/", "Set-Cookie": set_cookie(value, secure=secure)}
    )


def _who(visit: Visit) -> str:
    return visit.child or visit.device or ""

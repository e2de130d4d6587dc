"""Stage 4, request: the whole address is known; nothing has been sent anywhere yet."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Rewrite, Verdict, Visit
from kidgate.policies.quotas import Due
from kidgate.policies.safe_search import with_query
from kidgate.proxy import asking, me, own_pages, pin_page, time_notice
from kidgate.proxy.answers import login_response
from kidgate.proxy.arrival import log_in
from kidgate.proxy.content import forms, revalidation
from kidgate.proxy.content.chats import lets_go_on
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.passes import PATH, set_cookie, split_cookie
from kidgate.proxy.peers import Peer
from kidgate.proxy.usage import with_minutes
from kidgate.proxy.visits import visit_of

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
    visit = _visit(gateway, peer, request)
    if visit.device is not None and request.scheme == "https":
        gateway.pinned.was_opened(visit.device)
    if asking.has_path(visit) and asking.is_here(visit, gateway.judge(visit)):
        if asking.awaits(request):
            request.stream = False  # answered once it is here whole: `request_whole`
            return None
        return _respond(flow, asking.answer(gateway, visit, request))
    if _is_complete(gateway, visit):
        return _answer(gateway, flow, peer, visit, gateway.judge(visit))
    return _later(gateway, flow, peer, visit)


async def early_answer(
    gateway: Gateway, peer: Peer, request: http.Request, *, to_us: bool = False
) -> http.Response | None:
    """The answer to a request without a body that ends here, as its head alone says; None: it is
    mitmproxy's. There it is judged again, by `request_head`. `to_us`: it was not sent as to a
    proxy, so it logs in nowhere."""
    if not to_us and not log_in(gateway, peer, request):
        return login_response()
    visit = _visit(gateway, peer, request)
    decision = gateway.judge(visit)
    if asking.is_here(visit, decision):
        return await asking.answer(gateway, visit, request)
    if decision.reason is Reason.OWN_PAGE:
        if me.is_here(visit, request):
            return await me.answer(gateway, visit, request)
        return _own_page(gateway, peer, visit, request)
    final = decision.verdict is Verdict.BLOCK or _is_complete(gateway, visit)
    if not (decision.stops and final):
        return None
    return await _page(gateway, peer, visit, decision, request)


def _visit(gateway: Gateway, peer: Peer, request: http.Request) -> Visit:
    visit = visit_of(
        request,
        peer,
        gateway.device_of(peer),
        gateway.now(),
        url_bytes=gateway.limits.url_bytes,
        known=gateway.resolver.known,
    )
    if stray := gateway.stray(peer, visit.url.host):
        tunnel = visit.facts.tunnel or stray
        visit = replace(visit, facts=replace(visit.facts, tunnel=tunnel))
    visit = with_minutes(_with_pass(gateway, visit, request), gateway.usage)
    return forms.with_query(gateway, visit)


def _is_complete(gateway: Gateway, visit: Visit) -> bool:
    """Whether nobody has to be asked for an address first."""
    facts = visit.facts
    return bool(facts.addresses or facts.malformed or visit.url.host in gateway.snapshot.own_names)


async def _later(gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit) -> None:
    waiting = _answer(gateway, flow, peer, *await gateway.judge_resolved(visit))
    if waiting is not None:
        await waiting


def _answer(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> Awaitable[None] | None:
    if decision.reason is Reason.OWN_PAGE:
        if visit.url.path == pin_page.PATH and pin_page.has_form(flow.request):
            flow.request.stream = False  # answered once it is here whole: `request_whole`
        elif me.is_here(visit, flow.request):
            return _respond(flow, me.answer(gateway, visit, flow.request))
        else:
            flow.response = _own_page(gateway, peer, visit, flow.request)
        return None
    if decision.stops:
        return _stop(gateway, flow, peer, visit, decision)
    if visit.url.path == PATH and visit.method == "POST" and _is_ours(flow.request):
        # The button of a warning about what a page says: its address alone is not warned of.
        flow.response = _continue(gateway, visit)
        return None
    if one := gateway.usage.due(visit, gateway.snapshot, flow.request):
        return _tell_first(gateway, flow, peer, visit, decision, one)
    return _pass_on(gateway, flow, peer, visit, decision)


async def _tell_first(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision, one: Due
) -> None:
    """A word about time comes first, once."""
    flow.response = await time_notice.page_of(gateway, visit, one, flow.request)
    waiting = None if flow.response else _pass_on(gateway, flow, peer, visit, decision)
    if waiting is not None:
        await waiting


def _pass_on(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> Awaitable[None] | None:
    _let_through(flow.request, decision.rewrite)
    revalidation.ask_anew(gateway, flow, visit)
    gateway.open_visits[flow.id] = (peer, visit)
    if forms.wanted(gateway, visit, flow.request):
        flow.request.stream = False
        gateway.held.add(flow.id)
        return None  # written down with what the body says: `body_here`
    return gateway.write(visit, decision, peer) if decision.watch else None


def body_here(gateway: Gateway, flow: http.HTTPFlow, *, cut: bool) -> Awaitable[None] | None:
    """A body that was held is here; `cut`: as much of it as may be held."""
    known = gateway.open_visits.get(flow.id)
    if flow.id not in gateway.held or known is None or flow.response is not None:
        return None
    gateway.held.discard(flow.id)
    return _judge_body(gateway, flow, *known, cut=cut)


async def _judge_body(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, *, cut: bool
) -> None:
    await gateway.analysers.ready()
    visit = await forms.read(gateway, flow.request, visit, cut=cut)
    decision = gateway.judge(visit)
    if decision.stops and not lets_go_on(visit, decision):
        gateway.open_visits.pop(flow.id, None)
        await _stop(gateway, flow, peer, visit, decision)
    elif decision.watch:
        await gateway.write(visit, decision, peer)


def _own_page(gateway: Gateway, peer: Peer, visit: Visit, request: http.Request) -> http.Response:
    if visit.url.path == pin_page.PATH:
        return pin_page.answer(gateway, visit, request)
    return own_pages.answer(gateway, visit, request, peer)


def request_whole(gateway: Gateway, flow: http.HTTPFlow) -> Awaitable[None] | None:
    """A request is here whole that was neither answered by its head nor sent on: a form of ours, or
    one whose body is judged."""
    if flow.request.stream or flow.response is not None or flow.error is not None:
        return None
    if flow.id in gateway.held:
        return body_here(gateway, flow, cut=False)
    peer = gateway.peers.by_id[flow.client_conn.id]
    visit = _visit(gateway, peer, flow.request)
    decision = gateway.judge(visit)
    if asking.is_here(visit, decision):
        return _respond(flow, asking.answer(gateway, visit, flow.request))
    if decision.reason is not Reason.OWN_PAGE or visit.url.path != pin_page.PATH:
        raise RuntimeError("a request that nobody has judged was held back")
    return _respond(flow, pin_page.take(gateway, visit, flow.request))


async def _respond(flow: http.HTTPFlow, page: Awaitable[http.Response]) -> None:
    flow.response = await page


async def _stop(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> None:
    pressed = visit.url.path == PATH and visit.method == "POST" and _is_ours(flow.request)
    if decision.verdict is Verdict.WARN and pressed:
        flow.response = _continue(gateway, visit)
        return
    page = await _page(gateway, peer, visit, decision, flow.request)
    flow.request.headers.pop("expect", None)  # or mitmproxy asks for the upload first
    flow.request.stream = False
    flow.response = page


async def _page(
    gateway: Gateway, peer: Peer, visit: Visit, decision: Decision, request: http.Request
) -> http.Response:
    """The page of a stopped visit, once the journal has it."""
    decision, entry_id = await gateway.stop(visit, decision, peer)
    return asking.page_of(gateway, visit, decision, entry_id, request)


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


def _is_ours(request: http.Request) -> bool:
    """Whether the button stood on a page of the same place: no other site presses it."""
    return str(request.headers.get("sec-fetch-site", "same-origin")) == "same-origin"


def _continue(gateway: Gateway, visit: Visit) -> http.Response:
    value = gateway.passes.issue(_who(visit), visit.url.host, visit.at.timestamp())
    secure = visit.url.scheme == "https"
    return http.Response.make(
        303, b"", {"Location": "/", "Set-Cookie": set_cookie(value, secure=secure)}
    )


def _who(visit: Visit) -> str:
    return visit.child or visit.device or ""

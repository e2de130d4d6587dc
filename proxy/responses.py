"""Stage 5, response: by its head; bodies that nobody has to look at stream through."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Source, Stage, Verdict, Visit
from kidgate.policies.tunnels import DNS_TYPES
from kidgate.proxy import asking
from kidgate.proxy.content import natures, pages, pictures, revalidation, streams
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import content_type_of

# The browser must not leave the gateway's reach by itself: QUIC, and ECH keys by HTTP.
DROPPED = frozenset((b"alt-svc", b"use-as-dictionary"))


def response_head(gateway: Gateway, flow: http.HTTPFlow) -> Awaitable[None] | None:
    """Judge a response head. Our own answers come by here too and are left alone."""
    known = gateway.open_visits.get(flow.id)
    if known is None or flow.response is None:
        return None
    peer, visit = known
    drop(flow.response.headers, DROPPED)
    if _unasked_switch(flow):
        return _stop(gateway, flow, peer, visit, _switch_refused(gateway, visit))
    flow.response.stream = True
    content_type = content_type_of(flow.response)
    facts = replace(visit.facts, content_type=content_type)
    if content_type in DNS_TYPES:  # the answer of a resolver, whatever the question looked like
        facts = replace(facts, tunnel="doh")
    later = replace(visit, stage=Stage.RESPONSE, facts=facts)
    decision = gateway.judge(later)
    if decision.stops:
        return _stop(gateway, flow, peer, later, decision)
    wanted = pages.wanted(gateway, later, flow)
    read = wanted and not pictures.is_picture(later, flow)
    revalidation.tell_to_ask_again(flow, later, read=read)
    if wanted:
        return _hold(gateway, flow, peer, later)
    if revalidation.is_unasked(flow):
        return _unread(gateway, flow, peer, later, revalidation.OLD)
    if unread := streams.listen(gateway, flow, peer, later):
        return _unread(gateway, flow, peer, later, unread)
    listened_to = callable(flow.response.stream)
    revalidation.let_through(gateway, flow, later, judged=False)
    gateway.usage.passed(flow, later, gateway.snapshot)
    if not listened_to:
        natures.watch(gateway, peer, later, flow.response)
    return None


def _hold(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit
) -> Awaitable[None] | None:
    """Keep the body until it was judged; where too many are kept, it is one that nobody read."""
    assert flow.response is not None
    picture = pictures.is_picture(visit, flow)
    if picture and pictures.is_too_large(flow.response):
        why = pages.TOO_LARGE
    elif len(gateway.held) < gateway.limits.held_at_once:
        gateway.held.add(flow.id)
        gateway.open_visits[flow.id] = (peer, visit)
        flow.response.stream = False
        return None
    else:
        why = "too many at once"
    if not pages.must_be_read(gateway, visit, flow):
        return _settle(gateway, flow, peer, visit, gateway.judge(visit))
    return _unread(gateway, flow, peer, visit, why)


def _unread(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, why: str
) -> Awaitable[None] | None:
    visit = pages.unjudged(visit, why)
    return _settle(gateway, flow, peer, visit, gateway.judge(visit))


def body_here(gateway: Gateway, flow: http.HTTPFlow, *, cut: bool) -> Awaitable[None] | None:
    """A body that was held is here; `cut`: as much of it as may be held."""
    known = gateway.open_visits.get(flow.id)
    if flow.id not in gateway.held or known is None or flow.response is None:
        return None
    gateway.held.discard(flow.id)
    return _judge_body(gateway, flow, *known, cut=cut)


async def _judge_body(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, *, cut: bool
) -> None:
    try:
        visit, decision = await pages.judge(gateway, flow, visit, cut=cut)
    finally:
        gateway.large.discard(flow.id)
    if not decision.stops and not visit.facts.unjudged:
        revalidation.let_through(gateway, flow, visit, judged=True)
    waiting = _settle(gateway, flow, peer, visit, decision)
    if waiting is not None:
        await waiting


def _settle(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> Awaitable[None] | None:
    if decision.stops:
        return _stop(gateway, flow, peer, visit, decision)
    gateway.usage.passed(flow, visit, gateway.snapshot)
    return gateway.write(visit, decision, peer) if pages.is_told(decision) else None


def finished(gateway: Gateway, flow: http.HTTPFlow) -> None:
    """The response is complete, or the flow failed: it is under way no longer."""
    _release(gateway, flow)
    if flow.websocket is None:
        gateway.open_visits.pop(flow.id, None)


def closed(gateway: Gateway, flow: http.HTTPFlow) -> None:
    gateway.open_visits.pop(flow.id, None)


def failed(gateway: Gateway, flow: http.HTTPFlow) -> Awaitable[None] | None:
    """A flow ended without a response. A certificate that proves nothing is worth a journal row."""
    known = gateway.open_visits.pop(flow.id, None)
    _release(gateway, flow)
    message = flow.error.msg if flow.error else ""
    if known is None or "certificate verify failed" not in message.lower():
        return None
    peer, visit = known
    decision = gateway.judge(visit)
    source = Source("gateway", "upstream_certificate", message[:200])
    return gateway.write(
        visit,
        replace(decision, verdict=Verdict.BLOCK, reason=Reason.BAD_CERTIFICATE, source=source),
        peer,
    )


def _release(gateway: Gateway, flow: http.HTTPFlow) -> None:
    gateway.held.discard(flow.id)
    gateway.large.discard(flow.id)


def _unasked_switch(flow: http.HTTPFlow) -> bool:
    """A 101 that is no WebSocket answer would become a raw tunnel."""
    assert flow.response is not None
    return flow.response.status_code == 101 and not (
        flow.request.headers.get("upgrade", "").lower() == "websocket"
        and flow.response.headers.get("upgrade", "").lower() == "websocket"
    )


def _switch_refused(gateway: Gateway, visit: Visit) -> Decision:
    return Decision(
        Verdict.BLOCK,
        Reason.WAY_AROUND,
        Source("gateway", "tunnel", "upgrade"),
        category="upgrade",
        snapshot_id=gateway.snapshot.id,
        tier=gateway.snapshot.tier_of(visit.child, visit.at).row.key,
    )


async def _stop(
    gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit, decision: Decision
) -> None:
    gateway.open_visits.pop(flow.id, None)
    _release(gateway, flow)
    decision, entry_id = await gateway.stop(visit, decision, peer)
    if decision.reason is Reason.IMAGE and flow.response is not None:
        flow.response = pictures.grey_instead(flow.response)
        return
    flow.response = asking.page_of(gateway, visit, decision, entry_id, flow.request)


def message_here(gateway: Gateway, flow: http.HTTPFlow) -> Awaitable[None] | None:
    """Stage 6: one message on a WebSocket."""
    known = gateway.open_visits.get(flow.id)
    if flow.websocket is None or known is None:
        return None
    peer, visit = known
    gateway.usage.said(flow, visit, gateway.snapshot)
    if not streams.message_matters(gateway, visit):
        return None
    return streams.message(gateway, peer, visit, flow.websocket.messages[-1])

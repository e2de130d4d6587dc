"""Stage 5, response bodies: held until somebody read them.

`wanted` says which, `judge` what becomes of them: pages by their words, answers of chats by what
they say, pictures by what they show. What is too large is judged by its beginning.
"""

from __future__ import annotations

from dataclasses import replace

from mitmproxy import http

from kidgate.content.text.coding import decode
from kidgate.content.text.read import is_readable
from kidgate.content.video import shown
from kidgate.policies.model import Decision, Facts, Reason, Visit
from kidgate.proxy.content import pictures
from kidgate.proxy.content.delivery import deliver
from kidgate.proxy.content.matters import text_matters, video_matters
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.visits import content_type_of

BODILESS = frozenset((101, 204, 205, 304))
ENDLESS = frozenset(("text/event-stream", "application/x-ndjson", "application/x-json-stream"))
# What content alone can say; the rest was told of at the request.
SAID = frozenset((Reason.PAGE_TEXT, Reason.IMAGE, Reason.VIDEO, Reason.UNJUDGED, Reason.MESSAGE))


def wanted(gateway: Gateway, visit: Visit, flow: http.HTTPFlow) -> bool:
    """Whether a response must be read before it goes on."""
    assert flow.response is not None
    if flow.request.method == "HEAD" or flow.response.status_code in BODILESS:
        return False
    kind = content_type_of(flow.response)
    if kind in ENDLESS:
        return False
    return pictures.wanted(gateway, visit, flow) or _has_words(gateway, visit, kind)


def _has_words(gateway: Gateway, visit: Visit, kind: str) -> bool:
    if not gateway.analysers.reads_text or not is_readable(kind):
        return False
    snapshot = gateway.snapshot
    return (
        text_matters(visit, snapshot)
        or video_matters(visit, snapshot)
        or gateway.analysers.talk_matters(visit, snapshot)
    )


async def judge(
    gateway: Gateway, flow: http.HTTPFlow, visit: Visit, *, cut: bool
) -> tuple[Visit, Decision]:
    """The verdict on a held response, which is made ready to be delivered; `cut`: only its
    beginning is here, and the rest follows as it is."""
    response = flow.response
    assert response is not None
    if pictures.wanted(gateway, visit, flow):
        facts, data = await _look(gateway, response, visit.facts, cut=cut)
    else:
        facts, data = await _read(gateway, response, visit, cut=cut)
    visit = replace(visit, facts=facts)
    decision = gateway.judge(visit)
    if data is not None and not decision.stops:
        deliver(response, data)
    return visit, decision


async def _read(
    gateway: Gateway, response: http.Response, visit: Visit, *, cut: bool
) -> tuple[Facts, bytes | None]:
    """What the words of a body say, and what of it may be delivered in its place."""
    facts, coding = visit.facts, response.headers.get("content-encoding", "")
    kind = response.headers.get("content-type", "")
    read = await gateway.analysers.text(response.raw_content or b"", kind, coding)
    if isinstance(read, str):
        return replace(facts, unjudged=read), None
    unread = read.unread or _incomplete(response, cut=cut)
    whole = read.data if coding and not unread else None
    facts = replace(
        facts,
        text=read.scored.scores,
        messages=gateway.analysers.answer(visit, read.data, kind, gateway.snapshot),
        unjudged=unread,
    )
    if video_matters(visit, gateway.snapshot):
        video = shown(visit.url, read.data)
        # What says nothing of what it shows is none of what may be watched.
        facts = replace(facts, video=video.keys or ("unknown",))
    return facts, whole


async def _look(
    gateway: Gateway, response: http.Response, facts: Facts, *, cut: bool
) -> tuple[Facts, bytes | None]:
    """The same of a picture."""
    coding = response.headers.get("content-encoding", "")
    decoded = decode(response.raw_content or b"", coding)
    unread = decoded.unread or _incomplete(response, cut=cut)
    if unread:
        return replace(facts, unjudged=unread), None
    response.raw_content = decoded.data
    return await pictures.read(gateway, response, decoded.data, facts), decoded.data


def _incomplete(response: http.Response, *, cut: bool) -> str:
    if cut:
        return "too large"
    return "a part of it" if response.status_code == 206 else ""


def is_told(decision: Decision) -> bool:
    """Whether an adult is told of what was found and let through."""
    return decision.notice is not None and decision.notice.reason in SAID
